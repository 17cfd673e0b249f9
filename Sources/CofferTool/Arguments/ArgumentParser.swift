/// Sorts arguments into options and the rest: `--name value`, `--name=value`, `-x value`, `-xvalue`, `-xyz`, `--`.
struct ArgumentParser {
    let specs: [OptionSpec]

    /// Parses all arguments.
    ///
    /// - Parameters:
    ///   - arguments: Without the program's and the command's name.
    ///   - stopsAtPositional: Whether to leave everything from the first argument on that is not an option.
    /// - Returns: What was found, and how many arguments were used.
    func parse(
        _ arguments: [String], stopsAtPositional: Bool = false
    ) throws(UsageError) -> (parsed: ParsedArguments, used: Int) {
        var parsed = ParsedArguments()
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            if argument == "--" && !stopsAtPositional {
                parsed.positionals += arguments[(index + 1)...]
                return (parsed, arguments.count)
            }
            if argument == "-" || argument.utf8.first != UInt8(ascii: "-") {
                if stopsAtPositional { return (parsed, index) }
                parsed.positionals.append(argument)
                index += 1
            } else if argument.utf8.starts(with: "--".utf8) {
                index += try parseLong(argument, arguments.dropFirst(index + 1).first, &parsed)
            } else {
                index += try parseShort(argument, arguments.dropFirst(index + 1).first, &parsed)
            }
        }
        return (parsed, index)
    }

    private func parseLong(
        _ argument: String, _ next: String?, _ parsed: inout ParsedArguments
    ) throws(UsageError) -> Int {
        let body = argument.dropFirst(2)
        let equals = body.utf8.firstIndex(of: UInt8(ascii: "="))
        let name = String(body[..<(equals ?? body.endIndex)])
        guard let spec = specs.first(where: { $0.name == name }) else {
            let near = Suggestion.nearest(to: name, among: specs.map(\.name)).map { "; did you mean --\($0)?" }
            throw UsageError("there is no option --\(name)\(near ?? "")")
        }
        if let equals {
            guard spec.value != nil else { throw UsageError("--\(name) takes no value; leave out what follows '='") }
            try store(String(body[body.utf8.index(after: equals)...]), spec, &parsed)
            return 1
        }
        guard spec.value != nil else {
            try store("", spec, &parsed)
            return 1
        }
        try store(try value(next, spec, "--\(name)"), spec, &parsed)
        return 2
    }

    private func parseShort(
        _ argument: String, _ next: String?, _ parsed: inout ParsedArguments
    ) throws(UsageError) -> Int {
        var rest = argument.dropFirst()
        while let letter = rest.popFirst() {
            guard let spec = specs.first(where: { $0.short == letter }) else {
                let known = specs.compactMap(\.short).map { "-\($0)" }.joined(separator: " ")
                throw UsageError("there is no option -\(letter); the short ones are \(known)")
            }
            if spec.value == nil {
                try store("", spec, &parsed)
            } else if rest.isEmpty {
                try store(try value(next, spec, "-\(letter)"), spec, &parsed)
                return 2
            } else {
                try store(String(rest), spec, &parsed)
                return 1
            }
        }
        return 1
    }

    /// The argument after an option. One that looks like an option is more likely a forgotten value.
    private func value(_ next: String?, _ spec: OptionSpec, _ shown: String) throws(UsageError) -> String {
        guard let next, !next.utf8.starts(with: "--".utf8) else {
            throw UsageError("\(shown) needs a value: \(spec.value ?? "VALUE")")
        }
        return next
    }

    private func store(_ value: String, _ spec: OptionSpec, _ parsed: inout ParsedArguments) throws(UsageError) {
        if parsed.values[spec.name] != nil && !spec.isRepeated && spec.value != nil {
            throw UsageError("--\(spec.name) is given twice; leave one out")
        }
        parsed.values[spec.name, default: []].append(value)
    }
}
