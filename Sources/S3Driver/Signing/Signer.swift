import Coffer

/// Signs requests with AWS Signature Version 4, for one set of credentials, region and service.
///
/// A value: keep one per region and share it. It caches the signing key of the day, so do not make one per request.
/// Source: "AWS Signature Version 4 for API requests", IAM user guide; "Authenticating requests", S3 API reference.
struct Signer: Sendable {
    /// What it signs with.
    let credentials: Credentials
    /// The region, for instance `us-east-1`.
    let region: String
    /// The service, `s3` nearly always.
    let service: String
    /// How the service wants its requests signed.
    let rules: SigningRules
    private let cache = SigningKeyCache()

    /// Makes a signer.
    ///
    /// - Parameters:
    ///   - credentials: What it signs with.
    ///   - region: The region.
    ///   - service: The service.
    ///   - rules: How the service wants its requests signed.
    init(credentials: Credentials, region: String, service: String = "s3", rules: SigningRules = .s3) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.rules = rules
    }

    /// The key of a day.
    func key(_ date: AmzDate) throws(StoreError) -> SigningKey {
        try cache.key(credentials, date, region: region, service: service)
    }

    /// Signs a finished canonical request: digest, string to sign, signature.
    ///
    /// - Parameters:
    ///   - request: Complete and sorted.
    ///   - payload: What is said of the body.
    ///   - date: The time.
    ///   - key: The key of that day.
    func signature(
        _ request: borrowing CanonicalRequest, _ payload: PayloadHash, _ date: AmzDate, _ key: SigningKey
    ) throws(StoreError) -> SHA256Digest {
        var text = ByteBuffer(capacity: 2048)
        request.write(to: &text, rules, payload)
        var context = try DigestContext(.sha256)
        context.update(text.bytes)
        let digest = try context.finishSHA256()
        text.removeAll()
        Signer.writeStringToSign(to: &text, date, key, digest)
        return try key.sign(text.bytes, in: &context)
    }

    /// Writes the string to sign of a request.
    ///
    /// - Parameters:
    ///   - output: What it is appended to.
    ///   - date: The time.
    ///   - key: The key of that day.
    ///   - request: The digest of the canonical request.
    static func writeStringToSign(
        to output: inout ByteBuffer, _ date: AmzDate, _ key: SigningKey, _ request: SHA256Digest
    ) {
        output.append("AWS4-HMAC-SHA256\n")
        output.append(date)
        output.append(UInt8(ascii: "\n"))
        output.append(key.scope)
        output.append(UInt8(ascii: "\n"))
        output.append(hex: request)
    }
}

extension Signer: CustomStringConvertible, CustomReflectable {
    /// The access key, region and service.
    var description: String { "Signer(\(credentials.accessKeyID), \(region), \(service))" }

    /// The access key, region and service.
    var customMirror: Mirror {
        Mirror(self, children: ["accessKeyID": credentials.accessKeyID, "region": region, "service": service])
    }
}
