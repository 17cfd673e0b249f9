/// How objects are encrypted that are written without a word about it. Source: `ServerSideEncryptionConfiguration`, S3 API
/// reference.
public struct BucketEncryption: BucketConfiguration, S3Mapped {
    /// The rules: one, today.
    public var rules: [EncryptionRule]
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration of one rule.
    ///
    /// - Parameters:
    ///   - algorithm: How.
    ///   - kmsKey: The key's ARN or identifier, of the algorithms with KMS; nil for the service's own.
    ///   - usesBucketKey: Whether the key service is asked for a key of the bucket, rather than for one of each object.
    public init(_ algorithm: EncryptionAlgorithm, kmsKey: String? = nil, usesBucketKey: Bool? = nil) {
        rules = [EncryptionRule(algorithm, kmsKey: kmsKey, usesBucketKey: usesBucketKey)]
    }

    /// No rules: what a configuration is read into.
    public init() { rules = [] }

    /// The subresource `encryption`.
    public static let subresource = BucketSubresource(
        "encryption", root: "ServerSideEncryptionConfiguration",
        absent: ["ServerSideEncryptionConfigurationNotFoundError"])

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) { xml.children("Rule", &rules) }
}

/// How a service encrypts what it stores.
public struct EncryptionAlgorithm: S3Token {
    /// The word.
    public let rawValue: String
    /// Makes a word.
    ///
    /// - Parameter rawValue: As the service spells it.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// With keys that the service keeps to itself: SSE-S3.
    public static let aes256: EncryptionAlgorithm = "AES256"
    /// With keys of the key service: SSE-KMS.
    public static let kms: EncryptionAlgorithm = "aws:kms"
    /// Twice, with keys of the key service: DSSE-KMS.
    public static let dualKMS: EncryptionAlgorithm = "aws:kms:dsse"
}

/// One rule of a bucket's encryption.
public struct EncryptionRule: S3Mapped {
    /// How objects are encrypted that are written without a word about it; nil to leave that as it is.
    public var byDefault: DefaultEncryption?
    /// Whether the key service is asked for a key of the bucket, rather than for one of each object.
    public var usesBucketKey: Bool?
    /// What writes may not use, for instance `SSE-C`; `NONE` to allow all.
    public var blockedTypes: [String] = []
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a rule.
    ///
    /// - Parameters:
    ///   - algorithm: How.
    ///   - kmsKey: The key's ARN or identifier.
    ///   - usesBucketKey: Whether the key service is asked for a key of the bucket.
    public init(_ algorithm: EncryptionAlgorithm, kmsKey: String? = nil, usesBucketKey: Bool? = nil) {
        byDefault = DefaultEncryption(algorithm, kmsKey: kmsKey)
        self.usesBucketKey = usesBucketKey
    }

    /// What a rule is read into.
    public init() {}

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("ApplyServerSideEncryptionByDefault", &byDefault)
        xml.child("BucketKeyEnabled", &usesBucketKey)
        xml.group("BlockedEncryptionTypes") { $0.children("EncryptionType", &blockedTypes) }
    }
}

/// The encryption of objects that are written without a word about it.
public struct DefaultEncryption: S3Mapped {
    /// How.
    public var algorithm: EncryptionAlgorithm
    /// The key's ARN or identifier, of the algorithms with KMS; nil for the service's own.
    public var kmsKey: String?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes an encryption.
    ///
    /// - Parameters:
    ///   - algorithm: How.
    ///   - kmsKey: The key's ARN or identifier.
    public init(_ algorithm: EncryptionAlgorithm, kmsKey: String? = nil) {
        self.algorithm = algorithm
        self.kmsKey = kmsKey
    }

    /// What an encryption is read into.
    public init() { self.init(.aes256) }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("SSEAlgorithm", &algorithm)
        xml.child("KMSMasterKeyID", &kmsKey)
    }
}
