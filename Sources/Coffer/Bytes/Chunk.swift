import Glibc

/// A piece of an object's bytes: reference-counted, immutable, sliceable without copying.
///
/// A chunk can be lent to C and to Python's buffer protocol: the bytes stay where they are for as long as any slice
/// lives. Sending a chunk to another thread is free.
public struct Chunk: Sendable {
    /// What keeps the bytes alive; nil for the empty chunk.
    @usableFromInline let storage: ChunkStorage?
    /// Where this slice begins.
    @usableFromInline nonisolated(unsafe) let start: UnsafeRawPointer?
    /// The number of bytes.
    public let count: Int

    /// Makes an empty chunk.
    public init() {
        storage = nil
        start = nil
        count = 0
    }

    init(storage: ChunkStorage, start: UnsafeRawPointer, count: Int) {
        self.storage = storage
        self.start = start
        self.count = count
    }

    /// Makes a chunk of a copy of the bytes.
    ///
    /// - Parameter bytes: What is copied.
    /// - Complexity: O(n).
    public init(copying bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else {
            self.init()
            return
        }
        self.init(capacity: bytes.count) { target in
            target.copyMemory(from: UnsafeRawBufferPointer(start: source, count: bytes.count))
            return bytes.count
        }
    }

    /// Makes a chunk of a copy of the bytes.
    ///
    /// - Parameter bytes: What is copied.
    public init(_ bytes: [UInt8]) { self = bytes.withUnsafeBytes { Chunk(copying: $0) } }

    /// Makes a chunk of a string's UTF-8.
    ///
    /// - Parameter text: What is copied.
    public init(_ text: String) {
        var text = text
        self = text.withUTF8 { Chunk(copying: UnsafeRawBufferPointer($0)) }
    }

    /// Makes a chunk by filling fresh memory.
    ///
    /// - Parameters:
    ///   - capacity: The size of the memory, in bytes; not cleared.
    ///   - fill: Writes into the memory and returns how many bytes it wrote, at most the memory's size.
    public init<E: Error>(capacity: Int, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int) throws(E) {
        guard capacity > 0, let memory = malloc(capacity) else {
            self.init()
            return
        }
        // Owns the memory before `fill` runs, so that a throw frees it.
        let storage = ChunkStorage(mallocated: memory, size: capacity)
        let written = try fill(UnsafeMutableRawBufferPointer(start: memory, count: capacity))
        self.init(storage: storage, start: UnsafeRawPointer(memory), count: max(0, min(written, capacity)))
    }

    /// Makes a chunk of somebody else's memory, without copying.
    ///
    /// - Parameters:
    ///   - bytes: The memory; it must not change and not go away before `release` is called.
    ///   - release: Called once, on any thread, when the last slice is gone.
    public init(borrowing bytes: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void) {
        guard let start = bytes.baseAddress, bytes.count > 0 else {
            release()
            self.init()
            return
        }
        self.init(storage: ChunkStorage(release: release), start: start, count: bytes.count)
    }

    /// Lends memory for the length of a call, without copying: what a synchronous call from C does with its arguments.
    ///
    /// Whoever keeps the chunk must keep ``owned()`` instead. A user that has not let go yet when the body returns, for
    /// instance a network thread that is just being told to stop, is waited for.
    ///
    /// - Parameters:
    ///   - bytes: The memory; it must not change before this returns.
    ///   - body: Uses the chunk.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw.
    public static func withLent<R, E: Error>(
        _ bytes: UnsafeRawBufferPointer, _ body: (Chunk) throws(E) -> R
    ) throws(E) -> R {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return try body(Chunk()) }
        var storage = ChunkStorage.lent()
        defer {
            var wait: UInt32 = 20
            while !isKnownUniquelyReferenced(&storage) {
                usleep(wait)
                wait = min(wait * 2, 5000)
            }
        }
        return try body(Chunk(storage: storage, start: start, count: bytes.count))
    }

    /// Whether the memory is only lent, for the length of a call: see ``withLent(_:_:)``.
    public var isLent: Bool { storage?.isLent ?? false }

    /// A chunk that may be kept: itself, or a copy if the memory is only lent.
    public func owned() -> Chunk { isLent ? withUnsafeBytes { Chunk(copying: $0) } : self }

    /// Whether there are no bytes.
    public var isEmpty: Bool { count == 0 }

    /// Lends the bytes for the length of the call.
    ///
    /// - Parameter body: What reads them; the pointer is not valid afterwards.
    @inlinable
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try withExtendedLifetimeOfStorage { () throws(E) -> R in
            try body(UnsafeRawBufferPointer(start: start, count: count))
        }
    }

    @usableFromInline
    func withExtendedLifetimeOfStorage<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(storage) {} }
        return try body()
    }

    /// The address of the first byte, for C; valid for as long as this chunk or a slice of it is kept.
    public var baseAddress: UnsafeRawPointer? { start }

    /// A part of this chunk that shares its memory.
    ///
    /// - Parameter range: Offsets from the start of this chunk; clipped to it.
    /// - Complexity: O(1).
    public func slice(_ range: Range<Int>) -> Chunk {
        let lower = max(0, min(range.lowerBound, count))
        let upper = max(lower, min(range.upperBound, count))
        guard let storage, let start, lower < upper else { return Chunk() }
        return Chunk(storage: storage, start: start + lower, count: upper - lower)
    }

    /// What follows the first `n` bytes; shares the memory.
    ///
    /// - Parameter n: How many bytes to leave out.
    public func dropFirst(_ n: Int) -> Chunk { slice(max(0, n)..<max(count, n)) }

    /// The first `n` bytes; shares the memory.
    ///
    /// - Parameter n: How many bytes at the most.
    public func prefix(_ n: Int) -> Chunk { slice(0..<max(0, n)) }

    /// A chunk of the same bytes for keeping long: itself if it owns its memory and is most of it; else a copy.
    ///
    /// Lent memory would keep its lender waiting, and a small slice would keep a large block alive.
    ///
    /// - Complexity: O(1), or O(n) if it copies.
    public func kept() -> Chunk {
        if let size = storage?.ownedSize, size <= 2 * count + 64 { return self }
        return withUnsafeBytes { Chunk(copying: $0) }
    }

    /// A copy as an array.
    public var array: [UInt8] { withUnsafeBytes { Array($0) } }

    /// The bytes as text; nil if they are not UTF-8.
    public var utf8String: String? { withUnsafeBytes { String(validating: $0, as: UTF8.self) } }

    /// One chunk of many: itself if there is one, else a copy of all.
    ///
    /// - Parameter chunks: The pieces in order.
    public static func joining(_ chunks: [Chunk]) -> Chunk {
        if chunks.count == 1 { return chunks[0] }
        let total = chunks.reduce(0) { $0 + $1.count }
        return Chunk(capacity: total) { target in
            var offset = 0
            for chunk in chunks {
                chunk.withUnsafeBytes { bytes in
                    UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: bytes)
                }
                offset += chunk.count
            }
            return total
        }
    }
}

extension Chunk: Equatable {
    /// Whether both hold the same bytes.
    public static func == (a: Chunk, b: Chunk) -> Bool {
        guard a.count == b.count else { return false }
        guard let x = a.start, let y = b.start, a.count > 0 else { return true }
        return memcmp(x, y, a.count) == 0
    }
}

extension Chunk: CustomStringConvertible {
    /// The size only: bodies may be secret and large.
    public var description: String { "Chunk(\(count) bytes)" }
}

/// What keeps a chunk's memory alive.
///
/// `@unchecked Sendable`: the fields never change after `init`, and the memory is immutable while shared.
@usableFromInline
final class ChunkStorage: @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer?
    private let release: (@Sendable () -> Void)?
    /// The size in bytes of memory that is owned; nil if it is somebody else's.
    let ownedSize: Int?
    /// Whether the memory goes when the call returns, whoever still holds this object.
    let isLent: Bool

    private init(lent: Bool) {
        memory = nil
        ownedSize = nil
        release = nil
        isLent = lent
    }

    init(mallocated memory: UnsafeMutableRawPointer, size: Int) {
        self.memory = memory
        ownedSize = size
        release = nil
        isLent = false
    }

    init(release: @escaping @Sendable () -> Void) {
        memory = nil
        ownedSize = nil
        self.release = release
        isLent = false
    }

    static func lent() -> ChunkStorage { ChunkStorage(lent: true) }

    deinit {
        if let memory { free(memory) }
        release?()
    }
}
