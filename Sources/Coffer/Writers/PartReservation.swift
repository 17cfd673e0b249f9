/// The right to have one more part of an upload in memory and on its way; given back when it is dropped.
final class PartReservation: Sendable {
    private struct Held {
        var slots = 0
        var lease: MemoryLease?
    }

    private let slots: AsyncSemaphore
    private let held = Lock(Held())

    /// Makes a reservation that has nothing yet.
    ///
    /// - Parameter slots: Where its slots come from.
    init(_ slots: AsyncSemaphore) { self.slots = slots }

    /// Waits for one more slot.
    ///
    /// - Throws: `cancelled` if the task is cancelled while it waits.
    func takeSlot() async throws(StoreError) {
        try await slots.wait()
        held.withLock { $0.slots += 1 }
    }

    /// Keeps the memory of the part.
    func keep(_ lease: MemoryLease?) { held.withLock { $0.lease = lease } }

    /// Gives slots and memory back; does nothing the second time.
    func release() {
        let (count, lease) = held.withLock { held in
            defer { held = Held() }
            return (held.slots, held.lease)
        }
        lease?.release()
        for _ in 0..<count { slots.signal() }
    }

    deinit { release() }
}
