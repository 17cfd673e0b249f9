import CCofferTypes
import Coffer
import Glibc

/// The memory of one result: a header that the host does not see, the struct that it does, and what that points to.
///
/// Blocks are chained, so that nothing moves while the result is built; a good capacity makes it one block. `free` needs
/// no more than the address of the struct.
struct ResultArena {
    /// What kinds of results there are: kept in the header, so that freeing another pointer does nothing, where it can
    /// be told.
    enum Kind: UInt64 {
        case error = 0xC0FF_E201
        case buffer = 0xC0FF_E202
        case info = 0xC0FF_E203
        case listPage = 0xC0FF_E204
        case outcomes = 0xC0FF_E205
        case presigned = 0xC0FF_E206
        case drivers = 0xC0FF_E207
    }

    private struct Header {
        var kind: UInt64
        var next: UnsafeMutableRawPointer?
        var owner: Unmanaged<AnyObject>?
        var padding: UInt = 0
    }

    private static let headerSize = 32
    private let head: UnsafeMutableRawPointer
    private var cursor: UnsafeMutableRawPointer
    private var left: Int

    /// Begins a result. The first thing that is made is what the host gets.
    ///
    /// - Parameters:
    ///   - kind: What it is.
    ///   - capacity: How many bytes it will probably need.
    ///   - owner: An object that is kept for as long as the result.
    init(_ kind: Kind, capacity: Int, keeping owner: AnyObject? = nil) throws(StoreError) {
        head = try Self.allocate(capacity, kind.rawValue)
        cursor = head + Self.headerSize
        left = capacity
        if let owner { head.assumingMemoryBound(to: Header.self).pointee.owner = Unmanaged.passRetained(owner) }
    }

    private static func allocate(_ capacity: Int, _ kind: UInt64) throws(StoreError) -> UnsafeMutableRawPointer {
        guard let memory = malloc(headerSize + capacity) else {
            throw StoreError(.tooLarge, "there is no memory for a result of \(capacity) bytes")
        }
        memory.bindMemory(to: Header.self, capacity: 1).initialize(to: Header(kind: kind, next: nil, owner: nil))
        return memory
    }

    private mutating func take(_ size: Int, alignment: Int) throws(StoreError) -> UnsafeMutableRawPointer {
        let padding = -Int(bitPattern: cursor) & (alignment - 1)
        if padding + size > left {
            let capacity = max(4096, size + alignment)
            let block = try Self.allocate(capacity, 0)
            let header = head.assumingMemoryBound(to: Header.self)
            block.assumingMemoryBound(to: Header.self).pointee.next = header.pointee.next
            header.pointee.next = block
            cursor = block + Self.headerSize
            left = capacity
            return try take(size, alignment: alignment)
        }
        defer {
            cursor += padding + size
            left -= padding + size
        }
        return cursor + padding
    }

    /// Places a value.
    mutating func make<T>(_ value: T) throws(StoreError) -> UnsafeMutablePointer<T> {
        let place = try array(of: T.self, count: 1)
        place.initialize(to: value)
        return place
    }

    /// Reserves an array; every element must be set.
    mutating func array<T>(of type: T.Type, count: Int) throws(StoreError) -> UnsafeMutablePointer<T> {
        try take(max(1, count) * MemoryLayout<T>.stride, alignment: MemoryLayout<T>.alignment)
            .bindMemory(to: T.self, capacity: max(1, count))
    }

    /// Copies a text.
    mutating func text(_ text: String) throws(StoreError) -> UnsafePointer<CChar> {
        var text = text
        let count = text.utf8.count
        let place = try take(count + 1, alignment: 1).bindMemory(to: UInt8.self, capacity: count + 1)
        text.withUTF8 { bytes in
            if let source = bytes.baseAddress { place.update(from: source, count: count) }
        }
        place[count] = 0
        return UnsafeRawPointer(place).assumingMemoryBound(to: CChar.self)
    }

    /// Copies a text, if there is one.
    mutating func text(_ text: String?) throws(StoreError) -> UnsafePointer<CChar>? {
        guard let text else { return nil }
        return try self.text(text) as UnsafePointer<CChar>
    }

    /// Copies pairs, sorted by name.
    mutating func pairs(_ pairs: [String: String]) throws(StoreError) -> UnsafePointer<coffer_pair>? {
        if pairs.isEmpty { return nil }
        let place = try array(of: coffer_pair.self, count: pairs.count)
        for (index, (name, value)) in pairs.sorted(by: { $0.key < $1.key }).enumerated() {
            (place + index).initialize(to: coffer_pair(name: try text(name), value: try text(value)))
        }
        return UnsafePointer(place)
    }

    /// Copies texts.
    mutating func texts(_ texts: [String]) throws(StoreError) -> UnsafePointer<UnsafePointer<CChar>?>? {
        if texts.isEmpty { return nil }
        let place = try array(of: UnsafePointer<CChar>?.self, count: texts.count)
        for (index, value) in texts.enumerated() { (place + index).initialize(to: try text(value)) }
        return UnsafePointer(place)
    }

    /// Takes back what has been built, after a failure on the way.
    func discard() { Self.free(head) }

    /// Frees a result by the address of its struct; NULL and results of another kind are left alone.
    static func free(_ result: UnsafeMutableRawPointer?, _ kind: Kind) {
        guard let result else { return }
        let head = result - headerSize
        guard head.assumingMemoryBound(to: Header.self).pointee.kind == kind.rawValue else { return }
        free(head)
    }

    private static func free(_ head: UnsafeMutableRawPointer) {
        let header = head.assumingMemoryBound(to: Header.self)
        var block = header.pointee.next
        let owner = header.pointee.owner
        header.pointee.kind = 0
        Glibc.free(head)
        while let current = block {
            block = current.assumingMemoryBound(to: Header.self).pointee.next
            Glibc.free(current)
        }
        owner?.release()
    }
}
