import CSockets
import Coffer
import Glibc
import Synchronization

/// The connections and threads of one transport in one process.
final class DirectEngine: Sendable {
    let configuration: HTTPTransportConfiguration
    let limits: Watchdog.Limits
    let pool: ConnectionPool
    private let resolver: Resolver
    private let pollers: [Poller]
    private let turn = Atomic<Int>(0)
    private let tls = Lock<TLSContext?>(nil)

    init(_ configuration: HTTPTransportConfiguration) {
        self.configuration = configuration
        limits = Watchdog.Limits(configuration)
        let pool = ConnectionPool(configuration)
        self.pool = pool
        resolver = Resolver(configuration)
        let count = configuration.threads ?? max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let limits = limits
        pollers = (0..<count).compactMap { _ in
            let poller = Poller(limits, idleTimeout: configuration.idleTimeout) { [weak pool] in
                pool?.sweep(now: Clock.coarse)
            }
            return poller.start() ? poller : nil
        }
    }

    deinit {
        pool.close()
        for poller in pollers { poller.stop() }
    }

    /// A connection to the origin: an idle one that is alive, or a new one.
    func connection(_ origin: HTTPOrigin, fresh: Bool, blocks: Bool) async throws(StoreError) -> Connection {
        while true {
            switch try await pool.take(origin) {
            case .used(let connection):
                if !fresh, connection.isAlive(), Clock.coarse - connection.idleSince < limits.idle { return connection }
                drop(connection, inOrder: true)
            case .new:
                do throws(StoreError) {
                    return try await connect(origin, blocks: blocks)
                } catch {
                    pool.forget(origin)
                    throw error
                }
            }
        }
    }

    /// Closes a connection that is of no use any more.
    func drop(_ connection: Connection, inOrder: Bool) {
        connection.closeSocket(inOrder: inOrder)
        pool.forget(connection.origin)
    }

    /// Takes a connection back after a response.
    func give(_ connection: Connection) {
        guard connection.isReusable else { return drop(connection, inOrder: false) }
        if !connection.isUsed, let session = connection.tls, let context = tls.withLock({ $0 }) {
            session.keepSession(context, connection.origin)
        }
        connection.isUsed = true
        connection.idleSince = Clock.coarse
        pool.give(connection)
    }

    // MARK: Connecting

    private func connect(_ origin: HTTPOrigin, blocks: Bool) async throws(StoreError) -> Connection {
        guard !pollers.isEmpty else {
            throw StoreError(.internal, "the system gives no thread for HTTP", isRetryable: true)
        }
        let context = origin.scheme == .https ? try tlsContext() : nil
        let addresses = try await resolver.addresses(origin)
        let end = Clock.coarse + configuration.connectTimeout.nanoseconds
        var last = StoreError(.connectionFailed, "\(origin.endpoint) has no address", isRetryable: true)
        for (index, address) in addresses.enumerated() {
            let now = Clock.coarse
            guard now < end else { break }
            // An address that does not answer leaves time for the others.
            let share = index == addresses.count - 1 ? end - now : max((end - now) / 2, min(end - now, 250_000_000))
            do throws(StoreError) {
                return try await connect(origin, address, context, until: now + share, blocks: blocks)
            } catch {
                // Not another address's fault: the certificate is wrong, or nobody wants it any more.
                guard error.isRetryable else { throw error }
                last = error
            }
        }
        resolver.forget(origin)
        throw last
    }

    private func connect(
        _ origin: HTTPOrigin, _ address: SocketAddress, _ context: TLSContext?, until: UInt64, blocks: Bool
    ) async throws(StoreError) -> Connection {
        let socket = coffer_stream_socket(address.family)
        guard socket >= 0 else {
            throw StoreError(
                .io,
                "cannot open a socket for \(origin.endpoint): \(systemMessage(errno)); raise the limit of open files",
                isRetryable: true)
        }
        let poller = pollers[turn.add(1, ordering: .relaxed).newValue & Int.max % pollers.count]
        let connection = Connection(origin, socket: socket, poller: poller, limits: limits)
        _ = coffer_set_option(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        _ = coffer_set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
        do throws(StoreError) {
            let status = address.withPointer { Glibc.connect(socket, $0, $1) } ?? -1
            if status != 0, errno != EINPROGRESS { throw connection.refused(errno) }
            if let context { connection.tls = try TLSSession(context, socket: socket, origin) }
            connection.deadline = until
            try await connection.run(.connect, blocks: blocks)
            return connection
        } catch {
            // The poller keeps what it watches: without this the socket would stay open for as long as it lives.
            connection.closeSocket(inOrder: false)
            throw error
        }
    }

    private func tlsContext() throws(StoreError) -> TLSContext {
        if let context = tls.withLock({ $0 }) { return context }
        let made = try TLSContext(configuration)
        return tls.withLock { context in
            if let context { return context }
            context = made
            return made
        }
    }
}
