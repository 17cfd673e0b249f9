import Coffer

/// Encryption as headers of requests. Source: S3 API reference, "PutObject", "CopyObject", "GetObject".
enum EncryptionHeaders {
    static let prefix = "x-amz-server-side-encryption"
    private static let sourcePrefix = "x-amz-copy-source-server-side-encryption"

    /// Adds how an object shall be encrypted.
    ///
    /// - Throws: `internal` if OpenSSL has no MD5.
    static func write(
        _ encryption: ServerSideEncryption, to headers: inout [(name: String, value: String)]
    ) throws(StoreError) {
        switch encryption {
        case .bucketDefault: break
        case .managed: headers.append((prefix, "AES256"))
        case .kms(let keyID, let context, let bucketKey):
            headers.append((prefix, "aws:kms"))
            writeKMS(keyID, context, to: &headers)
            if let bucketKey { headers.append((prefix + "-bucket-key-enabled", bucketKey ? "true" : "false")) }
        case .dualLayerKMS(let keyID, let context):
            headers.append((prefix, "aws:kms:dsse"))
            writeKMS(keyID, context, to: &headers)
        case .customerKey(let key): try write(key, to: &headers)
        }
    }

    private static func writeKMS(
        _ keyID: String?, _ context: [String: String], to headers: inout [(name: String, value: String)]
    ) {
        if let keyID { headers.append((prefix + "-aws-kms-key-id", keyID)) }
        if !context.isEmpty {
            let text = Base64.encode(JSONText.object(context))
            headers.append((prefix + "-context", String(decoding: text, as: UTF8.self)))
        }
    }

    /// Adds the key of a customer.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - isSource: Whether it is that of a copy's source.
    ///   - headers: What is added to.
    /// - Throws: `internal` if OpenSSL has no MD5.
    static func write(
        _ key: CustomerKey, ofSource isSource: Bool = false, to headers: inout [(name: String, value: String)]
    ) throws(StoreError) {
        let prefix = (isSource ? sourcePrefix : prefix) + "-customer-"
        var hash = try MD5()
        key.bytes.withUnsafeBytes { hash.update($0) }
        let digest = try hash.finish()
        headers.append((prefix + "algorithm", "AES256"))
        headers.append((prefix + "key", key.base64))
        let md5 = withUnsafeBytes(of: digest) { Base64.encode($0) }
        headers.append((prefix + "key-md5", String(decoding: md5, as: UTF8.self)))
    }

    /// Whether a header says with which key an object is read.
    static func isCustomerKey(_ name: String) -> Bool { name.hasPrefix(prefix + "-customer-") }
}

/// JSON of the simplest kind.
enum JSONText {
    /// An object of strings, in the order of the names. Source: RFC 8259.
    static func object(_ pairs: [String: String]) -> [UInt8] {
        var output = ByteBuffer(capacity: 64)
        output.append(UInt8(ascii: "{"))
        for (index, pair) in pairs.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            append(pair.key, to: &output)
            output.append(UInt8(ascii: ":"))
            append(pair.value, to: &output)
        }
        output.append(UInt8(ascii: "}"))
        return Array(output.bytes)
    }

    private static func append(_ text: String, to output: inout ByteBuffer) {
        let digits = Array("0123456789abcdef".utf8)
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case 0..<32:
                output.append("\\u00")
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
