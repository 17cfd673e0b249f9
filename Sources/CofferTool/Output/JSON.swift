import Coffer

/// A JSON value, just large enough to write one line. Source: RFC 8259.
enum JSON: Sendable, Equatable {
    case string(String)
    case number(Int64)
    case decimal(Double)
    case boolean(Bool)
    case null
    case array([JSON])
    /// Members in the order in which they are written.
    case object([(String, JSON)])

    static func == (a: JSON, b: JSON) -> Bool { a.text == b.text }

    /// An object without the members that are nil.
    static func members(_ pairs: [(String, JSON?)]) -> JSON {
        .object(pairs.compactMap { name, value in value.map { (name, $0) } })
    }

    /// The value on one line.
    var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .string(let text): Self.writeString(text, to: &bytes)
        case .number(let value): bytes += Array(String(value).utf8)
        case .decimal(let value): bytes += Array((value.isFinite ? String(value) : "null").utf8)
        case .boolean(let value): bytes += Array((value ? "true" : "false").utf8)
        case .null: bytes += Array("null".utf8)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.writeString(member.0, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.1.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func writeString(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += Array("\\n".utf8)
            case 0x0D: bytes += Array("\\r".utf8)
            case 0x09: bytes += Array("\\t".utf8)
            case 0..<0x20, 0x7F: bytes += Array("\\u00".utf8) + hexDigits(byte)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

private func hexDigits(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
}

extension JSON {
    /// The members that say what is known of an object.
    static func fields(of info: ObjectInfo) -> [(String, JSON?)] {
        let metadata = info.metadata
        return [
            ("key", .string(info.key.string)),
            ("size", .number(info.size)),
            ("etag", info.etag.map { .string($0.value) }),
            ("modified", info.lastModified.map { .string($0.iso8601) }),
            ("contentType", metadata.contentType.map(JSON.string)),
            ("contentDisposition", metadata.contentDisposition.map(JSON.string)),
            ("contentEncoding", metadata.contentEncoding.map(JSON.string)),
            ("contentLanguage", metadata.contentLanguage.map(JSON.string)),
            ("cacheControl", metadata.cacheControl.map(JSON.string)),
            (
                "metadata",
                metadata.user.isEmpty
                    ? nil : .object(metadata.user.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
            ),
            ("version", info.version.map(JSON.string)),
            ("storageClass", info.storageClass.map(JSON.string)),
        ]
    }

    /// The members that say what went wrong.
    static func fields(of error: StoreError) -> [(String, JSON?)] {
        [
            ("code", .string(error.code.name)),
            ("message", .string(error.message)),
            ("operation", error.operation.map { .string($0.rawValue) }),
            ("key", error.key.map(JSON.string)),
            ("driver", error.driver.map(JSON.string)),
            ("retryable", .boolean(error.isRetryable)),
            ("httpStatus", error.httpStatus.map { .number(Int64($0)) }),
            ("serviceCode", error.serviceCode.map(JSON.string)),
            ("requestID", error.requestID.map(JSON.string)),
            ("attempts", .number(Int64(error.attempts))),
        ]
    }
}
