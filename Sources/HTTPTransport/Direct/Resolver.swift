import CSockets
import Coffer
import Glibc

/// One address to connect to.
struct SocketAddress: Sendable {
    let family: Int32
    let bytes: [UInt8]

    func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R? {
        bytes.withUnsafeBytes { raw in
            raw.baseAddress.map { body($0.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count)) }
        }
    }
}

/// Finds the addresses of hosts: by the system's resolver, on a thread that may block, and remembered for a minute.
final class Resolver: Sendable {
    private struct Entry {
        let addresses: [SocketAddress]
        let until: UInt64
    }

    private static let lifetime: UInt64 = 60_000_000_000
    private let cache = Lock<[String: Entry]>([:])
    private let overrides: [String: String]
    private let timeout: Duration

    init(_ configuration: HTTPTransportConfiguration) {
        var overrides: [String: String] = [:]
        for entry in configuration.resolve { overrides["\(entry.host):\(entry.port)"] = entry.address }
        self.overrides = overrides
        timeout = configuration.connectTimeout
    }

    /// The addresses of an origin, the best first; at least one.
    func addresses(_ origin: HTTPOrigin) async throws(StoreError) -> [SocketAddress] {
        let name = "\(origin.host):\(origin.port)"
        let host = overrides[name] ?? origin.host
        let now = Clock.coarse
        if let entry = cache.withLock({ $0[name] }), entry.until > now { return entry.addresses }
        let addresses: [SocketAddress]
        switch Self.lookUp(host, origin.port, AI_NUMERICHOST) {
        case .success(let numeric): addresses = numeric
        case .failure: addresses = try await ask(host, origin)
        }
        cache.withLock { cache in
            if cache.count >= 1024 { cache.removeAll() }
            cache[name] = Entry(addresses: addresses, until: now + Self.lifetime)
        }
        return addresses
    }

    /// Forgets an origin whose addresses do not answer.
    func forget(_ origin: HTTPOrigin) { cache.withLock { $0["\(origin.host):\(origin.port)"] = nil } }

    private func ask(_ host: String, _ origin: HTTPOrigin) async throws(StoreError) -> [SocketAddress] {
        let port = origin.port
        if BlockingPool.mayBlockHere { return try Self.checked(Self.lookUp(host, port, 0), origin) }
        // The resolver cannot be interrupted: whoever waits goes on without it.
        let answer = FirstAnswer<Result<[SocketAddress], StoreError>>()
        let alarm = Sleeper.alarm(after: timeout) {
            answer.set(
                .failure(
                    StoreError(
                        .timeout,
                        "the address of \(origin.endpoint) was not found in time; raise connectTimeout if the resolver "
                            + "needs longer", isRetryable: true)))
        }
        defer { alarm.cancel() }
        BackgroundTasks.start {
            // Failures come as values; the pool itself throws nothing here.
            let found = try? await BlockingPool.run { Self.lookUp(host, port, 0) }
            answer.set(
                Result { () throws(StoreError) in
                    try Self.checked(found ?? .failure(LookUpFailure(text: "no thread")), origin)
                })
        }
        return try await withTaskCancellationHandler {
            await answer.value()
        } onCancel: {
            answer.set(.failure(.cancelled()))
        }.get()
    }

    private struct LookUpFailure: Error {
        let text: String
    }

    private static func checked(
        _ result: Result<[SocketAddress], LookUpFailure>, _ origin: HTTPOrigin
    ) throws(StoreError) -> [SocketAddress] {
        switch result {
        case .success(let addresses) where !addresses.isEmpty: return addresses
        case .success: throw unknown(origin, "it has none")
        case .failure(let failure): throw unknown(origin, failure.text)
        }
    }

    private static func unknown(_ origin: HTTPOrigin, _ text: String) -> StoreError {
        StoreError(
            .connectionFailed,
            "cannot find the address of \(origin.endpoint): \(text); check the host's name and the resolver",
            isRetryable: true)
    }

    /// Asks the system; blocks unless the host is an address.
    private static func lookUp(_ host: String, _ port: Int, _ flags: Int32) -> Result<[SocketAddress], LookUpFailure> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else {
            return .failure(LookUpFailure(text: gai_strerror(status).map { String(cString: $0) } ?? "error \(status)"))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = list
        while let info = entry?.pointee {
            if let address = info.ai_addr {
                let raw = UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen))
                addresses.append(SocketAddress(family: info.ai_family, bytes: Array(raw)))
            }
            entry = info.ai_next
        }
        return .success(addresses)
    }
}

/// The first of several answers; one task waits for it.
final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(Resumption<Value>)
        case answered(Value)
    }
    private let state = Lock(State.open)

    func set(_ value: Value) {
        let resumption = state.withLock { state -> Resumption<Value>? in
            switch state {
            case .answered: return nil
            case .open:
                state = .answered(value)
                return nil
            case .waiting(let resumption):
                state = .answered(value)
                return resumption
            }
        }
        resumption?.resume(returning: value)
    }

    func value() async -> Value {
        await Resumption<Value>.wait { resumption in
            let value = state.withLock { state -> Value? in
                if case .answered(let value) = state { return value }
                state = .waiting(resumption)
                return nil
            }
            if let value { resumption.resume(returning: value) }
        }
    }
}
