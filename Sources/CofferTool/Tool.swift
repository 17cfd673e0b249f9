import Coffer

/// The tool without its process: arguments in, exit status out.
enum Tool {
    /// The same as in the file VERSION.
    static let version = "0.1.0"
    private static let brokenPipeStatus: Int32 = 141

    /// Runs a command line.
    ///
    /// - Parameters:
    ///   - arguments: Without the program's name.
    ///   - environment: The environment variables.
    static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        // Known before parsing, so that errors of parsing come in the right form too.
        let isJSON = arguments.prefix { $0 != "--" }.contains("--json")
        let wantsProgress = !arguments.contains("--no-progress") && !isJSON
        let terminal = Terminal(showsProgress: wantsProgress, environment: environment)
        let output = StandardOutput(terminal)
        var name: String?
        do {
            let invocation = try Invocation(arguments)
            let command = invocation.command
            name = command.name
            let parsed = try invocation.parse()
            let report = Report(isJSON: isJSON, isVerbose: parsed.isSet("verbose"), output: output, terminal: terminal)
            if parsed.isSet("help") {
                for line in HelpText.command(command) { try output.line(line) }
            } else {
                let session = try Session(arguments: parsed, report: report, environment: environment)
                do {
                    try await command.run(session)
                } catch {
                    await session.close()
                    throw error
                }
                await session.close()
            }
            terminal.end()
            try output.flush()
            return ExitStatus.done.rawValue
        } catch {
            terminal.end()
            // What was done before the failure is true all the same.
            if !(error is BrokenPipe) { try? output.flush() }
            return status(of: error, command: name, isJSON: isJSON, terminal)
        }
    }

    private static func status(
        of error: any Error, command: String?, isJSON: Bool, _ terminal: Terminal
    ) -> Int32 {
        switch error {
        case let error as UsageError:
            ErrorReport.print(error, command: command, isJSON: isJSON, terminal)
            return ExitStatus.usage.rawValue
        case is BrokenPipe: return brokenPipeStatus
        case is SomeFailed: return ExitStatus.someFailed.rawValue
        default:
            let error = StoreError(wrapping: error)
            if error.code == .cancelled && Interruption.signal != 0 {
                terminal.print("coffer: interrupted; nothing was left behind")
                return 128 + Interruption.signal
            }
            ErrorReport.print(error, isJSON: isJSON, terminal)
            return ExitStatus(error.code).rawValue
        }
    }
}
