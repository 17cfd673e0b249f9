import Coffer
import HTTPTransport

extension S3Request {
    /// A request about an object's tags.
    private static func tagging(_ operation: Operation, _ method: HTTPMethod, _ key: Key, _ version: String?)
        -> S3Request
    {
        subresource("tagging", operation, method, key, version)
    }

    /// A request about something that an object carries.
    ///
    /// - Parameters:
    ///   - name: What, as a query parameter.
    ///   - operation: The verb.
    ///   - method: The HTTP method.
    ///   - key: The object's key.
    ///   - version: The version.
    static func subresource(
        _ name: String, _ operation: Operation, _ method: HTTPMethod, _ key: Key, _ version: String?
    ) -> S3Request {
        var request = S3Request(operation, method, .object(key))
        request.query = [(name, "")]
        if let version { request.query.append(("versionId", version)) }
        return request
    }

    /// Gives a request its XML body, with the digest that servers want of it.
    ///
    /// - Parameter body: Makes the XML.
    /// - Throws: `invalidArgument` for text that XML cannot carry.
    mutating func setXML(_ body: () throws(XMLError) -> [UInt8]) throws(StoreError) {
        do throws(XMLError) {
            self.body = Payload(Chunk(try body()))
        } catch {
            throw StoreError(.invalidArgument, "the request cannot be written as XML: \(error)", key: key?.string)
        }
        headers.append(("content-type", "application/xml"))
        signsBody = true
        sendsMD5 = true
    }

    /// GetObjectTagging.
    static func getTags(_ key: Key, _ version: String?) -> S3Request { tagging(.tags, .get, key, version) }

    /// DeleteObjectTagging.
    static func deleteTags(_ key: Key, _ version: String?) -> S3Request { tagging(.setTags, .delete, key, version) }

    /// PutObjectTagging: replaces all tags.
    ///
    /// - Throws: `invalidArgument` for text that XML cannot carry.
    static func putTags(_ key: Key, _ version: String?, _ tags: [String: String]) throws(StoreError) -> S3Request {
        var request = tagging(.setTags, .put, key, version)
        try request.setXML { () throws(XMLError) in
            var xml = XMLWriter("Tagging")
            xml.open("TagSet")
            for (name, value) in tags.sorted(by: { $0.key < $1.key }) {
                xml.open("Tag")
                try xml.element("Key", name)
                try xml.element("Value", value)
                xml.close("Tag")
            }
            xml.close("TagSet")
            return xml.finish()
        }
        return request
    }
}

extension S3Driver: TagsDriver {
    /// Asks for an object's tags.
    public func tags(of key: Key, version: String?) async throws(StoreError) -> [String: String] {
        do throws(StoreError) {
            return try await client.send(.getTags(key, version), reading: TaggingResult.self).document.tags
        } catch {
            // Some servers have a code for an object without tags.
            if error.serviceCode == "NoSuchTagSet" || error.serviceCode == "NoSuchTagSetError" { return [:] }
            throw error
        }
    }

    /// Replaces all tags of an object.
    public func setTags(_ tags: [String: String], of key: Key, version: String?) async throws(StoreError) {
        _ = try await client.send(tags.isEmpty ? .deleteTags(key, version) : try .putTags(key, version, tags))
    }
}
