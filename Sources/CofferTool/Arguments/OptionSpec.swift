/// One option, as the parser and the help text see it.
struct OptionSpec: Sendable {
    /// The long name without dashes, for instance `part-size`.
    let name: String
    /// The letter of the short form.
    var short: Character?
    /// What the help calls the value; nil for a flag.
    var value: String?
    /// Whether it may be given more than once.
    var isRepeated = false
    /// One line for the help text.
    let help: String

    /// `-o, --option NAME=VALUE`, for the help text.
    var synopsis: String {
        let start = short.map { "-\($0), " } ?? "    "
        return start + "--" + name + (value.map { " " + $0 } ?? "")
    }
}

/// Options that every command takes.
enum GlobalOptions {
    static let all = [
        OptionSpec(
            name: "store", short: "s", value: "URL|NAME",
            help: "the store that plain keys belong to; NAME is looked up in COFFER_STORE_<NAME>"),
        OptionSpec(
            name: "option", short: "o", value: "NAME=VALUE", isRepeated: true,
            help: "a setting of the store's driver (see 'coffer drivers')"),
        OptionSpec(name: "json", help: "one JSON object a line, for results (stdout) and errors (stderr)"),
        OptionSpec(name: "no-progress", help: "no progress bar, also on a terminal"),
        OptionSpec(name: "verbose", short: "v", help: "name each object on stderr as it is done"),
        OptionSpec(name: "help", short: "h", help: "explain the command"),
    ]
}
