import Coffer
import HTTPTransport

/// Metadata as headers, both ways.
enum MetadataHeaders {
    /// What stands before the user's names.
    static let userPrefix = "x-amz-meta-"

    /// Adds what is set.
    ///
    /// - Parameters:
    ///   - metadata: Checked and folded by ``Store``.
    ///   - headers: What is added to.
    static func write(_ metadata: ObjectMetadata, to headers: inout [(name: String, value: String)]) {
        if metadata.isEmpty { return }
        if let value = metadata.contentType { headers.append(("content-type", value)) }
        if let value = metadata.contentDisposition { headers.append(("content-disposition", value)) }
        if let value = metadata.contentEncoding { headers.append(("content-encoding", value)) }
        if let value = metadata.contentLanguage { headers.append(("content-language", value)) }
        if let value = metadata.cacheControl { headers.append(("cache-control", value)) }
        for (name, value) in metadata.user { headers.append((userPrefix + name, EncodedWords.encode(value))) }
    }

    /// Reads what an answer to GET or HEAD says of the object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - size: The size of the whole object.
    ///   - headers: The answer's headers.
    static func info(_ key: Key, size: Int64, _ headers: HTTPHeaders) -> ObjectInfo {
        var info = ObjectInfo(key: key, size: size)
        if let text = headers["etag"], !text.isEmpty { info.etag = ETag(text) }
        info.lastModified = headers["last-modified"].flatMap { Timestamp(httpDate: $0) }
        info.version = version(headers)
        info.storageClass = headers["x-amz-storage-class"]
        var rare = RareObjectInfo(checksum: headers.checksum)
        RareHeaders.read(headers, into: &rare)
        info.rare = rare
        info.metadata = metadata(headers)
        return info
    }

    /// The version that an answer names; `null` is that of objects without one.
    static func version(_ headers: HTTPHeaders) -> String? {
        guard let text = headers["x-amz-version-id"], !text.isEmpty else { return nil }
        return text
    }

    /// An encoding without `aws-chunked`, which is only how the bytes were sent; old Ceph keeps it.
    private static func withoutFraming(_ encoding: String) -> String? {
        guard encoding.contains("aws-chunked") else { return encoding }
        let rest = encoding.split(separator: ",").map { $0.drop { $0 == " " } }.filter { $0 != "aws-chunked" }
        return rest.isEmpty ? nil : rest.joined(separator: ",")
    }

    private static func metadata(_ headers: HTTPHeaders) -> ObjectMetadata {
        var metadata = ObjectMetadata()
        metadata.contentType = headers["content-type"]
        metadata.contentDisposition = headers["content-disposition"]
        metadata.contentEncoding = headers["content-encoding"].flatMap(withoutFraming)
        metadata.contentLanguage = headers["content-language"]
        metadata.cacheControl = headers["cache-control"]
        headers.forEach(withPrefix: userPrefix) { name, value in
            // Two headers of one name are one with both values. Source: RFC 9110, section 5.3.
            let text = EncodedWords.decode(value)
            metadata.user[name] = metadata.user[name].map { $0 + "," + text } ?? text
        }
        return metadata
    }
}
