import Glibc

/// Memory of a known size that is filled step by step, across suspensions, and then becomes a ``Chunk``.
///
/// `@unchecked Sendable`: used by one task at a time; the memory is shared only after ``finish()``.
public final class ChunkBuilder: @unchecked Sendable {
    private var memory: UnsafeMutableRawPointer?
    private let capacity: Int
    /// Takes the memory back, where it is not `free`.
    private var release: (@Sendable () -> Void)?
    /// The number of bytes filled so far.
    public private(set) var count = 0

    /// From this size on, in bytes, memory is aligned for huge pages: faulting it in by 4 KiB costs more than the
    /// transfer itself.
    private static let hugePage = 2 << 20

    /// Allocates memory; not cleared.
    ///
    /// - Parameter capacity: Its size in bytes.
    /// - Throws: `tooLarge` if the system has not so much memory.
    public init(capacity: Int) throws(StoreError) {
        self.capacity = max(0, capacity)
        guard self.capacity > 0 else { return }
        if self.capacity >= 2 * Self.hugePage {
            var pointer: UnsafeMutableRawPointer?
            if posix_memalign(&pointer, Self.hugePage, self.capacity) == 0, let pointer {
                madvise(pointer, self.capacity, MADV_HUGEPAGE)
                memory = pointer
            }
        } else {
            memory = malloc(self.capacity)
        }
        if memory == nil {
            throw StoreError(.tooLarge, "there is no memory for \(capacity) bytes; read it as a stream instead")
        }
    }

    /// Fills memory that somebody lends.
    ///
    /// - Parameters:
    ///   - memory: The memory.
    ///   - capacity: Its size in bytes.
    ///   - release: Called once, on any thread, when the last chunk of it is gone.
    init(memory: UnsafeMutableRawPointer, capacity: Int, release: @escaping @Sendable () -> Void) {
        self.memory = memory
        self.capacity = capacity
        self.release = release
    }

    /// The memory that is not yet filled.
    public var remaining: UnsafeMutableRawBufferPointer {
        guard let memory else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return UnsafeMutableRawBufferPointer(start: memory + count, count: capacity - count)
    }

    /// Says that so many more bytes have been filled.
    ///
    /// - Parameter n: At most the size of ``remaining``.
    public func advance(by n: Int) { count = min(capacity, count + max(0, n)) }

    /// Copies bytes in.
    ///
    /// - Parameter bytes: As many as fit are taken.
    public func append(_ bytes: UnsafeRawBufferPointer) {
        let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(capacity - count))
        remaining.copyMemory(from: part)
        count += part.count
    }

    /// The filled bytes as a chunk; the builder is empty afterwards.
    public func finish() -> Chunk {
        guard let memory, count > 0 else { return Chunk() }
        self.memory = nil
        defer { count = 0 }
        let storage: ChunkStorage
        if let release {
            self.release = nil
            storage = ChunkStorage(release: release)
        } else {
            storage = ChunkStorage(mallocated: memory, size: capacity)
        }
        return Chunk(storage: storage, start: UnsafeRawPointer(memory), count: count)
    }

    deinit {
        if let release { release() } else { free(memory) }
    }
}
