import Coffer

extension Command {
    static let stat = Command(
        name: "stat", summary: "show what is known of objects", usage: ["stat ADDRESS..."],
        options: [CommonOptionSpecs.ifMatch, CommonOptionSpecs.ifNoneMatch]
    ) { session in
        let options = try session.readOptions()
        let addresses = try session.positionals(1...Int.max, "ADDRESS...").map { try session.objectAddress($0) }
        var failures = 0
        for address in addresses {
            do {
                let store = try await session.store(address, others: addresses)
                let info = try await store.stat(Key(address.key), options)
                try show(info, address, session.report)
            } catch let error as StoreError where addresses.count > 1 && error.code != .cancelled {
                session.report.failed(error)
                failures += 1
            }
        }
        if failures > 0 { throw SomeFailed(count: failures) }
    }

    private static func show(_ info: ObjectInfo, _ address: Address, _ report: Report) throws {
        if report.isJSON {
            let fields = [("store", JSON?.some(.string(address.storeDisplay)))] + JSON.fields(of: info)
            return try report.output.line(JSON.members(fields).text)
        }
        let metadata = info.metadata
        let lines: [(String, String?)] =
            [
                ("key", info.key.string),
                ("store", address.storeDisplay),
                ("size", "\(info.size)" + (info.size < 1024 ? "" : " (\(HumanFormat.bytes(info.size)))")),
                ("modified", info.lastModified?.iso8601),
                ("etag", info.etag?.value),
                ("version", info.version),
                ("storage class", info.storageClass),
                ("content type", metadata.contentType),
                ("disposition", metadata.contentDisposition),
                ("encoding", metadata.contentEncoding),
                ("language", metadata.contentLanguage),
                ("cache control", metadata.cacheControl),
            ] + metadata.user.sorted { $0.key < $1.key }.map { ("metadata", "\($0.key)=\($0.value)") }
        for (name, value) in lines {
            if let value { try report.output.line(HumanFormat.padded(name, to: 15) + HumanFormat.line(value)) }
        }
    }
}
