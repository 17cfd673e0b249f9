import Coffer
import HTTPTransport

/// What objects carry beside bytes and metadata, as headers of requests: encryption, storage class, tags, lock.
enum AttributeHeaders {
    /// Adds what is set.
    ///
    /// - Parameters:
    ///   - attributes: Checked by ``Store``.
    ///   - headers: What is added to.
    /// - Throws: `internal` if OpenSSL has no MD5.
    static func write(
        _ attributes: RareWriteOptions, to headers: inout [(name: String, value: String)]
    ) throws(StoreError) {
        if let encryption = attributes.encryption { try EncryptionHeaders.write(encryption, to: &headers) }
        if let storageClass = attributes.storageClass { headers.append(("x-amz-storage-class", storageClass)) }
        // Ceph takes an empty list for one that it cannot read any more.
        if let tags = attributes.tags, !tags.isEmpty { headers.append(("x-amz-tagging", query(tags))) }
        if let retention = attributes.retention {
            headers.append(("x-amz-object-lock-mode", retention.mode.rawValue))
            headers.append(("x-amz-object-lock-retain-until-date", retention.until.iso8601))
        }
        if let legalHold = attributes.legalHold {
            headers.append(("x-amz-object-lock-legal-hold", legalHold ? "ON" : "OFF"))
        }
    }

    /// Tags as the header wants them: as the query of a URL, in the order of the names.
    private static func query(_ tags: [String: String]) -> String {
        tags.sorted { $0.key < $1.key }
            .map { PercentEncoding.encode($0.key) + "=" + PercentEncoding.encode($0.value) }
            .joined(separator: "&")
    }
}

extension S3Settings {
    /// What a write asks for, where it says nothing itself as the store is set up.
    ///
    /// - Parameter wanted: What the caller said.
    /// - Returns: Nil for nothing.
    func attributes(_ wanted: RareWriteOptions?) -> RareWriteOptions? {
        guard var attributes = wanted else { return writeDefaults }
        if attributes.encryption == nil { attributes.encryption = writeDefaults?.encryption }
        if attributes.storageClass == nil { attributes.storageClass = writeDefaults?.storageClass }
        return attributes
    }

    /// What is said of an upload in parts or of a copy, and what has to be set when the object is there.
    ///
    /// - Parameter attributes: What the object shall carry.
    func split(_ attributes: RareWriteOptions?) -> (sent: RareWriteOptions?, afterwards: RareWriteOptions?) {
        guard !server.keepsAttributesOfParts, var sent = attributes else { return (attributes, nil) }
        let tags = sent.tags.flatMap { $0.isEmpty ? nil : $0 }
        let rest = RareWriteOptions(tags: tags, retention: sent.retention, legalHold: sent.legalHold)
        if rest.isEmpty { return (attributes, nil) }
        if tags != nil { sent.tags = nil }
        (sent.retention, sent.legalHold) = (nil, nil)
        return (sent, rest)
    }

    /// The key that a read needs: the caller's, or the one that the store is set up with.
    func customerKey(_ wanted: CustomerKey?) -> CustomerKey? { wanted ?? writeDefaults?.encryption?.customerKey }

    /// The key that the parts of an upload need.
    func customerKey(of upload: UploadID) -> CustomerKey? {
        (upload.encryption ?? writeDefaults?.encryption)?.customerKey
    }
}

extension S3Driver {
    /// Sets what the server did not take from an upload in parts or from a copy.
    ///
    /// - Parameters:
    ///   - attributes: Tags and lock; nil for nothing.
    ///   - key: The object's key.
    ///   - version: The version that was made, if it is known.
    /// - Throws: What the server says; the object is there then, without them.
    func set(_ attributes: RareWriteOptions?, of key: Key, version: String?) async throws(StoreError) {
        guard let attributes else { return }
        if let tags = attributes.tags { try await setTags(tags, of: key, version: version) }
        if let retention = attributes.retention {
            try await setRetention(retention, of: key, version: version, bypassesGovernance: false)
        }
        if let isHeld = attributes.legalHold { try await setLegalHold(isHeld, of: key, version: version) }
    }
}

extension S3Request {
    /// Adds what objects carry.
    ///
    /// - Throws: `internal` if OpenSSL has no MD5.
    mutating func add(_ attributes: RareWriteOptions?) throws(StoreError) {
        guard let attributes else { return }
        try AttributeHeaders.write(attributes, to: &headers)
        carriesCustomerKey = attributes.encryption?.customerKey != nil || carriesCustomerKey
    }

    /// Adds the key of a customer.
    ///
    /// - Parameters:
    ///   - key: The key; nil for none.
    ///   - isSource: Whether it is that of a copy's source.
    /// - Throws: `internal` if OpenSSL has no MD5.
    mutating func add(_ key: CustomerKey?, ofSource isSource: Bool = false) throws(StoreError) {
        guard let key else { return }
        try EncryptionHeaders.write(key, ofSource: isSource, to: &headers)
        carriesCustomerKey = true
    }
}
