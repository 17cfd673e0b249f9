/// A command line: which command, and its arguments.
struct Invocation {
    let command: Command
    /// The options before the command's name.
    private let leading: ParsedArguments
    private let rest: [String]

    /// Finds the command; `--version` and `--help` alone stand for one too.
    init(_ arguments: [String]) throws(UsageError) {
        let specs = GlobalOptions.all + [OptionSpec(name: "version", help: "print the version")]
        let (parsed, used) = try ArgumentParser(specs: specs).parse(arguments, stopsAtPositional: true)
        if parsed.isSet("version") {
            self.init(.version)
        } else if let name = arguments.dropFirst(used).first {
            self.init(try Command.named(name), parsed, Array(arguments.dropFirst(used + 1)))
        } else if parsed.isSet("help") {
            self.init(.help)
        } else {
            throw UsageError(
                "a command is missing; the commands are \(Command.all.map(\.name).joined(separator: ", "))")
        }
    }

    private init(_ command: Command, _ leading: ParsedArguments = ParsedArguments(), _ rest: [String] = []) {
        self.command = command
        self.leading = leading
        self.rest = rest
    }

    /// Sorts the arguments by the command's options.
    func parse() throws(UsageError) -> ParsedArguments {
        let specs = command.options + GlobalOptions.all
        var parsed = try ArgumentParser(specs: specs).parse(rest).parsed
        for (name, values) in leading.values {
            let isRepeated = specs.contains { $0.name == name && ($0.isRepeated || $0.value == nil) }
            if parsed.isSet(name) && !isRepeated { throw UsageError("--\(name) is given twice; leave one out") }
            parsed.values[name] = values + parsed.strings(name)
        }
        return parsed
    }
}
