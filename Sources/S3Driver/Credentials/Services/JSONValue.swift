/// A value of JSON: what metadata services, SSO and credential processes answer with. Source: RFC 8259.
enum JSONValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// A number as it was written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// A member of an object; nil if this is none or has no such member.
    subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The text of a string that is not empty.
    var text: String? {
        if case .string(let text) = self, !text.isEmpty { text } else { nil }
    }

    /// The value of a whole number.
    var integer: Int64? {
        guard case .number(let text) = self else { return nil }
        if let whole = Int64(text) { return whole }
        guard let value = Double(text), value.magnitude < 9e15 else { return nil }
        return Int64(value)
    }

    /// The value as JSON, members in the order of their names.
    var encoded: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .number(let text): text
        case .string(let text): JSONValue.quoted(text)
        case .array(let values): "[" + values.map(\.encoded).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { JSONValue.quoted($0.key) + ": " + $0.value.encoded }
                .joined(separator: ", ") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension JSONValue: CustomStringConvertible, CustomReflectable {
    /// The names of an object's members, nothing else: values may be secret.
    var description: String {
        if case .object(let members) = self { return "JSON object of " + members.keys.sorted().joined(separator: ", ") }
        return "JSON value"
    }

    /// The names only.
    var customMirror: Mirror { Mirror(self, children: ["shape": description]) }
}
