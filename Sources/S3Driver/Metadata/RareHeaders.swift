import Coffer
import HTTPTransport

/// What few objects have, as headers of answers: read in one pass, and without making strings of what is not there.
enum RareHeaders {
    /// Reads everything but the checksum.
    ///
    /// - Parameters:
    ///   - headers: The answer's headers.
    ///   - info: What is completed.
    static func read(_ headers: HTTPHeaders, into info: inout RareObjectInfo) {
        var encryption = Encryption()
        var mode: Retention.Mode?
        var until: Timestamp?
        var found = info
        headers.forEachField(withPrefix: "x-amz-") { name, value in
            // s(erver-side-encryption…), o(bject-lock…), t(agging-count), r(estore).
            switch name.first.map({ $0 | 0x20 }) {
            case UInt8(ascii: "s"): encryption.read(name, value)
            case UInt8(ascii: "o"):
                switch lowercased(name) {
                case "object-lock-mode": mode = Retention.Mode(rawValue: text(value))
                case "object-lock-retain-until-date": until = Timestamp(iso8601: text(value))
                case "object-lock-legal-hold": found.legalHold = text(value) == "ON"
                default: break
                }
            case UInt8(ascii: "t"):
                if lowercased(name) == "tagging-count" {
                    found.tagCount = Int(text(value)).flatMap { $0 > 0 ? $0 : nil }
                }
            case UInt8(ascii: "r"):
                if lowercased(name) == "restore" { found.restore = restore(text(value)) }
            default: break
            }
        }
        found.encryption = encryption.result
        if let mode, let until { found.retention = Retention(mode, until: until) }
        info = found
    }

    /// How an answer says that an object is encrypted.
    static func encryption(_ headers: HTTPHeaders) -> ObjectEncryption? {
        var encryption = Encryption()
        headers.forEachField(withPrefix: "x-amz-s") { name, value in encryption.read(name, value, from: 1) }
        return encryption.result
    }

    private struct Encryption {
        var method: ObjectEncryption.Method?
        var keyID: String?
        var usesBucketKey = false
        var md5: String?
        var isCustomer = false

        /// Takes a header.
        ///
        /// - Parameter skipped: How much of the name after `x-amz-` the caller has taken off.
        mutating func read(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, from skipped: Int = 0) {
            // server-side-encryption
            guard name.count >= 22 - skipped else { return }
            switch (skipped == 0 ? "" : "s") + lowercased(name) {
            case "server-side-encryption": method = RareHeaders.method(text(value))
            case "server-side-encryption-aws-kms-key-id": keyID = text(value)
            case "server-side-encryption-bucket-key-enabled": usesBucketKey = lowercased(value) == "true"
            case "server-side-encryption-customer-algorithm": isCustomer = true
            case "server-side-encryption-customer-key-md5": md5 = text(value)
            default: break
            }
        }

        var result: ObjectEncryption? {
            if isCustomer { return ObjectEncryption(.customerKey, customerKeyMD5: md5) }
            return method.map { ObjectEncryption($0, keyID: keyID, usesBucketKey: usesBucketKey) }
        }
    }

    private static func method(_ text: String) -> ObjectEncryption.Method {
        switch text {
        case "AES256": .managed
        case "aws:kms": .kms
        case "aws:kms:dsse": .dualLayerKMS
        default: .other(text)
        }
    }

    /// Reads `ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"`. Source: S3 API reference,
    /// "HeadObject".
    static func restore(_ text: String) -> RestoreStatus? {
        guard let isOngoing = quoted("ongoing-request", in: text) else { return nil }
        return RestoreStatus(
            isOngoing: isOngoing == "true", expires: quoted("expiry-date", in: text).flatMap { Timestamp(httpDate: $0) }
        )
    }

    private static func quoted(_ name: String, in text: String) -> String? {
        guard let start = text.firstRange(of: name + "=\"")?.upperBound else { return nil }
        return String(text[start...].prefix { $0 != "\"" })
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func lowercased(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.lazy.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

extension ServerSideEncryption {
    /// What is known of an object if the service said yes to this; nil if it was left to the bucket.
    var confirmed: ObjectEncryption? {
        switch self {
        case .bucketDefault: nil
        case .managed: ObjectEncryption(.managed)
        case .kms(let keyID, _, let bucketKey): ObjectEncryption(.kms, keyID: keyID, usesBucketKey: bucketKey ?? false)
        case .dualLayerKMS(let keyID, _): ObjectEncryption(.dualLayerKMS, keyID: keyID)
        case .customerKey: ObjectEncryption(.customerKey)
        }
    }

    /// Compares what was asked for with what the service says that it did.
    ///
    /// - Parameters:
    ///   - wanted: What was asked for; nil for nothing.
    ///   - found: What the answer says.
    ///   - key: The object's key.
    /// - Throws: `unsupported` if the service ignored it: the object is there, and is not encrypted as it should be.
    static func check(
        _ wanted: ServerSideEncryption?, _ found: ObjectEncryption?, _ key: Key
    ) throws(StoreError) {
        guard let method = wanted?.confirmed?.method, found?.method != method else { return }
        throw StoreError(
            .unsupported,
            "the service ignored the encryption that was asked for: the object is stored, and not encrypted so; delete it,"
                + " and tell the driver by the option disable what the service does not have",
            key: key.string, driver: "s3")
    }
}
