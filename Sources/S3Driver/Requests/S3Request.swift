import Coffer
import HTTPTransport

/// One request to S3, as a value: what every operation is made of.
///
/// An operation is a small file with a function that makes one of these and a function that reads the answer.
/// ``S3Client`` does the rest: where it goes, signature, repair, errors.
struct S3Request: Sendable {
    /// What the request is about.
    enum Resource: Sendable {
        /// The service itself, no bucket.
        case service
        /// The bucket of the store.
        case bucket
        /// An object in it.
        case object(Key)
    }

    /// The verb, for errors.
    var operation: Operation
    /// The HTTP method.
    var method: HTTPMethod
    /// What the request is about.
    var resource: Resource
    /// Parameters, not encoded.
    var query: [(name: String, value: String)] = []
    /// Headers, without those that signing and transport add.
    var headers: [(name: String, value: String)] = []
    /// The body.
    var body = Payload()
    /// What must be true of the object that is written or deleted; sent as a header, and told apart in errors.
    var condition = WriteCondition.none
    /// The statuses that mean success.
    var success: ClosedRange<Int> = 200...206
    /// A successful answer's body of up to so many bytes is received at once.
    var collectLimit = S3Request.answerLimit
    /// Whether the digest of the body is signed whatever the settings say: for small XML bodies.
    var signsBody = false
    /// What checksum goes with the body; nil for none.
    var checksum: ChecksumPlan?
    /// Whether `Content-MD5` goes with the body.
    var sendsMD5 = false
    /// Whether the server is asked before the body is sent.
    var expectContinue = false
    /// Whether a header carries a key of the caller's own, which must not travel in the clear.
    var carriesCustomerKey = false
    /// Whether the request runs alone in its call, so that a blocked caller's thread may do its work.
    var isSolitary = true

    /// The largest answer that is read into memory; a page of 1,000 keys of 1,024 escaped bytes has less.
    static let answerLimit = 16 << 20

    /// Makes a request without a body.
    ///
    /// - Parameters:
    ///   - operation: The verb.
    ///   - method: The HTTP method.
    ///   - resource: What the request is about.
    init(_ operation: Operation, _ method: HTTPMethod, _ resource: Resource) {
        self.operation = operation
        self.method = method
        self.resource = resource
    }

    /// The object's key, where the request is about one.
    var key: Key? {
        if case .object(let key) = resource { return key }
        return nil
    }
}

extension HTTPResponse {
    /// The service's identifier of the request.
    var requestID: String? { headers["x-amz-request-id"] }

    /// The object's ETag, where the answer has one.
    var etag: ETag? {
        guard let text = headers["etag"], !text.isEmpty, text != "\"\"" else { return nil }
        return ETag(text)
    }
}
