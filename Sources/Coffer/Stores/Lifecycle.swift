import Synchronization

/// Whether a store is open, and how many verbs run in it.
///
/// A child of `fork()` inherits the state, but not the threads whose verbs are counted in it: the count belongs to a
/// process, and begins anew in the next one.
final class Lifecycle: Sendable {
    /// The sign bit says "closed"; then 15 bits of the generation that is counted in; then the number of running verbs.
    private let state: Atomic<Int64>
    private let waiters = ForkSafeLock<[Resumption<Void>]>([])
    private static let closed = Int64.min
    private static let generationShift: Int64 = 48
    private static let countMask: Int64 = (1 << generationShift) - 1

    private static var here: Int64 { Int64(Fork.generation & 0x7FFF) << generationShift }

    init() { state = Atomic(Self.here) }

    private static func isHere(_ word: Int64) -> Bool { word & ~(closed | countMask) == here }

    /// Forgets the verbs of the process before a fork.
    private func adopt() {
        var word = state.load(ordering: .relaxed)
        while !Self.isHere(word) {
            word =
                state.compareExchange(
                    expected: word, desired: word & Self.closed | Self.here, ordering: .acquiringAndReleasing
                ).original
        }
    }

    /// - Returns: Whether the verb may run; ``leave()`` must follow then.
    func enter() -> Bool {
        if !Self.isHere(state.load(ordering: .relaxed)) { adopt() }
        if state.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue >= 0 { return true }
        leave()
        return false
    }

    func leave() {
        let word = state.load(ordering: .relaxed)
        // A verb that forked, in a callback, and ends in the child: it is not counted there.
        guard Self.isHere(word), word & Self.countMask > 0 else { return }
        if isIdle(state.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue) { wakeAll() }
    }

    /// Whether it is closed and the last verb has left.
    private func isIdle(_ word: Int64) -> Bool { word < 0 && word & Self.countMask == 0 }

    private func wakeAll() {
        let all = waiters.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in all { waiter.resume() }
    }

    /// Closes, and waits for the verbs that run.
    ///
    /// - Returns: Whether this call closed it.
    func close() async -> Bool {
        adopt()
        let before = state.bitwiseOr(Self.closed, ordering: .acquiringAndReleasing).oldValue
        if isIdle(before | Self.closed) { return before >= 0 }
        await Resumption<Void>.wait { resumption in
            waiters.withLock { $0.append(resumption) }
            // Whoever left between the two lines found nobody to wake.
            if isIdle(state.load(ordering: .acquiring)) { wakeAll() }
        }
        return before >= 0
    }
}
