import Glibc

/// The names of one directory in the order of the keys: so many of them at once, however many there are.
///
/// A directory sorts as its name with a slash: `a-b` and `a.b` come before what lies in `a/`. Beyond the capacity,
/// the later names are dropped, and read again when their turn comes.
struct NameWindow: Sendable {
    /// What an entry stands for.
    enum Kind: UInt8, Sendable {
        /// The object of that segment.
        case file
        /// The keys below that segment; the text ends with the slash.
        case directory
        /// Maybe an object: the one that lies in the directory of its name.
        case ownObject
    }

    /// One name; its text lies in `bytes`, a NUL behind it.
    struct Entry: Sendable {
        /// The first eight bytes, for quick comparisons.
        let head: UInt64
        let start: UInt32
        let count: UInt32
        let kind: Kind
    }

    private let capacity: Int
    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []
    /// Whether nothing lies behind the last entry.
    private(set) var isComplete = true
    /// Names that sort behind this are not wanted any more.
    private var ceiling: [UInt8]?

    init(capacity: Int) { self.capacity = capacity }

    /// Adds a name.
    ///
    /// - Parameters:
    ///   - text: The segment, with a slash behind it for a directory.
    ///   - kind: What it stands for.
    mutating func add(_ text: UnsafeRawBufferPointer, _ kind: Kind) {
        if let ceiling, ceiling.withUnsafeBytes({ ByteOrder.compare(text, $0) > 0 }) { return }
        let start = bytes.count
        bytes.append(contentsOf: text)
        bytes.append(0)
        entries.append(
            Entry(head: NameWindow.head(text), start: UInt32(start), count: UInt32(text.count), kind: kind))
        if entries.count >= 2 * capacity { trim() }
    }

    /// Brings the names in order; to be called after the last one.
    mutating func finish() {
        if entries.count > capacity { trim() } else { sort() }
    }

    /// The text of an entry.
    func text(_ index: Int) -> ArraySlice<UInt8> {
        let entry = entries[index]
        return bytes[Int(entry.start)..<Int(entry.start + entry.count)]
    }

    /// Lends the text of an entry as a C string.
    func withName<R, E: Error>(_ index: Int, _ body: (UnsafePointer<CChar>) throws(E) -> R) throws(E) -> R {
        let start = Int(entries[index].start)
        return try bytes.withCString { (base, _) throws(E) in try body(base + start) }
    }

    private mutating func sort() {
        bytes.withUnsafeBytes { all in
            entries.sort { a, b in
                if a.head != b.head { return a.head < b.head }
                return ByteOrder.compare(
                    UnsafeRawBufferPointer(rebasing: all[Int(a.start)..<Int(a.start + a.count)]),
                    UnsafeRawBufferPointer(rebasing: all[Int(b.start)..<Int(b.start + b.count)])) < 0
            }
        }
    }

    /// Keeps the first names only.
    private mutating func trim() {
        sort()
        guard entries.count > capacity else { return }
        isComplete = false
        ceiling = Array(text(capacity - 1))
        var kept: [UInt8] = []
        var keptEntries: [Entry] = []
        keptEntries.reserveCapacity(2 * capacity)
        for index in 0..<capacity {
            let entry = entries[index]
            keptEntries.append(
                Entry(head: entry.head, start: UInt32(kept.count), count: entry.count, kind: entry.kind))
            kept.append(contentsOf: text(index))
            kept.append(0)
        }
        bytes = kept
        entries = keptEntries
    }

    private static func head(_ name: UnsafeRawBufferPointer) -> UInt64 {
        if name.count >= 8 { return UInt64(bigEndian: name.loadUnaligned(as: UInt64.self)) }
        var value: UInt64 = 0
        for byte in name { value = value << 8 | UInt64(byte) }
        return value << UInt64(8 * (8 - name.count))
    }
}

/// Order and prefixes of bytes.
enum ByteOrder {
    static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let common = min(a.count, b.count)
        if common > 0, let left = a.baseAddress, let right = b.baseAddress {
            let order = memcmp(left, right, common)
            if order != 0 { return Int(order) }
        }
        return a.count - b.count
    }

    static func compare(_ a: [UInt8], _ b: [UInt8]) -> Int {
        a.withUnsafeBytes { a in b.withUnsafeBytes { b in compare(a, b) } }
    }

    static func hasPrefix(_ text: [UInt8], _ prefix: [UInt8]) -> Bool {
        guard text.count >= prefix.count else { return false }
        return text.withUnsafeBytes { text in
            prefix.withUnsafeBytes { prefix in
                compare(UnsafeRawBufferPointer(rebasing: text[..<prefix.count]), prefix) == 0
            }
        }
    }

    /// Where a text occurs first, from an offset on.
    static func find(_ needle: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard !needle.isEmpty, text.count >= needle.count, start <= text.count - needle.count else { return nil }
        for index in start...(text.count - needle.count) where text[index] == needle[0] {
            if text[index..<(index + needle.count)].elementsEqual(needle) { return index }
        }
        return nil
    }
}
