import Coffer
import Glibc

/// One key of the index: its bytes, which never change, and the object that it has now.
///
/// The bytes lie behind the header in the same allocation, so that a comparison touches one place of memory.
/// An entry outlives its deletion where an inner node still uses it as a separator; it then has no object.
final class KeyEntry: ManagedBuffer<KeyEntry.Header, UInt8> {
    struct Header {
        let count: Int
        var object: StoredObject?
    }

    /// Makes an entry that owns a copy of the key's bytes.
    static func make(key: UnsafeRawBufferPointer, object: StoredObject) -> KeyEntry {
        let buffer = KeyEntry.create(minimumCapacity: key.count) { _ in Header(count: key.count, object: object) }
        buffer.withUnsafeMutablePointerToElements { elements in
            if let source = key.baseAddress { memcpy(elements, source, key.count) }
        }
        return unsafeDowncast(buffer, to: KeyEntry.self)
    }

    /// Lends the key's bytes.
    @inline(__always)
    func withKey<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        withUnsafeMutablePointers { header, elements in
            body(UnsafeRawBufferPointer(start: elements, count: header.pointee.count))
        }
    }

    /// The key as a value; a copy.
    var key: Key { withKey { Key(String(decoding: $0, as: UTF8.self)) } }
}

/// A reference to an entry as nodes keep it, with the place of the key's bytes beside it: a search does no reference
/// counting and touches nothing but the bytes.
struct KeySlot {
    let owner: Unmanaged<KeyEntry>
    private let bytes: UnsafePointer<UInt8>
    private let count: Int

    /// Retains the entry; ``release()`` must follow.
    init(retaining entry: KeyEntry) {
        owner = Unmanaged.passRetained(entry)
        // The bytes belong to the entry's own allocation, so they stay where they are while it lives.
        (bytes, count) = entry.withUnsafeMutablePointers { header, elements in
            (UnsafePointer(elements), header.pointee.count)
        }
    }

    /// The key's bytes; valid while the slot's reference is.
    @inline(__always)
    var key: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes, count: count) }

    var entry: KeyEntry { owner.takeUnretainedValue() }

    func release() { owner.release() }
}

/// Comparison of raw keys: the order of their bytes, as ``UTF8Order`` has it.
enum KeyBytes {
    /// Less than, equal to or more than zero, as `memcmp`; a proper prefix sorts first.
    @inline(__always)
    static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        if let x = a.baseAddress, let y = b.baseAddress {
            let order = memcmp(x, y, min(a.count, b.count))
            if order != 0 { return Int(order) }
        }
        return a.count - b.count
    }

    @inline(__always)
    static func hasPrefix(_ text: UnsafeRawBufferPointer, _ prefix: UnsafeRawBufferPointer) -> Bool {
        guard text.count >= prefix.count else { return false }
        guard let x = text.baseAddress, let y = prefix.baseAddress else { return true }
        return memcmp(x, y, prefix.count) == 0
    }

    /// The offset behind the first occurrence of `needle` at or after `start`, or nil.
    static func end(
        of needle: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer, from start: Int
    ) -> Int? {
        guard let base = text.baseAddress, let wanted = needle.baseAddress, let first = needle.first else { return nil }
        var at = start
        while at + needle.count <= text.count {
            let room = text.count - needle.count + 1 - at
            guard let found = memchr(base + at, Int32(first), room) else { return nil }
            at = UnsafeRawPointer(found) - base
            if memcmp(base + at, wanted, needle.count) == 0 { return at + needle.count }
            at += 1
        }
        return nil
    }
}

extension Key {
    /// Lends the key's bytes.
    @inline(__always)
    func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        var text = string
        return try text.withUTF8Bytes(body)
    }
}

extension String {
    @inline(__always)
    mutating func withUTF8Bytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        // `withUTF8` rethrows untyped errors; carrying the result across keeps the type.
        let result: Result<R, E> = withUTF8 { bytes in
            do throws(E) {
                return .success(try body(UnsafeRawBufferPointer(bytes)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
