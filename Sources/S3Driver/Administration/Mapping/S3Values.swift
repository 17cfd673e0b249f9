import Coffer

extension String: S3Value {
    /// The element's text.
    public init(element: S3Element) { self = element.text }

    /// An element with this text.
    public func element(_ name: String) -> S3Element { S3Element(name, text: self) }
}

extension Int: S3Value {
    /// The element's text as a number.
    public init(element: S3Element) throws(XMLFault) {
        guard let number = Int(element.text.trimmed) else { throw XMLFault(invalid: element) }
        self = number
    }

    /// An element with this number.
    public func element(_ name: String) -> S3Element { S3Element(name, text: String(self)) }
}

extension Int64: S3Value {
    /// The element's text as a number.
    public init(element: S3Element) throws(XMLFault) {
        guard let number = Int64(element.text.trimmed) else { throw XMLFault(invalid: element) }
        self = number
    }

    /// An element with this number.
    public func element(_ name: String) -> S3Element { S3Element(name, text: String(self)) }
}

extension Bool: S3Value {
    /// Whether the element says `true`, in letters of any case.
    public init(element: S3Element) throws(XMLFault) {
        switch element.text.trimmed.lowercased() {
        case "true", "1": self = true
        case "false", "0", "": self = false
        default: throw XMLFault(invalid: element)
        }
    }

    /// An element that says `true` or `false`.
    public func element(_ name: String) -> S3Element { S3Element(name, text: self ? "true" : "false") }
}

extension Timestamp: S3Value {
    /// The element's text as a time; a day alone is its midnight in UTC.
    public init(element: S3Element) throws(XMLFault) {
        let text = element.text.trimmed
        guard let time = Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "T00:00:00Z") else {
            throw XMLFault(invalid: element)
        }
        self = time
    }

    /// An element with this time in ISO 8601.
    public func element(_ name: String) -> S3Element { S3Element(name, text: iso8601) }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
        let rest = utf8.drop(while: isSpace)
        guard let last = rest.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(rest[...last]) ?? self
    }
}

/// A word that a service knows. The words of today are constants of the type; one of tomorrow is kept as it is.
public protocol S3Token: S3Value, RawRepresentable<String>, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Makes a word.
    ///
    /// - Parameter rawValue: As the service spells it.
    init(rawValue: String)
}

extension S3Token {
    /// Makes a word of a literal.
    ///
    /// - Parameter value: As the service spells it.
    public init(stringLiteral value: String) { self.init(rawValue: value) }

    /// The element's text.
    public init(element: S3Element) { self.init(rawValue: element.text) }

    /// An element with this word.
    public func element(_ name: String) -> S3Element { S3Element(name, text: rawValue) }

    /// The word.
    public var description: String { rawValue }
}

/// Whether something is switched on.
public struct S3Status: S3Token {
    /// The word.
    public let rawValue: String
    /// Makes a word.
    ///
    /// - Parameter rawValue: As the service spells it.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It is on.
    public static let enabled: S3Status = "Enabled"
    /// It is off.
    public static let disabled: S3Status = "Disabled"
    /// It has been on and is off now: of versioning and acceleration.
    public static let suspended: S3Status = "Suspended"
}

/// A name and a value that somebody gave to a bucket or an object.
public struct S3Tag: S3Mapped {
    /// The name: 1 to 128 characters, each once.
    public var key: String
    /// The value: up to 256 characters.
    public var value: String
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a tag.
    ///
    /// - Parameters:
    ///   - key: The name.
    ///   - value: The value.
    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }

    /// What a tag is read into.
    public init() { self.init("", "") }

    /// `Key` and `Value`.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("Key", &key)
        xml.child("Value", &value)
    }
}
