/// An object's entity tag: an opaque name of its contents, without the quotes of HTTP.
///
/// Two different contents of one key never have the same ETag. Nothing else may be concluded from it: it is a digest
/// on some stores and a counter on others. Source: RFC 9110, section 8.8.3.
public struct ETag: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The tag without quotes; a weak one keeps its `W/`.
    public let value: String

    /// Makes a tag; surrounding quotes are taken off.
    ///
    /// - Parameter text: The tag, as in a header or bare.
    public init(_ text: String) {
        if text.utf8.count >= 2, text.utf8.first == UInt8(ascii: "\""), text.utf8.last == UInt8(ascii: "\"") {
            value = String(text.dropFirst().dropLast())
        } else {
            value = text
        }
    }

    /// Makes a tag of a literal.
    ///
    /// - Parameter value: The tag, as in a header or bare.
    public init(stringLiteral value: String) { self.init(value) }

    /// The tag as HTTP writes it: in quotes.
    public var quoted: String { "\"\(value)\"" }

    /// The tag without quotes.
    public var description: String { value }
}
