import Coffer
import HTTPTransport

extension S3Request {
    /// PutObject: stores a whole object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - payload: The bytes.
    ///   - options: Metadata and condition.
    static func putObject(_ key: Key, _ payload: Payload, _ options: WriteOptions) -> S3Request {
        var request = S3Request(.put, .put, .object(key))
        MetadataHeaders.write(options.metadata, to: &request.headers)
        request.body = payload
        request.condition = options.condition
        // A refusal then costs no megabytes.
        request.expectContinue = payload.count > 1 << 20
        return request
    }
}

extension S3Driver {
    /// Stores a whole object.
    public func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
        let response = try await client.send(.putObject(key, payload, options))
        guard let etag = response.etag else { throw S3Driver.missing("ETag", response, .put, key) }
        return ObjectInfo(
            key: key, size: payload.count, etag: etag, metadata: options.metadata,
            version: MetadataHeaders.version(response.headers))
    }

    /// The error for an answer that lacks what it must have.
    static func missing(_ what: String, _ response: HTTPResponse, _ operation: Operation, _ key: Key?) -> StoreError {
        StoreError(
            .invalidResponse, "the service's answer has no \(what); is this an S3 endpoint?", operation: operation,
            key: key?.string, driver: "s3", isRetryable: true, httpStatus: response.status,
            requestID: response.requestID)
    }
}
