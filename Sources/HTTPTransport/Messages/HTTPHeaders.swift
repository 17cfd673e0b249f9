import Coffer
import Glibc

/// The headers of a response: the bytes as they came and an index, so that only what is asked for becomes a string.
public struct HTTPHeaders: Sendable {
    /// Where one field is in `bytes`.
    struct Field: Sendable {
        let name: UInt32
        let nameCount: UInt32
        let value: UInt32
        let valueCount: UInt32
    }

    let bytes: Chunk
    let fields: ContiguousArray<Field>

    init(bytes: Chunk, fields: ContiguousArray<Field>) {
        self.bytes = bytes
        self.fields = fields
    }

    /// Makes headers of strings, for a transport of one's own.
    ///
    /// - Parameter pairs: Names and values in order.
    public init(_ pairs: [(name: String, value: String)]) {
        var text: [UInt8] = []
        var fields: ContiguousArray<Field> = []
        for pair in pairs {
            let name = text.count
            text.append(contentsOf: pair.name.utf8)
            let value = text.count
            text.append(contentsOf: pair.value.utf8)
            fields.append(
                Field(
                    name: UInt32(name), nameCount: UInt32(value - name), value: UInt32(value),
                    valueCount: UInt32(text.count - value)))
        }
        self.init(bytes: Chunk(text), fields: fields)
    }

    /// The number of fields.
    public var count: Int { fields.count }

    /// The value of the first field with this name, whatever the case of its letters; nil if there is none.
    ///
    /// - Parameter name: The name, in ASCII.
    /// - Complexity: O(number of fields); allocates nothing but the result.
    public subscript(name: String) -> String? {
        guard let field = first(name) else { return nil }
        return text(field.value, field.valueCount)
    }

    /// Whether there is a field with this name, whatever the case of its letters.
    ///
    /// - Parameter name: The name, in ASCII.
    public func contains(_ name: String) -> Bool { first(name) != nil }

    /// The values of all fields with this name, in order.
    ///
    /// - Parameter name: The name, in ASCII.
    public func values(_ name: String) -> [String] {
        fields.filter { matches($0, name) }.map { text($0.value, $0.valueCount) }
    }

    /// Lends the first value with this name as bytes, without making a string.
    ///
    /// - Parameters:
    ///   - name: The name, in ASCII.
    ///   - body: What reads the bytes; the pointer is not valid afterwards.
    /// - Returns: What `body` returned; nil if there is no such field.
    public func withValue<R>(of name: String, _ body: (UnsafeRawBufferPointer) -> R) -> R? {
        guard let field = first(name) else { return nil }
        return bytes.withUnsafeBytes { all in
            body(UnsafeRawBufferPointer(rebasing: all[Int(field.value)..<Int(field.value + field.valueCount)]))
        }
    }

    private func first(_ name: String) -> Field? { fields.first { matches($0, name) } }

    private func matches(_ field: Field, _ name: String) -> Bool {
        var name = name
        return name.withUTF8 { wanted in
            guard wanted.count == Int(field.nameCount), let start = bytes.baseAddress else { return false }
            guard let other = wanted.baseAddress else { return true }
            defer { withExtendedLifetime(bytes) {} }
            return equalIgnoringCase(start + Int(field.name), other, wanted.count)
        }
    }

    fileprivate func text(_ start: UInt32, _ count: UInt32) -> String {
        bytes.withUnsafeBytes { all in
            String(decoding: all[Int(start)..<Int(start + count)], as: UTF8.self)
        }
    }
}

extension HTTPHeaders: Sequence {
    /// Gives names and values in order, each as it came.
    public struct Iterator: IteratorProtocol {
        fileprivate let headers: HTTPHeaders
        fileprivate var index = 0

        /// The next name and value.
        public mutating func next() -> (name: String, value: String)? {
            guard index < headers.fields.count else { return nil }
            let field = headers.fields[index]
            index += 1
            return (headers.text(field.name, field.nameCount), headers.text(field.value, field.valueCount))
        }
    }

    /// Begins at the first field.
    public func makeIterator() -> Iterator { Iterator(headers: self) }

    /// The number of fields.
    public var underestimatedCount: Int { fields.count }
}

/// Compares ASCII, letters of both cases being the same.
func equalIgnoringCase(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
    let x = a.assumingMemoryBound(to: UInt8.self)
    let y = b.assumingMemoryBound(to: UInt8.self)
    for i in 0..<count where x[i] != y[i] {
        // Two different bytes are the same letter only if they differ in the case bit and are letters.
        let lower = x[i] | 0x20
        guard lower == y[i] | 0x20, lower >= UInt8(ascii: "a"), lower <= UInt8(ascii: "z") else { return false }
    }
    return true
}
