import Coffer

/// Fetches an object into a local file (all or nothing) or to standard output.
struct Download: Sendable {
    /// Up to this size an object is fetched whole and written in one go.
    private static let smallSize: Int64 = 1 << 20
    let store: Store
    let source: Address
    var options: ReadOptions
    let report: Report

    /// Fetches into a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - expected: The size, if a listing told it.
    ///   - makingDirectories: Whether missing directories above it are made.
    func run(to path: String, expected: Int64? = nil, makingDirectories: Bool = false) async throws {
        let info: ObjectInfo
        let count: Int64
        if let expected, expected <= Self.smallSize {
            let (found, bytes) = try await store.get(Key(source.key), options)
            try await BlockingPool.run { () throws(StoreError) in
                let file = try AtomicFile(path, makingDirectories: makingDirectories)
                try file.write(bytes)
                try file.commit()
            }
            report.terminal.advance(bytes: Int64(bytes.count))
            (info, count) = (found, Int64(bytes.count))
        } else {
            (info, count) = try await runToFile(path, makingDirectories)
        }
        try report.done(
            "get", "\(source.display) -> \(path)", bytes: count,
            [("target", .string(path)), ("store", .string(source.storeDisplay)), ("bytes", .number(count))]
                + JSON.fields(of: info))
    }

    private func runToFile(_ path: String, _ makingDirectories: Bool) async throws -> (ObjectInfo, Int64) {
        if let status = FileStatus(path), !status.isRegular, !status.isDirectory {
            return try await runToDevice(path)
        }
        let counter = ProgressCounter(report.terminal)
        var options = options
        options.progress = counter.progress
        var file: AtomicFile?
        do {
            let (info, count) = try await store.get(Key(source.key), options) { _ async throws(StoreError) in
                let made = try await BlockingPool.run { () throws(StoreError) in
                    try AtomicFile(path, makingDirectories: makingDirectories)
                }
                file = made
                return made.descriptor
            }
            if Task.isCancelled { throw StoreError.cancelled(.read) }
            guard let made = file else { throw StoreError(.internal, "a download has no file") }
            try await BlockingPool.run { () throws(StoreError) in try made.commit(size: count) }
            return (info, count)
        } catch {
            file?.discard()
            // A retry of the whole would count twice.
            counter.finish(0)
            throw error
        }
    }

    /// Writes to a device or a named pipe, in order.
    private func runToDevice(_ path: String) async throws -> (ObjectInfo, Int64) {
        let reader = try await store.reader(Key(source.key), options)
        let file = try await BlockingPool.run { () throws(StoreError) in try AtomicFile(path) }
        var written: Int64 = 0
        do {
            while let chunk = try await reader.next() {
                try await BlockingPool.run { () throws(StoreError) in try file.write(chunk) }
                written += Int64(chunk.count)
                report.terminal.advance(bytes: Int64(chunk.count))
            }
            try checkComplete(reader, written)
            if Task.isCancelled { throw StoreError.cancelled(.read) }
            try await BlockingPool.run { () throws(StoreError) in try file.commit() }
        } catch {
            reader.cancel()
            file.discard()
            report.terminal.advance(bytes: -written)
            throw error
        }
        return (reader.info, written)
    }

    /// Fetches to standard output.
    func runToOutput() async throws {
        let reader = try await store.reader(Key(source.key), options)
        var written: Int64 = 0
        do {
            while let chunk = try await reader.next() {
                try await report.output.write(chunk)
                written += Int64(chunk.count)
                report.terminal.advance(bytes: Int64(chunk.count))
            }
        } catch {
            reader.cancel()
            throw error
        }
        try checkComplete(reader, written)
    }

    /// A file that is too short must never look like a whole one.
    private func checkComplete(_ reader: ObjectReader, _ written: Int64) throws(StoreError) {
        let wanted = reader.range.upperBound - reader.range.lowerBound
        if written != wanted {
            throw StoreError(
                .connectionFailed, "the body ended after \(written) of \(wanted) bytes; fetch it again",
                operation: .read, key: source.key, isRetryable: true)
        }
    }
}
