import Coffer

extension Command {
    static let remove = Command(
        name: "rm", summary: "delete objects or a tree",
        usage: ["rm ADDRESS...", "rm --recursive ADDRESS", "rm --recursive --all STORE"],
        details: [
            "An object that is not there is no error. Several keys of a store go out in batches, and each that fails",
            "is named with its reason. With --recursive, everything below ADDRESS + '/' is deleted; a whole store is",
            "emptied only with --all.",
        ],
        options: [
            OptionSpec(name: "recursive", short: "r", help: "everything below ADDRESS"),
            OptionSpec(name: "all", help: "with --recursive: even if that is the whole store"),
            CommonOptionSpecs.ifMatch,
        ]
    ) { session in
        let texts = try session.positionals(1...Int.max, "ADDRESS...")
        if session.isRecursive {
            try session.refuse(["if-match"], "for a whole tree")
            for text in texts { try await removeTree(session, text) }
            return try session.report.summary("rm")
        }
        try session.refuse(["all"], "without --recursive")
        let addresses = try texts.map { try session.objectAddress($0) }
        if let etag = session.arguments.string("if-match") {
            guard addresses.count == 1 else { throw UsageError("--if-match is for one object; name only one") }
            let store = try await session.store(addresses[0])
            try await store.delete(Key(addresses[0].key), DeleteOptions(ifMatch: ETag(etag)))
            return try removed(session, addresses[0])
        }
        if addresses.count == 1 {
            let store = try await session.store(addresses[0])
            try await store.delete(Key(addresses[0].key))
            return try removed(session, addresses[0])
        }
        var left = addresses
        while let first = left.first {
            let same = left.filter { $0.storeURL == first.storeURL }
            left.removeAll { $0.storeURL == first.storeURL }
            try await removeKeys(session, first, same.map { Key($0.key) }, others: addresses)
        }
        try session.report.summary("rm")
    }

    private static func removed(_ session: Session, _ address: Address) throws {
        try session.report.done(
            "rm", "deleted \(address.display)", bytes: 0,
            [("store", .string(address.storeDisplay)), ("key", .string(address.key))])
    }

    private static func removeKeys(
        _ session: Session, _ address: Address, _ keys: [Key], others: [Address] = []
    ) async throws {
        let store = try await session.store(address, others: others)
        for outcome in try await store.delete(keys) {
            if let error = outcome.error {
                session.report.failed(error)
            } else {
                try removed(session, address.with(key: outcome.key.string))
                session.report.terminal.advance(objects: 1)
            }
        }
    }

    private static func removeTree(_ session: Session, _ text: String) async throws {
        let address = try session.address(text, .tree)
        if address.key.isEmpty && !session.arguments.isSet("all") {
            throw UsageError("that would empty the whole store '\(address.display)'; add --all if it is meant")
        }
        let store = try await session.store(address)
        session.report.terminal.begin("rm", totalBytes: nil, objects: 0)
        // The keys of a page are deleted before the next one is fetched, which begins after them.
        var options = ListOptions(prefix: address.key)
        while true {
            let page = try await store.listPage(options)
            let keys = page.entries.map { Key($0.name) }
            if !keys.isEmpty { try await removeKeys(session, address, keys) }
            guard let token = page.nextToken else { return }
            options.pageToken = token
        }
    }
}
