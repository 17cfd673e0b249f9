/// The name of an object: UTF-8, kept exactly as given.
///
/// Two keys are equal if their bytes are: no normalisation (unlike `String`, where `é` as one scalar equals `e` and
/// a combining accent). The order is that of the UTF-8 bytes, the order in which every driver lists. A `Key` may
/// hold anything; ``Store`` validates it on each call (see ``validate(maxBytes:)``), before any driver sees it.
public struct Key: Sendable, Hashable, Comparable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// The key's text.
    public let string: String

    /// Makes a key of a string; nothing is changed and nothing is checked yet.
    ///
    /// - Parameter string: The key's text.
    public init(_ string: String) {
        var native = string
        native.makeContiguousUTF8()
        self.string = native
    }

    /// Makes a key of a literal.
    ///
    /// - Parameter value: The key's text.
    public init(stringLiteral value: String) { self.init(value) }

    /// The key's text.
    public var description: String { string }

    /// Whether both have the same bytes.
    public static func == (a: Key, b: Key) -> Bool { UTF8Order.areEqual(a.string, b.string) }

    /// Whether the bytes of `a` sort before those of `b`.
    public static func < (a: Key, b: Key) -> Bool { UTF8Order.compare(a.string, b.string) < 0 }

    /// Hashes the bytes.
    ///
    /// - Parameter hasher: What takes them.
    public func hash(into hasher: inout Hasher) {
        var text = string
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
