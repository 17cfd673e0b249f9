import Coffer

/// Stores a local file, showing progress.
struct Upload: Sendable {
    let store: Store
    let target: Address
    var options: WriteOptions
    let report: Report

    /// Stores a source under the target's key and reports it.
    @discardableResult
    func run(_ source: LocalSource) async throws -> ObjectInfo {
        var options = options
        let counter = ProgressCounter(report.terminal)
        options.progress = counter.progress
        do {
            let info = try await store.put(Key(target.key), source.body, options)
            counter.finish(info.size)
            try report.done(
                "put", "\(source.name) -> \(target.display)", bytes: info.size,
                [("source", .string(source.name)), ("store", .string(target.storeDisplay))] + JSON.fields(of: info))
            return info
        } catch {
            // A retry of the whole would count twice.
            counter.finish(0)
            throw error
        }
    }
}

/// Turns "so many bytes so far" of one object into steps of the progress bar.
final class ProgressCounter: Sendable {
    private let reported = Lock<Int64>(0)
    private let terminal: Terminal

    init(_ terminal: Terminal) { self.terminal = terminal }

    /// What a write reports to.
    var progress: Progress { Progress { self.finish($0) } }

    /// Says how many bytes it is now.
    func finish(_ bytes: Int64) {
        let step = reported.withLock { reported in
            defer { reported = bytes }
            return bytes - reported
        }
        if step != 0 { terminal.advance(bytes: step) }
    }
}
