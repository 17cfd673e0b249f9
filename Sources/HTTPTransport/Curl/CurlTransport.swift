import Coffer
import Synchronization

/// HTTP by libcurl: also through proxies.
public final class CurlTransport: HTTPTransport {
    private let engine: ForkLocal<CurlEngine>
    private let isClosed = Atomic<Bool>(false)

    /// Makes a transport. Threads and connections are made when the first request needs them.
    ///
    /// - Parameter configuration: How to connect.
    /// - Throws: `invalidConfiguration` if a value is out of its range.
    public init(_ configuration: HTTPTransportConfiguration = HTTPTransportConfiguration()) throws(StoreError) {
        try configuration.check()
        engine = ForkLocal { CurlEngine(configuration) }
    }

    /// Sends one request and waits for the head of the response.
    ///
    /// - Parameter request: What is sent.
    public func send(_ request: HTTPRequest) async throws(StoreError) -> HTTPResponse {
        if isClosed.load(ordering: .acquiring) { throw closedTransport() }
        try request.check()
        if Task.isCancelled { throw .cancelled() }
        let first = CurlTransfer(request, try engine.value.shard(), isRepetition: false)
        do throws(StoreError) {
            return try await first.run()
        } catch {
            guard first.mayRepeat else { throw error }
        }
        return try await CurlTransfer(request, try engine.value.shard(), isRepetition: true).run()
    }

    /// Closes the idle connections and refuses new requests with `closed`; streams that are open may be read on.
    public func close() async {
        isClosed.store(true, ordering: .releasing)
        engine.existing?.stop()
    }
}

/// The error of a request after ``HTTPTransport/close()``.
func closedTransport() -> StoreError {
    StoreError(.closed, "the HTTP transport has been closed; open the store again")
}
