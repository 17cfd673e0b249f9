import Coffer
import Glibc

/// Where an object lies: the file names of a key's segments, below the root.
struct ObjectPath {
    /// The names with slashes between them, and a NUL at the end.
    private(set) var bytes: [UInt8]
    /// Where the last name begins.
    let leaf: Int

    /// Spells a key.
    ///
    /// - Parameter key: The key.
    /// - Throws: `invalidKey` for what ``Store`` should have refused: an empty key, NUL, `.` and `..`.
    init(_ key: Key) throws(StoreError) {
        var text = key.string
        let spelled: (bytes: [UInt8], leaf: Int)? = text.withUTF8 { bytes in
            ObjectPath.spell(UnsafeRawBufferPointer(bytes))
        }
        guard let spelled else {
            throw StoreError(
                .invalidKey, "the key is empty or has a NUL byte or a '.' or '..' segment", key: key.string)
        }
        bytes = spelled.bytes
        leaf = spelled.leaf
    }

    /// The names of all segments, and where the last one begins; nil for what can be no key.
    static func spell(_ key: UnsafeRawBufferPointer) -> (bytes: [UInt8], leaf: Int)? {
        guard key.count > 0 else { return nil }
        var path: [UInt8] = []
        path.reserveCapacity(key.count + 16)
        var leaf = 0
        var start = 0
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: key[start...])
            let slash = rest.firstIndex(of: UInt8(ascii: "/"))
            let segment = UnsafeRawBufferPointer(rebasing: rest[..<(slash ?? rest.count)])
            guard isAllowed(segment) else { return nil }
            leaf = path.count
            NameCodec.append(segment, to: &path)
            guard let slash else { break }
            path.append(UInt8(ascii: "/"))
            start += slash + 1
        }
        // A long segment has become several names: the file is the last of them.
        if let slash = path[leaf...].lastIndex(of: UInt8(ascii: "/")) { leaf = slash + 1 }
        path.append(0)
        return (path, leaf)
    }

    private static func isAllowed(_ segment: UnsafeRawBufferPointer) -> Bool {
        if segment.count == 1 && segment[0] == UInt8(ascii: ".") { return false }
        if segment.count == 2 && segment[0] == UInt8(ascii: ".") && segment[1] == UInt8(ascii: ".") { return false }
        return !segment.contains(0)
    }

    /// Lends the whole path.
    func withPath<R: ~Copyable, E: Error>(
        _ body: (UnsafeBufferPointer<CChar>) throws(E) -> R
    ) throws(E) -> R {
        try bytes.withCString { (pointer, count) throws(E) in
            try body(UnsafeBufferPointer(start: pointer, count: count - 1))
        }
    }

    /// Lends the last name.
    func withLeaf<R: ~Copyable, E: Error>(_ body: (UnsafePointer<CChar>) throws(E) -> R) throws(E) -> R {
        try bytes.withCString { (pointer, _) throws(E) in try body(pointer + leaf) }
    }

    /// The directory's path with a NUL at the end; empty for the root itself.
    var parent: [UInt8] {
        guard leaf > 0 else { return [0] }
        var path = Array(bytes[..<leaf])
        path[leaf - 1] = 0
        return path
    }
}

extension [UInt8] {
    /// Lends bytes that end with a NUL as a C string, with their number, NUL included.
    func withCString<R: ~Copyable, E: Error>(
        _ body: (UnsafePointer<CChar>, Int) throws(E) -> R
    ) throws(E) -> R {
        try span.withUnsafeBytes { (buffer: UnsafeRawBufferPointer) throws(E) -> R in
            guard let base = buffer.baseAddress else { return try body(FileName.none, 1) }
            return try body(base.assumingMemoryBound(to: CChar.self), buffer.count)
        }
    }
}

/// File names as C strings that live for ever.
enum FileName {
    static var none: UnsafePointer<CChar> { cString("") }
    static var here: UnsafePointer<CChar> { cString(".") }
    static var control: UnsafePointer<CChar> { cString(".coffer") }
    static var ownObject: UnsafePointer<CChar> { cString(".coffer.self") }
    static var metadataAttribute: UnsafePointer<CChar> { cString("user.coffer.metadata") }

    static func cString(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
