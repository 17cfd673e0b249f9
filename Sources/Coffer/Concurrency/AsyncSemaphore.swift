import Synchronization

/// A counting semaphore for tasks: first come, first served; a cancelled waiter leaves the queue.
///
/// After `fork()` the child starts with all permits: what held them is not there.
public final class AsyncSemaphore: Sendable {
    private struct State {
        var generation: UInt64
        var available: Int
        var nextID: UInt64 = 0
        var waiters: [UInt64: Resumption<Bool>] = [:]
        var order: [UInt64] = []
        var head = 0
        var cancelled: Set<UInt64> = []
    }
    private let state: ForkSafeLock<State>
    private let permits: Int

    /// Makes a semaphore.
    ///
    /// - Parameter permits: How many may pass at the same time, at least 1.
    public init(_ permits: Int) {
        self.permits = max(1, permits)
        state = ForkSafeLock(State(generation: Fork.generation, available: max(1, permits)))
    }

    /// Takes a permit, waiting for one if need be.
    ///
    /// - Throws: `cancelled` if the task is cancelled while it waits; no permit is taken then.
    public func wait() async throws(StoreError) {
        if takeAtOnce() { return }
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let got = await withTaskCancellationHandler {
            await Resumption<Bool>.wait { resumption in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    if state.available > 0 {
                        state.available -= 1
                        return true
                    }
                    state.waiters[id] = resumption
                    state.order.append(id)
                    return nil
                }
                if let answer { resumption.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.resume(returning: false)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        if !got { throw .cancelled() }
    }

    private func takeAtOnce() -> Bool {
        let generation = Fork.generation
        return state.withLock { state in
            if state.generation != generation { state = State(generation: generation, available: permits) }
            guard state.available > 0 else { return false }
            state.available -= 1
            return true
        }
    }

    /// Gives a permit back.
    public func signal() {
        let generation = Fork.generation
        let waiter: Resumption<Bool>? = state.withLock { state in
            guard state.generation == generation else { return nil }
            while state.head < state.order.count {
                let id = state.order[state.head]
                state.head += 1
                if state.head > 1024 && state.head * 2 > state.order.count {
                    state.order.removeFirst(state.head)
                    state.head = 0
                }
                if let waiter = state.waiters.removeValue(forKey: id) { return waiter }
            }
            state.order.removeAll(keepingCapacity: true)
            state.head = 0
            state.available = min(state.available + 1, permits)
            return nil
        }
        waiter?.resume(returning: true)
    }
}
