import Glibc

/// Memory for the parts that one writer collects, used again as parts are sent.
///
/// Blocks come from the system and go back to it: through `malloc`, freed by another thread than the one that fills them,
/// such blocks grow the heap to a multiple of what is in use.
final class BlockPool: Sendable {
    /// The size of a block in bytes.
    static let blockSize = 1 << 20
    /// Addresses of free blocks.
    private let free = Lock<[UInt]>([])

    /// A builder that fills one block, which comes back when the last chunk of it is gone.
    ///
    /// - Throws: `tooLarge` if the system has no memory.
    func makeBuilder() throws(StoreError) -> ChunkBuilder {
        let address = try take()
        guard let memory = UnsafeMutableRawPointer(bitPattern: address) else { throw Self.noMemory() }
        return ChunkBuilder(memory: memory, capacity: Self.blockSize) { [self] in
            free.withLock { $0.append(address) }
        }
    }

    private func take() throws(StoreError) -> UInt {
        if let address = free.withLock({ $0.popLast() }) { return address }
        let memory = mmap(nil, Self.blockSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw Self.noMemory() }
        return UInt(bitPattern: memory)
    }

    private static func noMemory() -> StoreError {
        StoreError(.tooLarge, "there is no memory for a part; use a smaller part size or a lower concurrency")
    }

    deinit {
        for address in free.withLock({ $0 }) { munmap(UnsafeMutableRawPointer(bitPattern: address), Self.blockSize) }
    }
}
