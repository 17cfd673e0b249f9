import Glibc

/// Memory for the parts that one writer collects or one reader fetches ahead, used again as parts are done with.
///
/// Blocks come from the system and go back to it: through `malloc`, freed by another thread than the one that fills them,
/// such blocks grow the heap to a multiple of what is in use.
package final class BlockPool: Sendable {
    /// The size of a huge page in bytes: from twice that on, faulting memory in by 4 KiB costs more than filling it.
    private static let hugePage = 2 << 20
    /// The size of a block in bytes.
    let blockSize: Int
    /// Addresses of free blocks.
    private let free = Lock<[UInt]>([])

    /// Makes an empty pool.
    ///
    /// - Parameter blockSize: The size of a block in bytes, at least 1.
    package init(blockSize: Int = 1 << 20) { self.blockSize = max(1, blockSize) }

    /// A builder that fills one block, which comes back when the last chunk of it is gone.
    ///
    /// - Throws: `tooLarge` if the system has no memory.
    package func makeBuilder() throws(StoreError) -> ChunkBuilder {
        let address = try take()
        guard let memory = UnsafeMutableRawPointer(bitPattern: address) else { throw Self.noMemory() }
        return ChunkBuilder(memory: memory, capacity: blockSize) { [self] in
            free.withLock { $0.append(address) }
        }
    }

    private func take() throws(StoreError) -> UInt {
        if let address = free.withLock({ $0.popLast() }) { return address }
        let isHuge = blockSize >= 2 * Self.hugePage
        // Huge pages begin at a multiple of their size; what is mapped too much is given back.
        let slack = isHuge ? Self.hugePage : 0
        let memory = mmap(nil, blockSize + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw Self.noMemory() }
        guard isHuge else { return UInt(bitPattern: memory) }
        let start = UInt(bitPattern: memory)
        let aligned = (start + UInt(slack) - 1) & ~UInt(slack - 1)
        let end = (aligned + UInt(blockSize) + 4095) & ~4095
        if aligned > start { munmap(memory, Int(aligned - start)) }
        let mappedEnd = (start + UInt(blockSize + slack) + 4095) & ~4095
        if mappedEnd > end { munmap(UnsafeMutableRawPointer(bitPattern: end), Int(mappedEnd - end)) }
        madvise(UnsafeMutableRawPointer(bitPattern: aligned), blockSize, MADV_HUGEPAGE)
        return aligned
    }

    private static func noMemory() -> StoreError {
        StoreError(.tooLarge, "there is no memory for a part; use a smaller part size or a lower concurrency")
    }

    deinit {
        for address in free.withLock({ $0 }) { munmap(UnsafeMutableRawPointer(bitPattern: address), blockSize) }
    }
}
