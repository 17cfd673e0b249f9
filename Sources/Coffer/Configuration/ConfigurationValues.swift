/// Readers of the values that settings take; each gives nil for what it cannot read.
enum ConfigurationValues {
    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1", "yes", "on": true
        case "false", "0", "no", "off": false
        default: nil
        }
    }

    static func duration(_ text: String) -> Duration? {
        let (number, unit) = split(text)
        guard let value = Double(number), value >= 0, value < 1e12, value.isFinite else { return nil }
        switch unit {
        case "ms": return .nanoseconds(Int64(value * 1e6))
        case "", "s": return .milliseconds(Int64((value * 1000).rounded()))
        case "m": return .milliseconds(Int64((value * 60_000).rounded()))
        case "h": return .milliseconds(Int64((value * 3_600_000).rounded()))
        case "d" where value < 1e9: return .milliseconds(Int64((value * 86_400_000).rounded()))
        default: return nil
        }
    }

    static func size(_ text: String) -> Int64? {
        let (number, unit) = split(text)
        let factor: Int64
        switch unit.lowercased() {
        case "", "b": factor = 1
        case "kib", "k": factor = 1 << 10
        case "mib", "m": factor = 1 << 20
        case "gib", "g": factor = 1 << 30
        case "tib", "t": factor = 1 << 40
        case "kb": factor = 1000
        case "mb": factor = 1_000_000
        case "gb": factor = 1_000_000_000
        case "tb": factor = 1_000_000_000_000
        default: return nil
        }
        guard let value = Int64(number), value >= 0 else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    private static func split(_ text: String) -> (number: String, unit: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }
        return (String(number), String(unit))
    }
}

extension ConfigurationKey.Kind {
    /// What a good value looks like, for messages.
    var expectation: String {
        switch self {
        case .string: "text"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .duration: "a duration such as 30s, 500ms or 2m"
        case .size: "a size such as 8MiB"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        }
    }

    /// The word that the C ABI, Python and `coffer drivers` show.
    public var name: String {
        switch self {
        case .string: "string"
        case .integer: "integer"
        case .boolean: "boolean"
        case .duration: "duration"
        case .size: "size"
        case .choice: "choice"
        }
    }

    /// Whether the text is a value of this kind.
    func accepts(_ text: String) -> Bool {
        switch self {
        case .string: true
        case .integer(let range): Int64(text).map(range.contains) ?? false
        case .boolean: ConfigurationValues.boolean(text) != nil
        case .duration: ConfigurationValues.duration(text) != nil
        case .size: ConfigurationValues.size(text) != nil
        case .choice(let words): words.contains(text)
        }
    }
}
