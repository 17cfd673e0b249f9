extension Command {
    static let help = Command(
        name: "help", summary: "explain a command, addresses or the exit status",
        usage: ["help [COMMAND|addresses|exit-codes]"]
    ) { session in
        let topic = try session.positionals(0...1, "one topic").first
        for line in try HelpText.lines(topic) { try session.report.output.line(line) }
    }

    static let version = Command(name: "version", summary: "print the version", usage: ["version"]) { session in
        _ = try session.positionals(0...0, "no argument")
        if session.report.isJSON {
            return try session.report.output.line(JSON.object([("version", .string(Tool.version))]).text)
        }
        try session.report.output.line("coffer \(Tool.version)")
    }
}

/// What `coffer help` prints.
enum HelpText {
    static func lines(_ topic: String?) throws(UsageError) -> [String] {
        switch topic {
        case nil: return overview
        case "addresses": return addresses
        case "exit-codes": return exitCodes
        case let name?: return command(try Command.named(name))
        }
    }

    static var overview: [String] {
        var lines = [
            "coffer: objects in any store, from and to files and pipes", "", "  coffer COMMAND [OPTION...] ...",
        ]
        lines += ["", "Commands:"]
        lines += Command.all.map { "  " + HumanFormat.padded($0.name, to: 10) + $0.summary }
        lines += ["", "Options of every command:"] + options(GlobalOptions.all)
        lines += ["", "Examples:"]
        lines += [
            "  coffer put photo.jpg s3://bucket/photos/2026/photo.jpg",
            "  tar c . | coffer put - s3://bucket/backup.tar",
            "  coffer get --recursive s3://bucket/photos ./photos",
            "  coffer ls --long fs:///var/data",
            "  coffer cp --recursive fs:///var/data s3://bucket/data",
        ]
        return lines + ["", "More: coffer help COMMAND, coffer help addresses, coffer help exit-codes, coffer drivers"]
    }

    static func command(_ command: Command) -> [String] {
        var lines = ["coffer \(command.name): \(command.summary)", ""]
        lines += command.usage.map { "  coffer \($0)" }
        if !command.details.isEmpty { lines += [""] + command.details }
        if !command.options.isEmpty { lines += ["", "Options:"] + options(command.options) }
        return lines + ["", "Options of every command:"] + options(GlobalOptions.all)
    }

    private static func options(_ specs: [OptionSpec]) -> [String] {
        specs.map { "  " + HumanFormat.padded($0.synopsis, to: 32) + " " + $0.help }
    }

    static let addresses = [
        "An address is a URL: driver://host/path?option=value. What of it names the store and what the key:",
        "",
        "  s3://bucket/a/b.txt           the driver's path is the key: store s3://bucket, key a/b.txt",
        "  fs:///data/a/b.txt            the driver's path is a directory: store fs:///data/a, key b.txt",
        "  fs:///data/./a/b.txt          '/./' says where the key begins: store fs:///data, key a/b.txt",
        "  fs:///data/a/b.txt?root=/data the option says it: store fs:///data, key a/b.txt",
        "",
        "Commands on many objects (ls, --recursive) take an fs path as a whole for the store. '/./' works with every",
        "driver, as no key has a '.' segment: s3://bucket/team/./a/b.txt is key a/b.txt in the store s3://bucket/team.",
        "In URLs '%', '?' and bytes that are not text are written %25, %3F, %XX.",
        "",
        "With --store URL (or COFFER_STORE in the environment) addresses are plain keys of that store, taken as they",
        "are; --store NAME takes the URL from COFFER_STORE_<NAME>. A key that looks like a URL is written ./key.",
    ]

    static var exitCodes: [String] {
        ["The exit status says how it went:", ""]
            + ExitStatus.allCases.map { "  " + HumanFormat.aligned("\($0.rawValue)", to: 3) + "  " + $0.summary }
            + [
                "  130  interrupted (128 + the number of the signal); nothing is left behind",
                "  141  whoever read standard output has gone",
            ]
    }
}
