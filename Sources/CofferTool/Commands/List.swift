import Coffer

extension Command {
    static let list = Command(
        name: "ls", summary: "list keys", usage: ["ls [--recursive] PREFIX"],
        details: [
            "PREFIX is an address whose key part is a beginning: 's3://bucket/log' lists 'log.txt' and 'logs/'. Keys",
            "below a '/' after it are shown as one line unless --recursive is given. The order is that of the bytes.",
        ],
        options: [
            OptionSpec(name: "recursive", short: "r", help: "every key, at any depth"),
            OptionSpec(name: "long", short: "l", help: "size and time of last change too"),
            OptionSpec(name: "human", help: "sizes as 1.2 MiB, with --long"),
            OptionSpec(name: "delimiter", value: "TEXT", help: "what separates the levels; '/' unless given"),
            OptionSpec(name: "start-after", value: "KEY", help: "only keys after this one"),
            OptionSpec(name: "limit", value: "N", help: "at most so many lines"),
        ]
    ) { session in
        let arguments = session.arguments
        guard let text = try session.positionals(0...1, "one PREFIX").first ?? defaultAddress(session) else {
            throw UsageError("an argument is missing; it takes one PREFIX, for instance s3://bucket/")
        }
        if session.isRecursive { try session.refuse(["delimiter"], "with --recursive") }
        let address = try session.address(text, .listing)
        let store = try await session.store(address)
        let options = ListOptions(
            prefix: address.key, delimiter: session.isRecursive ? nil : arguments.string("delimiter") ?? "/",
            startAfter: arguments.string("start-after"), limit: try arguments.integer("limit", in: 1...Int64(Int32.max))
        )
        let format = ListFormat(
            isJSON: session.report.isJSON, isLong: arguments.isSet("long"), isHuman: arguments.isSet("human"))
        var listing = store.list(options).makeAsyncIterator()
        while let entry = try await listing.next() { try session.report.output.line(format.line(entry)) }
    }

    /// `ls` alone lists the store that the environment or `--store` names.
    private static func defaultAddress(_ session: Session) throws(UsageError) -> String? {
        try Session.defaultStore(session.arguments.string("store"), session.environment).map { _ in "" }
    }
}

/// How a listing is shown.
private struct ListFormat {
    let isJSON: Bool
    let isLong: Bool
    let isHuman: Bool

    func line(_ entry: ListEntry) -> String {
        switch entry {
        case .object(let info):
            if isJSON { return JSON.members(JSON.fields(of: info)).text }
            guard isLong else { return info.key.string }
            let size = HumanFormat.aligned(isHuman ? HumanFormat.bytes(info.size) : "\(info.size)", to: 12)
            let time = HumanFormat.padded(info.lastModified.map(Self.seconds) ?? "-", to: 20)
            return "\(size)  \(time)  \(info.key.string)"
        case .prefix(let text):
            if isJSON { return JSON.object([("prefix", .string(text))]).text }
            return isLong ? String(repeating: " ", count: 36) + text : text
        }
    }

    private static func seconds(_ time: Timestamp) -> String { Timestamp(seconds: time.seconds).iso8601 }
}
