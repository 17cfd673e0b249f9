import Coffer

/// What a form may hold, as a document that is signed: JSON in Base64.
///
/// Source: S3 API reference, "POST policy". Spelled as Python's `json.dumps` does, so that the same form made by boto3
/// has the same signature.
struct PostPolicy {
    /// One condition.
    enum Condition: Sendable, Hashable {
        /// A field is exactly so.
        case equal(String, String)
        /// A field begins so.
        case startsWith(String, String)
        /// The file has so many bytes.
        case size(ClosedRange<Int64>)
    }

    /// When the form expires; whole seconds count.
    var expires: Timestamp
    /// What must be true.
    var conditions: [Condition]

    /// The document.
    var json: String {
        let second = Timestamp(seconds: expires.seconds).iso8601
        return "{\"expiration\": \(Self.quoted(second)), \"conditions\": ["
            + conditions.map(Self.json).joined(separator: ", ") + "]}"
    }

    /// The document as the form has it.
    var base64: String { String(decoding: Base64.encode(json.utf8), as: UTF8.self) }

    private static func json(_ condition: Condition) -> String {
        switch condition {
        case .equal(let name, let value): "{\(quoted(name)): \(quoted(value))}"
        case .startsWith(let name, let value): "[\"starts-with\", \(quoted("$" + name)), \(quoted(value))]"
        case .size(let range): "[\"content-length-range\", \(range.lowerBound), \(range.upperBound)]"
        }
    }

    /// A string of JSON, in ASCII.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0x08: result += "\\b"
            case 0x09: result += "\\t"
            case 0x0A: result += "\\n"
            case 0x0C: result += "\\f"
            case 0x0D: result += "\\r"
            case 0x20..<0x7F: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
