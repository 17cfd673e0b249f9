import Coffer

/// The connections of an engine: idle ones to give out again, and who waits for one when there are enough.
final class ConnectionPool: Sendable {
    /// What a request gets.
    enum Grant {
        /// A connection that has been used before; it may be dead.
        case used(Connection)
        /// Leave to make one.
        case new
    }

    private struct Waiter {
        let number: UInt64
        let resumption: Resumption<Grant?>
    }

    private struct Origin {
        var idle: [Connection] = []
        var total = 0
        var waiters: [Waiter] = []
    }

    private struct State {
        var origins: [HTTPOrigin: Origin] = [:]
        var total = 0
        var waiting = 0
        var next: UInt64 = 0
        var isClosed = false
        var cancelled: Set<UInt64> = []
    }

    private let state = Lock(State())
    private let perOrigin: Int
    private let inAll: Int
    private let idleTimeout: UInt64

    init(_ configuration: HTTPTransportConfiguration) {
        perOrigin = configuration.maxConnectionsPerOrigin
        inAll = configuration.maxConnections
        idleTimeout = configuration.idleTimeout.nanoseconds
    }

    /// Gets a connection, or leave to make one; waits if there are enough.
    func take(_ origin: HTTPOrigin) async throws(StoreError) -> Grant {
        var closing: Connection?
        let grant = state.withLock { state -> Grant? in
            if let connection = state.origins[origin]?.idle.popLast() { return .used(connection) }
            return Self.allow(&state, origin, perOrigin, inAll, &closing)
        }
        closing?.closeSocket(inOrder: true)
        if let grant { return grant }
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        let granted = await withTaskCancellationHandler {
            await Resumption<Grant?>.wait { resumption in
                self.wait(origin, Waiter(number: number, resumption: resumption))
            }
        } onCancel: {
            self.cancel(origin, number)
        }
        guard let granted else { throw .cancelled() }
        return granted
    }

    /// Gives leave to make a connection, if there is room or an idle one elsewhere can go.
    private static func allow(
        _ state: inout State, _ origin: HTTPOrigin, _ perOrigin: Int, _ inAll: Int, _ closing: inout Connection?
    ) -> Grant? {
        guard state.origins[origin, default: Origin()].total < perOrigin else { return nil }
        if state.total >= inAll {
            guard let other = state.origins.first(where: { !$0.value.idle.isEmpty })?.key else { return nil }
            closing = state.origins[other]?.idle.removeFirst()
            state.origins[other]?.total -= 1
            state.total -= 1
        }
        state.origins[origin, default: Origin()].total += 1
        state.total += 1
        return .new
    }

    private func wait(_ origin: HTTPOrigin, _ waiter: Waiter) {
        var closing: Connection?
        let now = state.withLock { state -> Grant?? in
            if state.cancelled.remove(waiter.number) != nil { return .some(nil) }
            // Something may have come free meanwhile.
            if let connection = state.origins[origin]?.idle.popLast() { return .some(.used(connection)) }
            if let grant = Self.allow(&state, origin, perOrigin, inAll, &closing) { return .some(grant) }
            state.origins[origin, default: Origin()].waiters.append(waiter)
            state.waiting += 1
            return nil
        }
        closing?.closeSocket(inOrder: true)
        if let now { waiter.resumption.resume(returning: now) }
    }

    private func cancel(_ origin: HTTPOrigin, _ number: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.origins[origin]?.waiters.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil
            }
            state.waiting -= 1
            return state.origins[origin]?.waiters.remove(at: index)
        }
        waiter?.resumption.resume(returning: nil)
    }

    /// Takes back a connection that can be used again.
    func give(_ connection: Connection) {
        var isRefused = false
        let waiter = state.withLock { state -> Waiter? in
            if state.isClosed {
                isRefused = true
                Self.forget(&state, connection.origin)
                return nil
            }
            if state.waiting > 0, let waiter = Self.popWaiter(&state, connection.origin) { return waiter }
            state.origins[connection.origin, default: Origin()].idle.append(connection)
            return nil
        }
        if isRefused { connection.closeSocket(inOrder: true) }
        waiter?.resumption.resume(returning: .used(connection))
    }

    /// A connection of this origin is gone, or was never made.
    func forget(_ origin: HTTPOrigin) {
        let waiter = state.withLock { state -> Waiter? in
            Self.forget(&state, origin)
            guard state.waiting > 0 else { return nil }
            // First whoever waits for the same origin, then anybody.
            let candidates = [origin] + state.origins.filter { !$0.value.waiters.isEmpty }.map(\.key)
            for candidate in candidates where state.origins[candidate]?.waiters.isEmpty == false {
                guard state.origins[candidate]?.total ?? 0 < perOrigin, state.total < inAll else { continue }
                state.origins[candidate]?.total += 1
                state.total += 1
                return Self.popWaiter(&state, candidate)
            }
            return nil
        }
        waiter?.resumption.resume(returning: .new)
    }

    private static func forget(_ state: inout State, _ origin: HTTPOrigin) {
        state.total -= 1
        state.origins[origin]?.total -= 1
        if let entry = state.origins[origin], entry.total == 0, entry.waiters.isEmpty { state.origins[origin] = nil }
    }

    private static func popWaiter(_ state: inout State, _ origin: HTTPOrigin) -> Waiter? {
        guard state.origins[origin]?.waiters.isEmpty == false else { return nil }
        state.waiting -= 1
        return state.origins[origin]?.waiters.removeFirst()
    }

    /// Closes what has been idle for too long.
    func sweep(now: UInt64) {
        drop { now > $0.idleSince && now - $0.idleSince > self.idleTimeout }
    }

    /// Closes what is idle, and from now on what becomes idle.
    func close() {
        state.withLock { $0.isClosed = true }
        drop { _ in true }
    }

    private func drop(_ isOver: (Connection) -> Bool) {
        let over = state.withLock { state -> [Connection] in
            var over: [Connection] = []
            for origin in Array(state.origins.keys) {
                let gone = (state.origins[origin]?.idle ?? []).filter(isOver)
                guard !gone.isEmpty else { continue }
                state.origins[origin]?.idle.removeAll(where: isOver)
                for _ in gone { Self.forget(&state, origin) }
                over += gone
            }
            return over
        }
        for connection in over { connection.closeSocket(inOrder: true) }
    }
}
