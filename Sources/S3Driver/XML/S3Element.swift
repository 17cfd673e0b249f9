/// An element of an XML document with everything in it: what the documents of bucket configurations are read into and
/// written from.
///
/// Comments, processing instructions and the white space between elements are not kept; an element has either text or
/// elements in it.
public struct S3Element: Sendable, Hashable {
    /// A name and a value in an element's tag.
    public struct Attribute: Sendable, Hashable {
        /// The name, with its prefix if it has one.
        public var name: String
        /// The value.
        public var value: String

        /// Makes an attribute.
        ///
        /// - Parameters:
        ///   - name: The name, with its prefix if it has one.
        ///   - value: The value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The name, with its prefix if it has one.
    public var name: String
    /// The attributes in their order; the default namespace is none of them.
    public var attributes: [Attribute]
    /// The text; empty if there are elements.
    public var text: String
    /// The elements in their order.
    public var children: [S3Element]

    /// Makes an element.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - text: The text.
    ///   - attributes: The attributes.
    ///   - children: The elements in it.
    public init(
        _ name: String, text: String = "", attributes: [Attribute] = [], children: [S3Element] = []
    ) {
        self.name = name
        self.text = text
        self.attributes = attributes
        self.children = children
    }

    /// The first element of a name in this one; nil if there is none.
    ///
    /// - Parameter name: The name.
    public func first(_ name: String) -> S3Element? { children.first { $0.name == name } }
}

extension S3Element {
    /// Reads a whole document.
    ///
    /// - Parameter bytes: The document.
    /// - Returns: Its root.
    /// - Throws: What is wrong with it.
    static func read(_ bytes: UnsafeRawBufferPointer) throws(XMLError) -> S3Element {
        var parser = try XMLParser(XMLTreeBuilder())
        try parser.feed(bytes)
        try parser.finish()
        guard let root = parser.tree else { throw .truncated }
        return root
    }

    /// Writes a document with this root, in S3's namespace.
    ///
    /// - Throws: ``XMLError/unrepresentable(scalar:)`` for a character that XML cannot carry.
    func document() throws(XMLError) -> [UInt8] {
        var buffer = ByteBuffer(capacity: 1024)
        buffer.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        var root = self
        root.attributes.insert(Attribute(name: "xmlns", value: "\(XMLWriter.namespace)"), at: 0)
        try root.write(to: &buffer)
        return Array(buffer.bytes)
    }

    private func write(to buffer: inout ByteBuffer) throws(XMLError) {
        buffer.append(UInt8(ascii: "<"))
        buffer.append(name)
        for attribute in attributes {
            try check(attribute.value)
            buffer.append(UInt8(ascii: " "))
            buffer.append(attribute.name)
            buffer.append("=\"")
            buffer.append(xmlEscaping: attribute.value)
            buffer.append(UInt8(ascii: "\""))
        }
        buffer.append(UInt8(ascii: ">"))
        if children.isEmpty {
            try check(text)
            buffer.append(xmlEscaping: text)
        }
        for child in children { try child.write(to: &buffer) }
        buffer.append("</")
        buffer.append(name)
        buffer.append(UInt8(ascii: ">"))
    }

    private func check(_ text: String) throws(XMLError) {
        if let scalar = XMLWriter.unrepresentable(in: text) { throw .unrepresentable(scalar: scalar) }
    }
}

/// Makes a tree of the parser's events.
struct XMLTreeBuilder {
    /// The root, once it has ended.
    private(set) var root: S3Element?
    private var open: [S3Element] = []
    private var text: [UInt8] = []

    /// An element begins.
    ///
    /// - Returns: False if that is deeper than any S3 answer goes.
    mutating func begin(_ name: String, _ attributes: [S3Element.Attribute]) -> Bool {
        text.removeAll(keepingCapacity: true)
        open.append(S3Element(name, attributes: attributes.filter { $0.name != "xmlns" }))
        return open.count <= XMLLimits.depth
    }

    /// A piece of text.
    ///
    /// - Returns: The element's name if its text is longer than in any S3 answer.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard text.count + bytes.count <= XMLLimits.text else { return open.last?.name ?? "" }
        text += bytes
        return nil
    }

    /// The innermost element ends.
    mutating func end() {
        guard var element = open.popLast() else { return }
        if element.children.isEmpty { element.text = String(decoding: text, as: UTF8.self) }
        text.removeAll(keepingCapacity: true)
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }
}
