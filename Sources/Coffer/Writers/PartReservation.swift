/// The right to have one more part of an upload in memory and on its way; given back when it is dropped.
///
/// `@unchecked Sendable`: ``lease`` is set once, by the task that makes the reservation, before anybody else has it.
final class PartReservation: @unchecked Sendable {
    private let slots: AsyncSemaphore
    private let isHeld = Lock(true)
    /// The memory; nil where none is counted.
    var lease: MemoryLease?

    /// Makes a reservation of a slot that was taken.
    init(_ slots: AsyncSemaphore) { self.slots = slots }

    /// Gives slot and memory back; does nothing the second time.
    func release() {
        let wasHeld = isHeld.withLock { isHeld in
            defer { isHeld = false }
            return isHeld
        }
        guard wasHeld else { return }
        lease?.release()
        slots.signal()
    }

    deinit { release() }
}
