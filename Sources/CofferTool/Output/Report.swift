import Coffer

/// Tells the user what was done and what failed, and remembers how the whole went.
final class Report: Sendable {
    private struct State {
        var done: Int64 = 0
        var bytes: Int64 = 0
        var failed = 0
    }

    let isJSON: Bool
    let isVerbose: Bool
    let output: StandardOutput
    let terminal: Terminal
    private let state = Lock(State())
    private let began = ContinuousClock.now

    init(isJSON: Bool, isVerbose: Bool, output: StandardOutput, terminal: Terminal) {
        self.isJSON = isJSON
        self.isVerbose = isVerbose
        self.output = output
        self.terminal = terminal
    }

    /// One object is done.
    ///
    /// - Parameters:
    ///   - verb: For `--json`, for instance `put`.
    ///   - text: For `--verbose`.
    ///   - bytes: The object's size.
    ///   - fields: For `--json`.
    func done(_ verb: String, _ text: String, bytes: Int64, _ fields: [(String, JSON?)]) throws {
        state.withLock { state in
            state.done += 1
            state.bytes += bytes
        }
        if isJSON {
            try output.line(JSON.members([("did", .string(verb))] + fields).text)
        } else if isVerbose {
            terminal.print(text)
        }
    }

    /// One of several objects failed.
    func failed(_ error: StoreError) {
        state.withLock { $0.failed += 1 }
        ErrorReport.print(error, isJSON: isJSON, terminal)
    }

    /// The last line of a job on many objects.
    ///
    /// - Throws: ``SomeFailed`` if any did.
    func summary(_ verb: String) throws {
        let state = state.withLock { $0 }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        if isJSON {
            try output.line(
                JSON.object([
                    (
                        "summary",
                        .object([
                            ("verb", .string(verb)), ("objects", .number(state.done)), ("bytes", .number(state.bytes)),
                            ("failed", .number(Int64(state.failed))),
                            ("seconds", .decimal((seconds * 1000).rounded() / 1000)),
                        ])
                    )
                ]).text)
        } else if isVerbose || terminal.hasProgress {
            var text = "\(verb): \(HumanFormat.count(state.done)) objects"
            if state.bytes > 0 { text += ", \(HumanFormat.bytes(state.bytes))" }
            text += " in \(HumanFormat.decimal(seconds, 1)) s"
            if state.bytes > 0 && seconds > 0 {
                text += ", \(HumanFormat.bytes(Int64(Double(state.bytes) / seconds)))/s"
            }
            terminal.print(text + (state.failed > 0 ? "; \(state.failed) failed" : ""))
        }
        if state.failed > 0 { throw SomeFailed(count: state.failed) }
    }
}

/// Errors on standard error: one line each.
enum ErrorReport {
    /// `coffer: notFound in get of 'key' (s3): message; remedy [HTTP 404, …]`, or the same as JSON.
    static func print(_ error: StoreError, isJSON: Bool, _ terminal: Terminal) {
        if isJSON {
            print(JSON.fields(of: error), exit: ExitStatus(error.code), terminal)
        } else {
            terminal.print("coffer: \(error)")
        }
    }

    /// `coffer put: message`, or the same as JSON.
    static func print(_ error: UsageError, command: String?, isJSON: Bool, _ terminal: Terminal) {
        if isJSON {
            print([("code", .string("usage")), ("message", .string(error.message))], exit: .usage, terminal)
        } else {
            let name = command.map { " \($0)" } ?? ""
            terminal.print("coffer\(name): \(error.message) (see 'coffer help\(name)')")
        }
    }

    private static func print(_ fields: [(String, JSON?)], exit: ExitStatus, _ terminal: Terminal) {
        let all = fields + [("exit", .number(Int64(exit.rawValue)))]
        terminal.print(JSON.object([("error", .members(all))]).text)
    }
}
