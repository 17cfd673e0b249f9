/// How a service shall encrypt an object that it stores. Source: S3 user guide, "Protecting data with encryption".
public enum ServerSideEncryption: Sendable, Hashable {
    /// As the bucket is set up, whatever the store is set up to ask for.
    case bucketDefault
    /// With keys that the service manages itself (SSE-S3, `AES256`).
    case managed
    /// With a key of the key management service (SSE-KMS, `aws:kms`).
    ///
    /// - `keyID`: The key's id, alias or ARN; nil for the service's default key.
    /// - `context`: What the key management service logs and wants to see again; no secret.
    /// - `bucketKey`: Whether a key of the bucket stands in between, which saves calls of the key management service; nil
    ///   for what the bucket is set up to do.
    case kms(keyID: String? = nil, context: [String: String] = [:], bucketKey: Bool? = nil)
    /// Twice, with a key of the key management service (DSSE-KMS, `aws:kms:dsse`).
    ///
    /// - `keyID`: The key's id, alias or ARN; nil for the service's default key.
    /// - `context`: What the key management service logs and wants to see again; no secret.
    case dualLayerKMS(keyID: String? = nil, context: [String: String] = [:])
    /// With a key that the caller sends with every request, and the service does not keep (SSE-C).
    case customerKey(CustomerKey)

    /// The caller's own key, if it is one.
    public var customerKey: CustomerKey? {
        if case .customerKey(let key) = self { return key }
        return nil
    }

    /// What a driver has to claim.
    var features: Capabilities.Features {
        switch self {
        case .bucketDefault: []
        case .managed: .managedEncryption
        case .kms(_, _, let bucketKey): bucketKey == true ? [.kmsEncryption, .bucketKeys] : .kmsEncryption
        case .dualLayerKMS: .dualLayerEncryption
        case .customerKey: .customerKeys
        }
    }

    /// The name in messages.
    var name: String {
        switch self {
        case .bucketDefault: "bucketDefault"
        case .managed: "managed"
        case .kms(_, _, let bucketKey): bucketKey == true ? "kms with a bucket key" : "kms"
        case .dualLayerKMS: "dualLayerKMS"
        case .customerKey: "customerKey"
        }
    }

    /// - Throws: `invalidArgument` for a key's name or a context that cannot be.
    package func validate() throws(StoreError) {
        switch self {
        case .bucketDefault, .managed, .customerKey: return
        case .kms(let keyID, let context, _), .dualLayerKMS(let keyID, let context):
            if let keyID, keyID.isEmpty || !keyID.utf8.allSatisfy({ (33...126).contains($0) }) {
                throw StoreError(
                    .invalidArgument, "the name of a KMS key is empty or not plain text; give its id, alias or ARN")
            }
            if context.keys.contains("") {
                throw StoreError(.invalidArgument, "a name in the encryption context is empty")
            }
        }
    }
}

/// How a stored object is encrypted, as the service tells it.
public struct ObjectEncryption: Sendable, Hashable {
    /// By whose keys.
    public enum Method: Sendable, Hashable {
        /// Those that the service manages itself (SSE-S3).
        case managed
        /// A key of the key management service (SSE-KMS).
        case kms
        /// Twice, a key of the key management service (DSSE-KMS).
        case dualLayerKMS
        /// The caller's own (SSE-C).
        case customerKey
        /// Something that this version does not know, in the service's words.
        case other(String)
    }

    /// By whose keys.
    public var method: Method
    /// The key of the key management service, as the service names it.
    public var keyID: String?
    /// Whether a key of the bucket stands between the object and the key management service.
    public var usesBucketKey: Bool
    /// The MD5 of the caller's own key in Base64, which tells keys apart without showing them.
    public var customerKeyMD5: String?

    /// Makes a record.
    ///
    /// - Parameters:
    ///   - method: By whose keys.
    ///   - keyID: The key of the key management service.
    ///   - usesBucketKey: Whether a key of the bucket stands in between.
    ///   - customerKeyMD5: The MD5 of the caller's own key in Base64.
    public init(_ method: Method, keyID: String? = nil, usesBucketKey: Bool = false, customerKeyMD5: String? = nil) {
        self.method = method
        self.keyID = keyID
        self.usesBucketKey = usesBucketKey
        self.customerKeyMD5 = customerKeyMD5
    }

    /// Whether the ETag may look like an MD5 of the bytes and be none. Source: S3 API reference, "Object", `ETag`.
    package var hidesDigest: Bool { method != .managed }
}
