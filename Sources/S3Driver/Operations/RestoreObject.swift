import Coffer

extension S3Request {
    /// RestoreObject: asks for a copy of an archived object that can be read.
    ///
    /// - Throws: `invalidArgument` for text that XML cannot carry.
    static func restoreObject(
        _ key: Key, _ version: String?, days: Int?, tier: RestoreTier?
    ) throws(StoreError) -> S3Request {
        var request = subresource("restore", .restore, .post, key, version)
        try request.setXML { () throws(XMLError) in
            var xml = XMLWriter("RestoreRequest")
            if let days { xml.element("Days", days) }
            if let tier {
                xml.open("GlacierJobParameters")
                try xml.element("Tier", tier.rawValue)
                xml.close("GlacierJobParameters")
            }
            return xml.finish()
        }
        return request
    }
}

extension S3Driver: RestoreDriver {
    /// Asks for a copy of an archived object that can be read; 202 says that it is on its way, 200 that it is there.
    public func restore(
        _ key: Key, version: String?, days: Int?, tier: RestoreTier?
    ) async throws(StoreError) -> Bool {
        try await client.send(.restoreObject(key, version, days: days, tier: tier)).status == 200
    }
}
