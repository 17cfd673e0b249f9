/// Memory that all transfers of a store share, counted in bytes: whoever wants more than is left waits, in order.
///
/// A request for more than the whole budget is granted when nothing else is. What is given out may be held by somebody
/// who does not go on before the waiting one does (a program that reads one object and writes another): so nobody may
/// depend on the budget alone. A ``MultipartUpload`` without a part on its way gets memory by ``force(_:)``, and the
/// reader of a ``ParallelStream`` does without.
///
/// After `fork()` the child starts with the whole budget: what held a part of it is not there.
final class MemoryBudget: Sendable {
    private struct Waiter {
        let id: UInt64
        let bytes: Int64
        let resumption: Resumption<Bool>
    }

    private struct State {
        var generation: UInt64
        var used: Int64 = 0
        var nextID: UInt64 = 0
        var waiters: [Waiter] = []
        /// Tickets that were forced before their owners waited.
        var forced: Set<UInt64> = []
    }

    /// The budget in bytes.
    let limit: Int64
    private let state: ForkSafeLock<State>

    /// Makes a budget.
    ///
    /// - Parameter limit: Its size in bytes, at least 1.
    init(_ limit: Int64) {
        self.limit = max(1, limit)
        state = ForkSafeLock(State(generation: Fork.generation))
    }

    /// How many bytes are given out.
    var used: Int64 { state.withLock { $0.used } }

    /// How many wait.
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// The right to stand in the queue once.
    struct Ticket: Sendable {
        fileprivate let id: UInt64
        fileprivate let generation: UInt64
    }

    /// A ticket for one ``take(_:_:)``.
    func ticket() -> Ticket {
        let generation = Fork.generation
        return state.withLock { state in
            if state.generation != generation { state = State(generation: generation) }
            state.nextID += 1
            return Ticket(id: state.nextID, generation: generation)
        }
    }

    /// Takes memory, waiting for it if need be.
    ///
    /// - Parameters:
    ///   - bytes: How many bytes.
    ///   - ticket: Given by ``ticket()``; nil if nobody will force it.
    /// - Returns: The right to use them; given back by ``MemoryLease/release()`` or when it is dropped.
    /// - Throws: `cancelled` if the task is cancelled while it waits.
    func take(_ bytes: Int64, _ ticket: Ticket? = nil) async throws(StoreError) -> MemoryLease {
        let bytes = max(0, bytes)
        let ticket = ticket ?? self.ticket()
        guard await wait(ticket.id, bytes) else { throw .cancelled() }
        return MemoryLease(self, bytes, ticket.generation)
    }

    /// Lets one who waits, or is about to, have what he wants, even if that is more than there is.
    ///
    /// - Parameter ticket: His ticket.
    func force(_ ticket: Ticket) {
        let waiter: Waiter? = state.withLock { state in
            guard state.generation == ticket.generation else { return nil }
            guard let index = state.waiters.firstIndex(where: { $0.id == ticket.id }) else {
                state.forced.insert(ticket.id)
                return nil
            }
            let waiter = state.waiters.remove(at: index)
            state.used += waiter.bytes
            return waiter
        }
        waiter?.resumption.resume(returning: true)
    }

    /// Forgets a ticket that may have been forced in vain.
    func discard(_ ticket: Ticket) { state.withLock { _ = $0.forced.remove(ticket.id) } }

    private func fits(_ bytes: Int64, _ state: State) -> Bool { state.used == 0 || bytes <= limit - state.used }

    private func wait(_ id: UInt64, _ bytes: Int64) async -> Bool {
        await withTaskCancellationHandler {
            await Resumption<Bool>.wait { resumption in
                let answer: Bool? = state.withLock { state in
                    // The handler may have run before there was anybody to find.
                    if Task.isCancelled { return false }
                    let isForced = state.forced.remove(id) != nil
                    if isForced || (state.waiters.isEmpty && fits(bytes, state)) {
                        state.used += bytes
                        return true
                    }
                    state.waiters.append(Waiter(id: id, bytes: bytes, resumption: resumption))
                    return nil
                }
                if let answer { resumption.resume(returning: answer) }
            }
        } onCancel: {
            let (mine, others): (Waiter?, [Waiter]) = state.withLock { state in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return (nil, []) }
                // Those behind may ask for less.
                return (state.waiters.remove(at: index), serve(&state))
            }
            mine?.resumption.resume(returning: false)
            for waiter in others { waiter.resumption.resume(returning: true) }
        }
    }

    /// Grants what those in front want, as far as it goes. The lock is held.
    private func serve(_ state: inout State) -> [Waiter] {
        var served: [Waiter] = []
        while let first = state.waiters.first, fits(first.bytes, state) {
            state.used += first.bytes
            served.append(state.waiters.removeFirst())
        }
        return served
    }

    fileprivate func give(_ bytes: Int64, _ generation: UInt64) {
        let served: [Waiter] = state.withLock { state in
            guard state.generation == generation, generation == Fork.generation else { return [] }
            state.used -= bytes
            return serve(&state)
        }
        for waiter in served { waiter.resumption.resume(returning: true) }
    }
}

/// The right to use some of a ``MemoryBudget``.
final class MemoryLease: Sendable {
    private let budget: MemoryBudget
    private let bytes: Int64
    private let generation: UInt64
    private let isHeld = Lock(true)

    fileprivate init(_ budget: MemoryBudget, _ bytes: Int64, _ generation: UInt64) {
        self.budget = budget
        self.bytes = bytes
        self.generation = generation
    }

    /// Gives it back; does nothing the second time.
    func release() {
        let wasHeld = isHeld.withLock { isHeld in
            defer { isHeld = false }
            return isHeld
        }
        if wasHeld { budget.give(bytes, generation) }
    }

    deinit { release() }
}
