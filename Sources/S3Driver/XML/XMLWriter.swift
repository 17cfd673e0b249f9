/// Writes the body of a request: elements and text, nothing else.
///
///     var xml = XMLWriter("Delete")
///     xml.open("Object"); try xml.element("Key", key); xml.close("Object")
///     let body = xml.finish()
struct XMLWriter: ~Copyable {
    private var buffer: ByteBuffer
    private let root: StaticString

    /// The namespace of S3's requests.
    static let namespace: StaticString = "http://s3.amazonaws.com/doc/2006-03-01/"

    /// Begins a document.
    ///
    /// - Parameters:
    ///   - root: The root element; put into S3's namespace.
    ///   - capacity: How many bytes to prepare for.
    init(_ root: StaticString, capacity: Int = 1024) {
        self.root = root
        buffer = ByteBuffer(capacity: capacity)
        buffer.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<")
        buffer.append(root)
        buffer.append(" xmlns=\"")
        buffer.append(XMLWriter.namespace)
        buffer.append("\">")
    }

    /// Begins an element.
    mutating func open(_ name: StaticString) {
        buffer.append(UInt8(ascii: "<"))
        buffer.append(name)
        buffer.append(UInt8(ascii: ">"))
    }

    /// Ends an element.
    mutating func close(_ name: StaticString) {
        buffer.append("</")
        buffer.append(name)
        buffer.append(UInt8(ascii: ">"))
    }

    /// Writes an element that holds text.
    ///
    /// - Throws: ``XMLError/unrepresentable(scalar:)`` if the text has a character that XML 1.0 cannot carry.
    mutating func element(_ name: StaticString, _ text: String) throws(XMLError) {
        if let scalar = XMLWriter.unrepresentable(in: text) { throw .unrepresentable(scalar: scalar) }
        open(name)
        buffer.append(xmlEscaping: text)
        close(name)
    }

    /// Writes an element that holds a number.
    mutating func element(_ name: StaticString, _ number: Int) {
        open(name)
        buffer.append(decimal: number)
        close(name)
    }

    /// Ends the document.
    ///
    /// - Returns: Its bytes.
    consuming func finish() -> [UInt8] {
        close(root)
        return Array(buffer.bytes)
    }

    /// The first character of a text that XML 1.0 cannot carry, not even as a reference; nil if there is none.
    ///
    /// Those are the control characters but tab, line feed and carriage return, and U+FFFE and U+FFFF. A key with one
    /// can be deleted on its own, but not in a batch. Source: XML 1.0, fifth edition, section 2.2.
    static func unrepresentable(in text: String) -> UInt32? {
        var text = text
        return text.withUTF8 { bytes in
            for (index, byte) in bytes.enumerated() {
                if byte < 32, byte != 9, byte != 10, byte != 13 { return UInt32(byte) }
                if byte == 0xEF, index + 2 < bytes.count, bytes[index + 1] == 0xBF, bytes[index + 2] >= 0xBE {
                    return 0xFFC0 | UInt32(bytes[index + 2] & 0x3F)
                }
            }
            return nil
        }
    }
}

extension ByteBuffer {
    /// Appends a text as XML spells it.
    ///
    /// - Parameter text: Must be representable, see ``XMLWriter/unrepresentable(in:)``.
    mutating func append(xmlEscaping text: String) {
        var text = text
        text.withUTF8 { bytes in
            var plain = 0
            for (index, byte) in bytes.enumerated() {
                let replacement: StaticString
                switch byte {
                case UInt8(ascii: "&"): replacement = "&amp;"
                case UInt8(ascii: "<"): replacement = "&lt;"
                case UInt8(ascii: ">"): replacement = "&gt;"
                case UInt8(ascii: "\""): replacement = "&quot;"
                case UInt8(ascii: "'"): replacement = "&apos;"
                // As themselves they would come out as line feeds, or be trimmed.
                case 13: replacement = "&#13;"
                case 10: replacement = "&#10;"
                case 9: replacement = "&#9;"
                default: continue
                }
                append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[plain..<index])))
                append(replacement)
                plain = index + 1
            }
            append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[plain...])))
        }
    }
}
