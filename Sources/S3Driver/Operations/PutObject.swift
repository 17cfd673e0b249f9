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
    static func putObject(
        _ key: Key, _ payload: Payload, _ options: WriteOptions, _ checksum: ChecksumPlan? = nil
    ) -> S3Request {
        var request = S3Request(.put, .put, .object(key))
        MetadataHeaders.write(options.metadata, to: &request.headers)
        request.body = payload
        request.condition = options.condition
        request.checksum = checksum
        // A refusal then costs no megabytes.
        request.expectContinue = payload.count > 1 << 20
        return request
    }
}

extension S3Driver {
    /// Stores a whole object.
    public func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
        var request = S3Request.putObject(key, payload, options, settings.checksumPlan(options.checksum))
        request.sendsMD5 = settings.sendsContentMD5
        let body = try await client.prepare(request)
        let response = try await client.send(request, body)
        guard let etag = response.etag else { throw S3Driver.missing("ETag", response, .put, key) }
        try S3Driver.compare("the service stored something else", body.checksum, response.headers.checksum)
        return ObjectInfo(
            key: key, size: payload.count, etag: etag, metadata: options.metadata,
            version: MetadataHeaders.version(response.headers),
            checksum: body.checksum ?? response.headers.checksum)
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
