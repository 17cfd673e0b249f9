import Glibc

/// The element names that a document knows: interned once per document type, then found by their bytes.
struct XMLNames<Tag: RawRepresentable & CaseIterable & Sendable>: Sendable where Tag.RawValue == String {
    /// The tags in the order of their numbers.
    let tags: [Tag]
    /// Finds the number of a name.
    let table: XMLNameTable

    /// Numbers all tags.
    init() {
        tags = Array(Tag.allCases)
        table = XMLNameTable(tags.map(\.rawValue))
    }
}

/// A hash table of names, with open addressing: a name's number by its bytes.
struct XMLNameTable: Sendable {
    private struct Slot: Sendable {
        var number: Int
        var start: Int
        var count: Int
    }

    /// All names, one after the other.
    private let bytes: [UInt8]
    /// A power of two, at most a quarter full; the number of an empty slot is negative.
    private let slots: [Slot]
    /// The names by their numbers, for errors.
    let names: [String]

    init(_ names: [String]) {
        var bytes: [UInt8] = []
        var size = 16
        while size < names.count * 4 { size *= 2 }
        var slots = [Slot](repeating: Slot(number: -1, start: 0, count: 0), count: size)
        for (number, text) in names.enumerated() {
            let name = Array(text.utf8)
            var index = name.withUnsafeBytes { Self.hash($0) } & (size - 1)
            while slots[index].number >= 0 { index = (index + 1) & (size - 1) }
            slots[index] = Slot(number: number, start: bytes.count, count: name.count)
            bytes += name
        }
        self.bytes = bytes
        self.slots = slots
        self.names = names
    }

    /// The number of a name; negative for a name that the document does not know.
    func find(_ name: UnsafeRawBufferPointer) -> Int {
        let mask = slots.count - 1
        var index = Self.hash(name) & mask
        while true {
            let slot = slots[index]
            if slot.number < 0 { return -1 }
            if slot.count == name.count, matches(slot, name) { return slot.number }
            index = (index + 1) & mask
        }
    }

    @inline(__always)
    private func matches(_ slot: Slot, _ name: UnsafeRawBufferPointer) -> Bool {
        bytes.withUnsafeBytes { all in
            guard let known = all.baseAddress, let other = name.baseAddress else { return name.isEmpty }
            return memcmp(known + slot.start, other, name.count) == 0
        }
    }

    /// Length, first and last byte tell nearly all names of S3 apart.
    @inline(__always)
    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        guard let first = name.first, let last = name.last else { return 0 }
        return name.count &* 7 &+ Int(first) &* 31 &+ Int(last) &* 5
    }
}
