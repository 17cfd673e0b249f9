import COpenSSL
import Coffer

/// The key of one day, region and service, derived from a secret; all that a signature needs beside the request.
///
/// Deriving it takes four HMACs; it is kept for as long as the day lasts (see ``SigningKeyCache``).
final class SigningKey: Sendable {
    /// The day it is good for: the first eight characters of a date.
    let day: SIMD8<UInt8>
    /// `20130524/us-east-1/s3/aws4_request`.
    let scope: [UInt8]
    /// The start of an `Authorization` header, up to the names of the headers.
    let authorizationPrefix: [UInt8]
    /// The value of `X-Amz-Credential`, encoded.
    let encodedCredential: [UInt8]
    private let key: HMACKey

    /// Derives the key. Source: "Derive a signing key for AWS API requests", IAM user guide.
    ///
    /// - Parameters:
    ///   - credentials: The access key and its secret.
    ///   - date: Any time of the day.
    ///   - region: The region, for instance `us-east-1`.
    ///   - service: The service, `s3`.
    init(_ credentials: Credentials, _ date: AmzDate, region: String, service: String) throws(StoreError) {
        day = date.day
        var scope = ByteBuffer(capacity: 64)
        withUnsafeBytes(of: date.day) { scope.append($0) }
        for part in [region, service, "aws4_request"] {
            scope.append(UInt8(ascii: "/"))
            scope.append(part)
        }
        var prefix = ByteBuffer(capacity: 128)
        prefix.append("AWS4-HMAC-SHA256 Credential=")
        let start = prefix.count
        prefix.append(credentials.accessKeyID)
        prefix.append(UInt8(ascii: "/"))
        prefix.append(scope.bytes)
        var encoded = ByteBuffer(capacity: 128)
        encoded.append(encoding: prefix.bytes(start, prefix.count))
        prefix.append(", SignedHeaders=")
        self.scope = Array(scope.bytes)
        authorizationPrefix = Array(prefix.bytes)
        encodedCredential = Array(encoded.bytes)

        var secret = ByteBuffer(capacity: 128)
        secret.append("AWS4")
        secret.append(credentials.secretAccessKey)
        defer { secret.wipe() }
        var context = try DigestContext(.sha256)
        var digest = try withUnsafeBytes(of: day) { bytes throws(StoreError) in
            try HMACKey(secret.bytes).authenticate(bytes, in: &context)
        }
        for part in [region, service, "aws4_request"] {
            let key = try withUnsafeBytes(of: digest.bytes) { bytes throws(StoreError) in try HMACKey(bytes) }
            secret.wipe()
            secret.append(part)
            digest = try key.authenticate(secret.bytes, in: &context)
        }
        key = try withUnsafeBytes(of: digest.bytes) { bytes throws(StoreError) in try HMACKey(bytes) }
    }

    /// Signs a string to sign.
    ///
    /// - Parameters:
    ///   - text: The string to sign.
    ///   - context: A SHA-256 context to work in.
    func sign(_ text: UnsafeRawBufferPointer, in context: inout DigestContext) throws(StoreError) -> SHA256Digest {
        try key.authenticate(text, in: &context)
    }
}

extension ByteBuffer {
    /// Overwrites what was written, so that a secret does not stay in freed memory.
    mutating func wipe() {
        OPENSSL_cleanse(UnsafeMutableRawPointer(mutating: bytes.baseAddress), count)
        removeAll()
    }
}

/// The last two keys derived from one set of credentials: today's, and that of a caller who signs for another day.
final class SigningKeyCache: Sendable {
    private let keys = ForkSafeLock<(SigningKey?, SigningKey?)>((nil, nil))

    /// The key of a day; derived if it is not there.
    func key(
        _ credentials: Credentials, _ date: AmzDate, region: String, service: String
    ) throws(StoreError) -> SigningKey {
        let day = date.day
        let known: SigningKey? = keys.withLock { keys in
            if let key = keys.0, key.day == day { return key }
            if let key = keys.1, key.day == day { return key }
            return nil
        }
        if let known { return known }
        // Outside of the lock: two threads may derive the same key, which does no harm.
        let key = try SigningKey(credentials, date, region: region, service: service)
        keys.withLock { keys in
            keys.1 = keys.0
            keys.0 = key
        }
        return key
    }
}
