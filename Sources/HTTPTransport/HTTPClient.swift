import Coffer

/// The transport to use: chooses the data path by its configuration.
public final class HTTPClient: HTTPTransport {
    private let transport: any HTTPTransport

    /// Makes a client. Threads and connections are made when the first request needs them.
    ///
    /// - Parameter configuration: How to connect.
    /// - Throws: `invalidConfiguration` if a value is out of its range.
    public init(_ configuration: HTTPTransportConfiguration = HTTPTransportConfiguration()) throws(StoreError) {
        switch configuration.engine {
        case .curl: transport = try CurlTransport(configuration)
        case .direct: transport = try DirectTransport(configuration)
        case .automatic:
            transport =
                configuration.mayUseProxy ? try CurlTransport(configuration) : try DirectTransport(configuration)
        }
    }

    /// Sends one request and waits for the head of the response.
    ///
    /// - Parameter request: What is sent.
    public func send(_ request: HTTPRequest) async throws(StoreError) -> HTTPResponse {
        try await transport.send(request)
    }

    /// Closes the idle connections and refuses new requests with `closed`; streams that are open may be read on.
    public func close() async { await transport.close() }
}
