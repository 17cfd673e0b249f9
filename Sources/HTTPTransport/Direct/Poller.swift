import CSockets
import Coffer
import Glibc
import Synchronization

/// One thread that waits for sockets and drives whatever operation waits on them.
///
/// `@unchecked Sendable`: the descriptors never change; `table` has a lock.
final class Poller: @unchecked Sendable {
    private let epoll = coffer_epoll_create()
    private let wakeUp = coffer_eventfd()
    private let table = Lock<(next: UInt64, connections: [UInt64: Connection])>((1, [:]))
    private let parked = Atomic<Int>(0)
    private let isTicking = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)
    private let tick: UInt64
    private let idleTimeout: UInt64
    /// Called from time to time while nothing happens.
    private let sweep: @Sendable () -> Void

    init(_ limits: Watchdog.Limits, idleTimeout: Duration, sweep: @escaping @Sendable () -> Void) {
        tick = limits.tick
        self.idleTimeout = idleTimeout.nanoseconds
        self.sweep = sweep
    }

    deinit {
        close(epoll)
        close(wakeUp)
    }

    /// Starts the thread; false if there is none to be had.
    func start() -> Bool {
        guard epoll >= 0, wakeUp >= 0, coffer_epoll_add(epoll, wakeUp, coffer_epoll_in, 0) == 0 else { return false }
        return OwnThread.start { self.run() }
    }

    /// Ends the thread when nothing waits any more.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    /// Watches a socket, without events at first.
    ///
    /// - Returns: The number by which it is known; nil if the system refuses.
    func register(_ connection: Connection, _ socket: Int32) -> UInt64? {
        let number = table.withLock { table in
            defer { table.next += 1 }
            table.connections[table.next] = connection
            return table.next
        }
        if coffer_epoll_add(epoll, socket, coffer_epoll_once, number) == 0 { return number }
        table.withLock { $0.connections[number] = nil }
        return nil
    }

    func unregister(_ number: UInt64, _ socket: Int32) {
        _ = coffer_epoll_remove(epoll, socket)
        table.withLock { $0.connections[number] = nil }
    }

    /// Asks for one event.
    func arm(_ number: UInt64, _ socket: Int32, _ events: UInt32) {
        _ = coffer_epoll_modify(epoll, socket, events | coffer_epoll_once, number)
    }

    /// An operation begins to wait: from now on the time is looked at.
    func park() {
        parked.add(1, ordering: .sequentiallyConsistent)
        if !isTicking.load(ordering: .sequentiallyConsistent) { wake() }
    }

    func unpark() { parked.subtract(1, ordering: .sequentiallyConsistent) }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, 8)
    }

    private func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        var nextTick = Clock.coarse + tick
        var quiet = 0
        while true {
            let timeout = sleepTime(&quiet, nextTick)
            let count = epoll_wait(epoll, &events, Int32(events.count), timeout)
            for i in 0..<max(0, Int(count)) {
                let number = coffer_epoll_data(&events[i])
                if number == 0 {
                    var value: UInt64 = 0
                    _ = read(wakeUp, &value, 8)
                } else if let connection = table.withLock({ $0.connections[number] }) {
                    connection.ready(coffer_epoll_events(&events[i]))
                }
            }
            let now = Clock.coarse
            if now >= nextTick {
                nextTick = now + tick
                checkTimes(now)
                if parked.load(ordering: .relaxed) == 0 { quiet += 1 } else { quiet = 0 }
                if timeout > 2000 { sweep() }
            }
            if isStopped.load(ordering: .sequentiallyConsistent), parked.load(ordering: .sequentiallyConsistent) == 0 {
                return
            }
        }
    }

    /// Looks at the time while something waits and a little longer, so that few requests have to wake the thread.
    private func sleepTime(_ quiet: inout Int, _ nextTick: UInt64) -> Int32 {
        if quiet >= 8 {
            isTicking.store(false, ordering: .sequentiallyConsistent)
            if parked.load(ordering: .sequentiallyConsistent) == 0 {
                return Int32(min(max(3_000_000_000, idleTimeout) / 1_000_000, 1 << 30))
            }
            quiet = 0
        }
        isTicking.store(true, ordering: .sequentiallyConsistent)
        let now = Clock.coarse
        return nextTick <= now ? 0 : Int32((nextTick - now) / 1_000_000 + 1)
    }

    private func checkTimes(_ now: UInt64) {
        guard parked.load(ordering: .relaxed) > 0 else { return }
        for connection in table.withLock({ Array($0.connections.values) }) { connection.checkTime(now) }
    }
}
