/// An answer that is read from XML: which elements it knows and what it does with their text.
///
/// Elements that it does not know are skipped with all that is in them. A new answer is a small file: the tags, the
/// fields, and one `switch` over parent and tag. It must not be generic: its methods are called without specialisation,
/// which costs nothing for a concrete type and five times as much for a generic one.
protocol XMLDocument: Sendable {
    /// The elements, by their names.
    associatedtype Tag: RawRepresentable & CaseIterable & Sendable where Tag.RawValue == String

    /// The names, found by their bytes: `static let names = XMLNames<Tag>()`.
    static var names: XMLNames<Tag> { get }

    /// The elements that may be the root.
    static var roots: [Tag] { get }

    /// Makes an answer that nothing has been read into.
    init()

    /// An element begins. Elements that repeat prepare their record here.
    ///
    /// - Parameters:
    ///   - tag: The element.
    ///   - parent: What it is in; nil for the root.
    mutating func begin(_ tag: Tag, in parent: Tag?) throws(XMLError)

    /// An element ends.
    ///
    /// - Parameters:
    ///   - tag: The element.
    ///   - parent: What it is in; nil for the root.
    ///   - text: Its text, if no element is in it; else empty.
    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError)

    // What the parser calls, with numbers of tags. Requirements, so that each document has its own compiled form of
    // the implementation below.

    /// An element begins; a negative parent is none.
    mutating func begin(number tag: Int, in parent: Int) throws(XMLError)
    /// An element ends; a negative parent is none.
    mutating func end(number tag: Int, in parent: Int, _ text: XMLText) throws(XMLError)
}

extension XMLDocument {
    /// Nothing to prepare.
    mutating func begin(_ tag: Tag, in parent: Tag?) throws(XMLError) {}

    mutating func begin(number tag: Int, in parent: Int) throws(XMLError) {
        let tags = Self.names.tags
        try begin(tags[tag], in: parent < 0 ? nil : tags[parent])
    }

    mutating func end(number tag: Int, in parent: Int, _ text: XMLText) throws(XMLError) {
        let tags = Self.names.tags
        try end(tags[tag], in: parent < 0 ? nil : tags[parent], text)
    }

    /// The names of ``roots``.
    static var rootNames: [String] { roots.map(\.rawValue) }
    /// The table of ``names``.
    static var table: XMLNameTable { names.table }
}

extension XMLText {
    /// The text as a number.
    ///
    /// - Parameter tag: The element, for the error.
    func number<Tag: RawRepresentable>(of tag: Tag) throws(XMLError) -> Int64 where Tag.RawValue == String {
        guard let number else { throw XMLError.invalidValue(element: tag.rawValue, value: string) }
        return number
    }
}
