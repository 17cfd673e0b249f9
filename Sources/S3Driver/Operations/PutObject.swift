import Coffer
import HTTPTransport

extension S3Request {
    /// PutObject: stores a whole object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - payload: The bytes.
    ///   - options: Metadata and condition.
    ///   - checksum: What checksum goes with it.
    ///   - attributes: What else the object carries.
    /// - Throws: `internal` if OpenSSL has no MD5, which a customer's key needs.
    static func putObject(
        _ key: Key, _ payload: Payload, _ options: WriteOptions, _ checksum: ChecksumPlan? = nil,
        _ attributes: RareWriteOptions? = nil
    ) throws(StoreError) -> S3Request {
        var request = S3Request(.put, .put, .object(key))
        MetadataHeaders.write(options.metadata, to: &request.headers)
        try request.add(attributes)
        if let visibility = options.visibility { request.headers.append(("x-amz-acl", visibility.cannedACL)) }
        request.body = payload
        request.condition = options.condition
        request.checksum = checksum
        // A refusal then costs no megabytes.
        request.expectContinue = payload.count > 1 << 20
        return request
    }
}

extension RareObjectInfo {
    /// Takes what was written with the object.
    mutating func take(_ attributes: RareWriteOptions) {
        retention = attributes.retention
        legalHold = attributes.legalHold
        tagCount = attributes.tags.flatMap { $0.isEmpty ? nil : $0.count }
    }
}

extension S3Driver {
    /// Stores a whole object.
    public func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
        let attributes = settings.attributes(options.rare)
        let plan = settings.checksumPlan(options.checksum)
        var request = try S3Request.putObject(key, payload, options, plan, attributes)
        // What is to be locked needs a digest of one kind or the other.
        request.sendsMD5 = settings.sendsContentMD5 || (plan == nil && attributes?.isLocking == true)
        let body = try await client.prepare(request)
        let response = try await client.send(request, body)
        guard let etag = response.etag else { throw S3Driver.missing("ETag", response, .put, key) }
        try S3Driver.compare("the service stored something else", body.checksum, response.headers.checksum)
        var info = ObjectInfo(
            key: key, size: payload.count, etag: etag, metadata: options.metadata,
            version: MetadataHeaders.version(response.headers))
        var rare = RareObjectInfo(checksum: body.checksum ?? response.headers.checksum)
        rare.encryption = RareHeaders.encryption(response.headers)
        if let attributes {
            try ServerSideEncryption.check(attributes.encryption, rare.encryption, key)
            info.storageClass = attributes.storageClass
            rare.take(attributes)
        }
        info.rare = rare
        return info
    }

    /// Compares what was sent with what the service says that it stored, if both are of one kind.
    ///
    /// - Throws: `checksumMismatch` if they differ.
    static func compare(_ what: String, _ sent: Checksum?, _ stored: Checksum?) throws(StoreError) {
        guard let sent, let stored, sent.algorithm == stored.algorithm, sent.parts == stored.parts else { return }
        if sent != stored { throw StoreError.mismatch(what, expected: sent, found: stored) }
    }

    /// The error for an answer that lacks what it must have.
    static func missing(_ what: String, _ response: HTTPResponse, _ operation: Operation, _ key: Key?) -> StoreError {
        StoreError(
            .invalidResponse, "the service's answer has no \(what); is this an S3 endpoint?", operation: operation,
            key: key?.string, driver: "s3", isRetryable: true, httpStatus: response.status,
            requestID: response.requestID)
    }
}
