/// A command of the tool: what the parser needs, what the help says, and what is run.
struct Command: Sendable {
    let name: String
    /// One line for the overview.
    let summary: String
    /// The forms of the command line, without `coffer`.
    let usage: [String]
    /// What the options do not say.
    var details: [String] = []
    var options: [OptionSpec] = []
    let run: @Sendable (Session) async throws -> Void

    /// All commands, in the order of the overview.
    static let all = [
        put, get, cat, list, stat, remove, copy, move, presign, uploads, drivers, help, version,
    ]

    /// Finds a command by its name.
    static func named(_ name: String) throws(UsageError) -> Command {
        if let command = all.first(where: { $0.name == name }) { return command }
        let names = all.map(\.name)
        let remedy =
            Suggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
            ?? "the commands are \(names.joined(separator: ", "))"
        throw UsageError("there is no command '\(name)'; \(remedy)")
    }
}

/// Options that several commands share.
enum CommonOptionSpecs {
    static let recursive = OptionSpec(name: "recursive", short: "r", help: "a whole tree")
    static let concurrency = OptionSpec(
        name: "concurrency", short: "j", value: "N",
        help: "how many objects (of a tree) or parts (of one object) move at a time")
    static let partSize = OptionSpec(
        name: "part-size", value: "SIZE", help: "the size of the parts of large objects, for instance 16MiB")
    static let range = OptionSpec(
        name: "range", value: "RANGE", help: "only these bytes: 0-99 (both included), 100- or -50 (the last 50)")
    static let ifMatch = OptionSpec(name: "if-match", value: "ETAG", help: "only if the object has this ETag")
    static let ifNoneMatch = OptionSpec(
        name: "if-none-match", value: "ETAG", help: "only if the object does not have this ETag")
    static let ifAbsent = OptionSpec(name: "if-absent", help: "only if there is no object of that name yet")
    static let metadata = [
        OptionSpec(name: "content-type", value: "TYPE", help: "the media type, for instance text/plain"),
        OptionSpec(name: "content-disposition", value: "TEXT", help: "how a browser shall present it"),
        OptionSpec(
            name: "content-encoding", value: "CODING", help: "the coding of the stored bytes, for instance gzip"),
        OptionSpec(name: "content-language", value: "LANGUAGE", help: "the natural language"),
        OptionSpec(name: "cache-control", value: "TEXT", help: "how long caches may keep it"),
        OptionSpec(
            name: "metadata", short: "m", value: "NAME=VALUE", isRepeated: true,
            help: "a pair of your own that is kept with the object"),
    ]
}
