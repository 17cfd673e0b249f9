import CSockets
import Coffer
import Glibc

/// One connection, and the operation that goes on over it: connecting, an exchange of request and head, a read.
///
/// Whoever has the lock drives the operation: the task that began it, as far as that goes without waiting; then the
/// poller's thread, or the task's own thread if it may block. So bytes go from and to the caller's memory, and a
/// hand-off happens only where something has to be waited for.
///
/// `@unchecked Sendable`: all mutable fields are touched only while `lock` is held, or while nobody else has the
/// connection (before it is given out, after it was taken back).
final class Connection: @unchecked Sendable {
    enum Operation {
        case none
        case connect
        case exchange
        case read
    }

    let origin: HTTPOrigin
    let socket: Int32
    let poller: Poller
    let limits: Watchdog.Limits
    let generation = Fork.generation
    private let lock = Lock(())

    // The operation that goes on.
    private var operation = Operation.none
    private var waiter: Resumption<Void>?
    private(set) var failure: StoreError?
    private var isCancelled = false
    private var isClosed = false
    private var registration: UInt64?
    var watchdog = Watchdog()
    /// When connecting must have come to its end; 0 for never.
    var deadline: UInt64 = 0

    var tls: TLSSession?
    var isConnected = false
    /// Whether a response has come over it before.
    var isUsed = false
    /// When it became idle.
    var idleSince: UInt64 = 0

    /// How many bytes must have come before the socket counts as readable.
    private var lowWater: Int32 = 1

    var sending = Sending()
    var receiving = Receiving()

    init(_ origin: HTTPOrigin, socket: Int32, poller: Poller, limits: Watchdog.Limits) {
        self.origin = origin
        self.socket = socket
        self.poller = poller
        self.limits = limits
    }

    deinit {
        // Another process's copy is left alone: closing TLS there would end the parent's connection.
        if generation == Fork.generation { closeSocket(inOrder: false) }
    }

    // MARK: Running an operation

    /// Runs an operation to its end.
    ///
    /// - Parameters:
    ///   - operation: What to do; its parameters have been set before.
    ///   - blocks: Whether this thread may wait for the socket itself.
    /// - Throws: Why it failed; the connection is of no use then.
    func run(_ operation: Operation, blocks: Bool) async throws(StoreError) {
        let progress = lock.withLock { _ -> Progress in
            if isCancelled || isClosed {
                failure = failure ?? .cancelled()
                return .done
            }
            self.operation = operation
            return advance(0)
        }
        if case .wait(let events) = progress {
            if blocks {
                await withTaskCancellationHandler {
                    waitHere(events)
                } onCancel: {
                    self.cancel()
                }
            } else {
                await withTaskCancellationHandler {
                    await wait(events)
                } onCancel: {
                    self.cancel()
                }
            }
        }
        if let failure = lock.withLock({ _ in self.failure }) { throw failure }
    }

    /// Waits on the poller's thread.
    private func wait(_ events: UInt32) async {
        await Resumption<Void>.wait { resumption in
            let parks = lock.withLock { _ -> Bool in
                if case .none = operation { return false }
                if registration == nil { registration = poller.register(self, socket) }
                guard let registration else {
                    fail(StoreError(.internal, "the system does not watch a socket", isRetryable: true))
                    return false
                }
                waiter = resumption
                poller.park()
                poller.arm(registration, socket, events)
                return true
            }
            if !parks { resumption.resume() }
        }
    }

    /// Waits in this thread.
    private func waitHere(_ events: UInt32) {
        var events = events
        while true {
            var entry = pollfd(fd: socket, events: Int16(truncatingIfNeeded: events), revents: 0)
            let count = poll(&entry, 1, Int32(limits.tick / 1_000_000))
            let progress = lock.withLock { _ -> Progress in
                if case .none = operation { return .done }
                if count == 0, judge(Clock.coarse) { return .done }
                return advance(UInt32(UInt16(bitPattern: entry.revents)))
            }
            guard case .wait(let next) = progress else { return }
            events = next
        }
    }

    /// The socket is ready: goes on with the operation. On the poller's thread.
    func ready(_ events: UInt32) {
        let done = lock.withLock { _ -> Resumption<Void>? in
            guard waiter != nil else { return nil }
            switch advance(events) {
            case .wait(let next):
                if let registration { poller.arm(registration, socket, next) }
                return nil
            case .done: return takeWaiter()
            }
        }
        done?.resume()
    }

    /// Looks whether the operation takes too long. On the poller's thread.
    func checkTime(_ now: UInt64) {
        let done = lock.withLock { _ -> Resumption<Void>? in
            guard waiter != nil else { return nil }
            if judge(now) { return takeWaiter() }
            return nil
        }
        done?.resume()
    }

    private func takeWaiter() -> Resumption<Void>? {
        defer { waiter = nil }
        if waiter != nil { poller.unpark() }
        return waiter
    }

    /// - Returns: Whether the operation has come to its end. The lock is held.
    private func judge(_ now: UInt64) -> Bool {
        if deadline != 0, now > deadline {
            fail(
                StoreError(
                    .timeout,
                    "connecting to \(origin.endpoint) took too long; raise connectTimeout if it needs longer",
                    isRetryable: true))
            return true
        }
        if sending.isAwaitingContinue, now > sending.continueDeadline {
            // No word from the server: the body is sent all the same.
            sending.isAwaitingContinue = false
            switch advance(coffer_epoll_out) {
            case .done: return true
            case .wait(let events):
                if waiter != nil, let registration { poller.arm(registration, socket, events) }
            }
        }
        // Less than the low water may have come: it is not kept back for longer than a tick.
        if case .read = operation, lowWater > 1, case .done = advance(coffer_epoll_in) { return true }
        let verdict = watchdog.check(bytes: sending.sent + receiving.received, now: now, limits)
        if verdict == .fine { return false }
        fail(limits.error(verdict, origin))
        return true
    }

    /// Goes on with the operation as far as it goes. The lock is held.
    private func advance(_ events: UInt32) -> Progress {
        do throws(StoreError) {
            let progress: Progress
            switch operation {
            case .none: return .done
            case .connect: progress = try stepConnect()
            case .exchange: progress = try stepExchange(events)
            case .read: progress = try stepRead()
            }
            if case .done = progress { end() }
            return progress
        } catch {
            fail(error)
            return .done
        }
    }

    private func fail(_ error: StoreError) {
        if failure == nil { failure = error }
        end()
    }

    private func end() {
        operation = .none
        watchdog.enter(.idle, bytes: 0, now: Clock.coarse)
        deadline = 0
    }

    // MARK: The end

    /// Stops whatever goes on; the operation throws `cancelled`. From any thread.
    func cancel() {
        let done = lock.withLock { _ -> Resumption<Void>? in
            guard !isCancelled, !isClosed else { return nil }
            isCancelled = true
            fail(.cancelled())
            // Wakes a thread that waits for the socket itself; the descriptor stays until its owner closes it.
            shutdown(socket, Int32(SHUT_RDWR))
            return takeWaiter()
        }
        done?.resume()
    }

    /// Closes. Nobody else may use the connection any more.
    ///
    /// - Parameter inOrder: Whether to end TLS as it should be: for idle connections.
    func closeSocket(inOrder: Bool) {
        lock.withLock { _ in
            guard !isClosed else { return }
            isClosed = true
            if inOrder { tls?.shutDown() }
            if let registration { poller.unregister(registration, socket) }
            registration = nil
            tls = nil
            close(socket)
            sending.release()
            receiving.release()
        }
    }

    /// Whether the idle connection can still be used: nothing has come and it is not closed.
    func isAlive() -> Bool {
        lock.withLock { _ in
            if isClosed || isCancelled { return false }
            if let tls { return tls.isAlive() }
            var byte: UInt8 = 0
            return coffer_peek(socket, &byte, 1) < 0 && errno == EAGAIN
        }
    }

    // MARK: Bytes

    /// Reads what is there into memory. The lock is held.
    func readSocket(_ target: UnsafeMutableRawBufferPointer) -> IO {
        tls.map { $0.read(target) } ?? PlainSocket.read(socket, target)
    }

    /// Lets the thread sleep until much has come: a wake-up for each packet of a large body costs more than its bytes.
    ///
    /// - Parameter count: At most what is still to come, else the end would never be noticed; at least 1.
    func setLowWater(_ count: Int64) {
        let wanted = count < 64 << 10 ? 1 : Int32(min(count, 256 << 10))
        guard wanted != lowWater, coffer_set_option(socket, SOL_SOCKET, SO_RCVLOWAT, wanted) == 0 else { return }
        lowWater = wanted
    }

    /// Acknowledges at once what has come, when the rest of a small body is missing.
    ///
    /// A server that sends head and body by two writes and leaves Nagle's algorithm on waits for this acknowledgement,
    /// which the kernel would delay by 40 ms (seen with radosgw). Large bodies acknowledge themselves.
    func acknowledge(missing: Int64) {
        if missing < 64 << 10 { _ = coffer_set_option(socket, Int32(IPPROTO_TCP), TCP_QUICKACK, 1) }
    }

    /// The error of a connection that broke.
    func broken(_ number: Int32, _ reason: String) -> StoreError {
        let text = number == 0 ? reason : systemMessage(number)
        return StoreError(
            .connectionFailed, "the connection to \(origin.endpoint) broke: \(text); try again", isRetryable: true)
    }
}
