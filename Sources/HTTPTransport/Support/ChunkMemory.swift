import Coffer
import Glibc

/// Memory for the chunks of streams, used again: fresh memory costs more in page faults than the bytes in it.
enum ChunkMemory {
    private static let unit = 256 << 10
    private static let most = 32
    /// `nonisolated(unsafe)` in effect by the lock: the addresses are only handed over.
    private struct Free: @unchecked Sendable {
        var memory: [UnsafeMutableRawPointer] = []
    }
    private static let free = ForkSafeLock(Free())

    /// Memory of this size; without a base address if there is none.
    static func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
        var memory: UnsafeMutableRawPointer?
        if count == unit {
            let found = free.withLock { free in free.memory.popLast().map { UInt(bitPattern: $0) } }
            memory = found.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
        }
        let base = memory ?? malloc(max(1, count))
        return UnsafeMutableRawBufferPointer(start: base, count: base == nil ? 0 : count)
    }

    static func give(_ memory: UnsafeMutableRawBufferPointer) {
        guard let base = memory.baseAddress else { return }
        nonisolated(unsafe) let address = base
        let isKept =
            memory.count == unit
            && free.withLock { free in
                guard free.memory.count < most else { return false }
                free.memory.append(address)
                return true
            }
        if !isKept { Glibc.free(base) }
    }
}
