import Coffer

extension Command {
    private static let sides = [
        OptionSpec(
            name: "source-option", value: "NAME=VALUE", isRepeated: true, help: "a setting of the source's store only"),
        OptionSpec(
            name: "target-option", value: "NAME=VALUE", isRepeated: true, help: "a setting of the target's store only"),
    ]

    static let copy = Command(
        name: "cp", summary: "copy within or between stores",
        usage: ["cp SOURCE TARGET", "cp --recursive SOURCE TARGET"],
        details: [
            "Both are addresses in stores, of any drivers (for local files use put and get). Within a store the server",
            "copies where it can. A TARGET that ends with '/' keeps the last part of the key. Metadata is kept unless",
            "new metadata is given.",
        ],
        options: [CommonOptionSpecs.recursive] + CommonOptionSpecs.metadata + [
            CommonOptionSpecs.ifAbsent, CommonOptionSpecs.ifMatch, CommonOptionSpecs.concurrency,
        ] + sides
    ) { session in try await Transfer(session, isMove: false).run() }

    static let move = Command(
        name: "mv", summary: "move within or between stores",
        usage: ["mv SOURCE TARGET", "mv --recursive SOURCE TARGET"],
        details: [
            "As cp; the source is deleted when the target is complete. In one step where the driver can."
        ],
        options: [
            CommonOptionSpecs.recursive, CommonOptionSpecs.ifAbsent, CommonOptionSpecs.ifMatch,
            CommonOptionSpecs.concurrency,
        ] + sides
    ) { session in try await Transfer(session, isMove: true).run() }
}

/// What `cp` and `mv` do.
private struct Transfer: Sendable {
    let session: Session
    let isMove: Bool
    let options: CopyOptions

    init(_ session: Session, isMove: Bool) throws {
        self.session = session
        self.isMove = isMove
        let metadata = try session.arguments.metadata()
        options = CopyOptions(
            metadata: metadata.isEmpty ? nil : metadata, condition: try session.arguments.writeCondition())
    }

    func run() async throws {
        let texts = try session.positionals(2...2, "SOURCE and TARGET")
        for text in texts { try refuseLocalPath(text) }
        if session.isRecursive {
            try session.refuse(["if-match"], "for a whole tree")
            return try await runTree(texts[0], texts[1])
        }
        let source = try session.objectAddress(texts[0])
        var target = try session.address(texts[1])
        if target.key.isEmpty || target.key.utf8.last == UInt8(ascii: "/") {
            target = target.with(key: target.key + LocalNames.last(source.key))
        }
        let (from, to) = try await stores(source, target)
        session.report.terminal.begin(LocalNames.last(target.key), totalBytes: nil)
        try await one(source, target, from, to)
    }

    private func runTree(_ source: String, _ target: String) async throws {
        let source = try session.address(source, .tree)
        let target = try session.address(target, .tree)
        let (from, to) = try await stores(source, target)
        if from === to && target.key.utf8.starts(with: source.key.utf8) {
            throw UsageError("'\(target.display)' lies in '\(source.display)': it would copy its own copies")
        }
        session.report.terminal.begin(isMove ? "mv" : "cp", totalBytes: nil, objects: 0)
        let many = ManyObjects(
            limit: try session.concurrency ?? Session.defaultConcurrency, report: session.report)
        var listing = from.list(prefix: source.key).makeAsyncIterator()
        try await many.run({ try await Command.nextObject(&listing) }, size: { $0.size }) { info in
            let relative = String(Substring(info.key.string.utf8.dropFirst(source.key.utf8.count)))
            if relative.isEmpty && target.key.isEmpty { return }
            try await one(
                source.with(key: info.key.string), target.with(key: target.key + relative), from, to)
        }
        try session.report.summary(isMove ? "mv" : "cp")
    }

    private func stores(_ source: Address, _ target: Address) async throws -> (Store, Store) {
        let to = try await session.store(target, others: [source], own: "target-option", makesPlace: true)
        // One and the same store can copy on its server.
        let sides = session.arguments.strings("source-option") + session.arguments.strings("target-option")
        if source.storeURL == target.storeURL && sides.isEmpty { return (to, to) }
        return (try await session.store(source, others: [target], own: "source-option"), to)
    }

    private func one(_ source: Address, _ target: Address, _ from: Store, _ to: Store) async throws {
        let info: ObjectInfo
        if isMove && from === to {
            info = try await from.move(Key(source.key), to: Key(target.key), options)
        } else {
            info = try await from.copy(Key(source.key), to: to, Key(target.key), options)
            if isMove { try await from.delete(Key(source.key)) }
        }
        session.report.terminal.advance(bytes: info.size)
        try session.report.done(
            isMove ? "mv" : "cp", "\(source.display) -> \(target.display)", bytes: info.size,
            [
                ("source", .object([("store", .string(source.storeDisplay)), ("key", .string(source.key))])),
                ("store", .string(target.storeDisplay)),
            ] + JSON.fields(of: info))
    }

    /// The most frequent mistake deserves its own answer.
    private func refuseLocalPath(_ text: String) throws(UsageError) {
        let hasStore =
            session.arguments.isSet("store") || session.environment["COFFER_STORE"].map { !$0.isEmpty } ?? false
        if AddressParser.isURL(text) || hasStore { return }
        throw UsageError(
            "'\(text)' is not an object's address; use 'coffer put' and 'coffer get' for local files, or give --store")
    }
}
