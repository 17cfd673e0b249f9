/// What can be wrong with a service's XML, or with what shall become XML.
///
/// The caller makes it a `StoreError`: `invalidResponse` on the way in, `invalidKey` or `invalidArgument` on the way out.
enum XMLError: Error, Sendable, Equatable {
    /// It is not well-formed; the offset is that of the byte where that became clear.
    case malformed(reason: String, offset: Int)
    /// It ends before its root element does, or there is nothing at all.
    case truncated
    /// It declares a document type or entities, which no S3 answer does and an attack might.
    case documentType
    /// Its root is another element than the answer has.
    case unexpectedRoot(found: String, expected: [String])
    /// Elements are nested deeper than in any S3 answer.
    case tooDeep
    /// The text of an element is longer than in any S3 answer.
    case textTooLong(element: String)
    /// The text of an element is not what it should be.
    case invalidValue(element: String, value: String)
    /// An element that the answer cannot do without is not there.
    case missing(element: String)
    /// XML 1.0 has no way to write this character, not even as a reference.
    case unrepresentable(scalar: UInt32)
    /// There is no memory for a parser.
    case outOfMemory
}

extension XMLError: CustomStringConvertible {
    /// One line.
    var description: String {
        switch self {
        case .malformed(let reason, let offset): "the XML is not well-formed: \(reason) at byte \(offset)"
        case .truncated: "the XML ends before its root element does"
        case .documentType: "the XML declares a document type or entities, which is refused"
        case .unexpectedRoot(let found, let expected):
            "the XML's root is <\(found)> instead of <\(expected.joined(separator: "> or <"))>"
        case .tooDeep: "the XML is nested deeper than \(XMLLimits.depth) elements"
        case .textTooLong(let element): "the XML has more than \(XMLLimits.text) bytes of text in <\(element)>"
        case .invalidValue(let element, let value): "the XML has '\(value.prefix(100))' in <\(element)>"
        case .missing(let element): "the XML has no <\(element)>"
        case .unrepresentable(let scalar):
            "XML 1.0 cannot carry the character U+\(String(scalar, radix: 16, uppercase: true))"
        case .outOfMemory: "there is no memory for an XML parser"
        }
    }
}

/// What bounds the memory of a parser, whatever a server sends.
enum XMLLimits {
    /// Elements within each other.
    static let depth = 64
    /// Bytes in one element.
    static let text = 1 << 20
}
