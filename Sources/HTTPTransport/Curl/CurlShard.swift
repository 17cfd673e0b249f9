import CCurl
import CSockets
import Coffer
import Glibc
import Synchronization

/// One thread with a `curl_multi` of its own: `curl_multi_socket_action` over epoll.
///
/// `@unchecked Sendable`: the fields under "the thread" are touched by that thread only; `inbox` has a lock.
final class CurlShard: @unchecked Sendable {
    enum Command {
        case start(CurlTransfer)
        case resume(CurlTransfer)
        case cancel(CurlTransfer)
        case stop
    }

    private struct Inbox {
        var commands: [Command] = []
        var isAsleep = false
        /// Whether the thread is gone.
        var isOver = false
    }

    private let configuration: HTTPTransportConfiguration
    private let limits: Watchdog.Limits
    private let maxConnections: Int
    private let usesProxy: Bool
    private let inbox = Lock(Inbox())
    private let wakeUp: Int32
    private let poll: Int32
    /// Called after each transfer, with the shard's load one less.
    let load = Atomic<Int>(0)

    // The thread.
    private var multi: UnsafeMutableRawPointer?
    private var idle: [CurlHandle] = []
    private var active: [ObjectIdentifier: CurlTransfer] = [:]
    private var touched: [CurlTransfer] = []
    private var resolve: UnsafeMutablePointer<curl_slist>?
    private var timer: UInt64?
    private var nextCheck: UInt64 = 0
    private var isStopping = false
    private var refusal = closedTransport()

    init(_ configuration: HTTPTransportConfiguration, shards: Int) {
        self.configuration = configuration
        limits = Watchdog.Limits(configuration)
        maxConnections = max(1, configuration.maxConnections / shards)
        usesProxy = configuration.mayUseProxy
        wakeUp = coffer_eventfd()
        poll = coffer_epoll_create()
    }

    deinit {
        close(wakeUp)
        close(poll)
    }

    // MARK: Any thread

    /// Hands a command to the thread; wakes it only if it sleeps.
    func post(_ command: Command) {
        let wakes = inbox.withLock { inbox -> Bool? in
            if inbox.isOver { return nil }
            inbox.commands.append(command)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        // Too late: the transport was closed at the same moment.
        if wakes == nil, case .start(let transfer) = command { transfer.finish(.failure(closedTransport())) }
        if wakes == true {
            var one: UInt64 = 1
            _ = write(wakeUp, &one, 8)
        }
    }

    /// Starts the thread; false if there is none to be had.
    func start() -> Bool {
        guard wakeUp >= 0, poll >= 0 else { return false }
        return OwnThread.start { self.run() }
    }

    // MARK: The thread

    private func run() {
        guard setUp() else { return failAll() }
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            takeCommands()
            if let timer, timer <= Clock.precise {
                self.timer = nil
                act(CURL_SOCKET_TIMEOUT, 0)
            }
            readMessages()
            deliver()
            check()
            if isStopping, active.isEmpty { break }
            let timeout = sleepTime()
            guard
                inbox.withLock({ inbox in
                    inbox.isAsleep = inbox.commands.isEmpty
                    return inbox.isAsleep
                })
            else { continue }
            let count = epoll_wait(poll, &events, Int32(events.count), timeout)
            inbox.withLock { $0.isAsleep = false }
            for i in 0..<max(0, Int(count)) {
                handle(Int32(truncatingIfNeeded: coffer_epoll_data(&events[i])), coffer_epoll_events(&events[i]))
            }
        }
        tearDown()
    }

    private func setUp() -> Bool {
        guard let multi = curl_multi_init() else { return false }
        self.multi = multi
        let me = Unmanaged.passUnretained(self).toOpaque()
        coffer_curl_multi_set_socket(multi, curlSocket, me)
        coffer_curl_multi_set_timer(multi, curlTimer, me)
        coffer_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
        coffer_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, maxConnections)
        coffer_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, maxConnections)
        coffer_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maxConnectionsPerOrigin)
        for entry in configuration.resolve {
            resolve = curl_slist_append(resolve, "\(entry.host):\(entry.port):\(entry.address)") ?? resolve
        }
        return coffer_epoll_add(poll, wakeUp, coffer_epoll_in, UInt64(wakeUp)) == 0
    }

    /// No engine can be had: whoever comes gets an error rather than silence.
    private func failAll() {
        refusal = StoreError(
            .internal, "libcurl gives no engine; is memory or the number of open files short?", isRetryable: true)
        isStopping = true
        tearDown()
    }

    private func takeCommands() {
        let commands = inbox.withLock { inbox in
            defer { inbox.commands = [] }
            return inbox.commands
        }
        for command in commands {
            switch command {
            case .start(let transfer): begin(transfer)
            case .resume(let transfer): transfer.unpause()
            case .cancel(let transfer): end(transfer, .failure(.cancelled()))
            case .stop: isStopping = true
            }
        }
    }

    private func begin(_ transfer: CurlTransfer) {
        if isStopping {
            load.subtract(1, ordering: .relaxed)
            return transfer.finish(.failure(refusal))
        }
        guard let multi, let handle = idle.popLast() ?? CurlHandle(configuration, resolve: resolve) else {
            load.subtract(1, ordering: .relaxed)
            return transfer.finish(.failure(StoreError(.internal, "libcurl gives no handle; is memory short?")))
        }
        do throws(StoreError) {
            if transfer.isCancelled { throw .cancelled() }
            let context = Unmanaged.passUnretained(transfer).toOpaque()
            try handle.prepare(
                transfer.request, keepsTarget: !usesProxy, fresh: transfer.isRepetition, context: context)
            guard curl_multi_add_handle(multi, handle.raw) == CURLM_OK else {
                throw StoreError(.internal, "libcurl does not take the request")
            }
        } catch {
            idle.append(handle)
            load.subtract(1, ordering: .relaxed)
            return transfer.finish(.failure(error))
        }
        transfer.handle = handle
        active[ObjectIdentifier(transfer)] = transfer
    }

    private func end(_ transfer: CurlTransfer, _ result: Result<Void, StoreError>) {
        guard let handle = transfer.handle, active.removeValue(forKey: ObjectIdentifier(transfer)) != nil else {
            return
        }
        transfer.handle = nil
        // Gives the connection back, or closes it in the midst of a transfer.
        if let multi { curl_multi_remove_handle(multi, handle.raw) }
        if idle.count < 256 { idle.append(handle) }
        load.subtract(1, ordering: .relaxed)
        transfer.finish(result)
    }

    private func readMessages() {
        guard let multi else { return }
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let context = coffer_curl_private(easy)
            else { continue }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            let code = coffer_curl_message_result(message)
            let detail = code == CURLE_OK ? "" : transfer.handle?.message ?? ""
            if code != CURLE_OK { transfer.note(code) }
            let failure = code == CURLE_OK ? transfer.unsent : curlError(code, detail, transfer.request.origin)
            end(transfer, failure.map { .failure($0) } ?? .success(()))
        }
    }

    /// Lets the consumers have what this round brought.
    private func deliver() {
        for transfer in touched { transfer.pipe.deliver() }
        touched.removeAll(keepingCapacity: true)
    }

    /// Notes that a transfer has something for its consumer.
    func touch(_ transfer: CurlTransfer) { if touched.last !== transfer { touched.append(transfer) } }

    private func check() {
        guard !active.isEmpty else { return }
        let now = Clock.precise
        guard now >= nextCheck else { return }
        nextCheck = now + limits.tick
        for transfer in active.values {
            if let error = transfer.check(now: now, limits) { end(transfer, .failure(error)) }
        }
    }

    private func sleepTime() -> Int32 {
        var until: UInt64? = active.isEmpty ? nil : nextCheck
        if let timer { until = min(timer, until ?? timer) }
        guard let until else { return -1 }
        let now = Clock.precise
        return until <= now ? 0 : Int32(min((until - now + 999_999) / 1_000_000, 1 << 30))
    }

    private func handle(_ descriptor: Int32, _ events: UInt32) {
        if descriptor == wakeUp {
            var count: UInt64 = 0
            _ = read(wakeUp, &count, 8)
            return
        }
        var mask: Int32 = 0
        if events & (coffer_epoll_in | coffer_epoll_hangup | coffer_epoll_error) != 0 { mask |= CURL_CSELECT_IN }
        if events & coffer_epoll_out != 0 { mask |= CURL_CSELECT_OUT }
        if events & coffer_epoll_error != 0 { mask |= CURL_CSELECT_ERR }
        act(descriptor, mask)
    }

    private func act(_ socket: curl_socket_t, _ mask: Int32) {
        guard let multi else { return }
        var running: Int32 = 0
        curl_multi_socket_action(multi, socket, mask, &running)
    }

    /// curl asks to watch a socket.
    func watch(_ socket: curl_socket_t, _ what: Int32, isKnown: Bool) {
        guard let multi else { return }
        if what == CURL_POLL_REMOVE {
            _ = coffer_epoll_remove(poll, socket)
            curl_multi_assign(multi, socket, nil)
            return
        }
        var events: UInt32 = 0
        if what & CURL_POLL_IN != 0 { events |= coffer_epoll_in }
        if what & CURL_POLL_OUT != 0 { events |= coffer_epoll_out }
        // curl's idea of what is known and the kernel's differ when a number is used again.
        let data = UInt64(UInt32(bitPattern: socket))
        let first = isKnown ? coffer_epoll_modify : coffer_epoll_add
        let second = isKnown ? coffer_epoll_add : coffer_epoll_modify
        if first(poll, socket, events, data) != 0 { _ = second(poll, socket, events, data) }
        if !isKnown { curl_multi_assign(multi, socket, UnsafeMutableRawPointer(bitPattern: 1)) }
    }

    /// curl asks to be called after some time.
    func setTimer(_ milliseconds: Int) {
        timer = milliseconds < 0 ? nil : Clock.precise + UInt64(milliseconds) * 1_000_000
    }

    private func tearDown() {
        idle.removeAll()
        if let multi { curl_multi_cleanup(multi) }
        multi = nil
        curl_slist_free_all(resolve)
        resolve = nil
        // What came too late.
        inbox.withLock { $0.isOver = true }
        takeCommands()
    }
}
