import Coffer
import Synchronization

/// HTTP/1.1 over own connections: bytes go from and to the caller's memory, files by `sendfile`, and what needs no
/// waiting happens on the caller's thread. No proxies.
public final class DirectTransport: HTTPTransport {
    private let engine: ForkLocal<DirectEngine>
    private let userAgent: String?
    private let isClosed = Atomic<Bool>(false)

    /// Makes a transport. Threads and connections are made when the first request needs them.
    ///
    /// - Parameter configuration: How to connect.
    /// - Throws: `invalidConfiguration` if a value is out of its range.
    public init(_ configuration: HTTPTransportConfiguration = HTTPTransportConfiguration()) throws(StoreError) {
        try configuration.check()
        userAgent = configuration.userAgent
        engine = ForkLocal { DirectEngine(configuration) }
    }

    /// Sends one request and waits for the head of the response.
    ///
    /// - Parameter request: What is sent.
    public func send(_ request: HTTPRequest) async throws(StoreError) -> HTTPResponse {
        if isClosed.load(ordering: .acquiring) { throw closedTransport() }
        try request.check()
        if Task.isCancelled { throw .cancelled() }
        let engine = engine.value
        let blocks = request.isSolitary && BlockingPool.mayBlockHere
        var isRepetition = false
        while true {
            let connection = try await engine.connection(request.origin, fresh: isRepetition, blocks: blocks)
            do throws(StoreError) {
                return try await exchange(request, connection, engine, blocks: blocks)
            } catch {
                let repeats = !isRepetition && error.code == .connectionFailed && connection.mayRepeat(request)
                engine.drop(connection, inOrder: false)
                guard repeats else { throw error }
                isRepetition = true
            }
        }
    }

    private func exchange(
        _ request: HTTPRequest, _ connection: Connection, _ engine: DirectEngine, blocks: Bool
    ) async throws(StoreError) -> HTTPResponse {
        connection.sending.begin(request, userAgent: userAgent)
        connection.watchdog = Watchdog()
        connection.setLowWater(1)
        connection.receiving.begin(collectLimit: request.collectLimit)
        try await connection.run(.exchange, blocks: blocks)
        guard let head = connection.receiving.head else { throw missingHead(request.origin) }
        connection.sending.finish()
        let collected = connection.receiving.takeCollected()
        if connection.receiving.isEnded {
            engine.give(connection)
            return HTTPResponse(
                status: head.status, headers: head.headers, contentLength: head.contentLength,
                body: .collected(collected))
        }
        return HTTPResponse(
            status: head.status, headers: head.headers, contentLength: head.contentLength,
            body: .stream(DirectStream(connection, engine, prefix: collected, blocks: request.isSolitary)))
    }

    /// Closes the idle connections and refuses new requests with `closed`; streams that are open may be read on.
    public func close() async {
        isClosed.store(true, ordering: .releasing)
        engine.existing?.pool.close()
    }
}

extension Connection {
    /// Whether the server had closed the idle connection before it saw the request: no byte of an answer came, and
    /// sending it again does no harm.
    func mayRepeat(_ request: HTTPRequest) -> Bool {
        isUsed && !receiving.hasBegun && (request.method.isIdempotent || !sending.isDone)
    }
}
