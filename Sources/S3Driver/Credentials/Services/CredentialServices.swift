import Coffer
import HTTPTransport

/// What the sources of credentials share: two transports, the clock, and how often something is tried.
final class CredentialServices: Sendable {
    /// How requests get to AWS's services: proxies and certificate authorities as for S3.
    let transport: any HTTPTransport
    /// How requests get to the services of the machine (container, instance): never through a proxy.
    let local: any HTTPTransport
    /// The clock.
    let now: @Sendable () -> Timestamp
    /// The wait before the second attempt; it doubles then.
    let firstWait: Duration

    /// Makes the services.
    ///
    /// - Parameters:
    ///   - transport: The way to AWS's services.
    ///   - local: The way to the services of the machine.
    ///   - now: The clock.
    ///   - firstWait: The wait before the second attempt.
    init(
        transport: any HTTPTransport, local: any HTTPTransport,
        now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }, firstWait: Duration = .milliseconds(200)
    ) {
        self.transport = transport
        self.local = local
        self.now = now
        self.firstWait = firstWait
    }

    /// An answer as a whole.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]

        /// The body as text.
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// The longest answer that is read, in bytes.
    private static let limit = 1 << 20

    /// Sends a request, several times if the service cannot be reached, is overloaded or broken.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - isLocal: Whether the service belongs to the machine.
    ///   - attempts: How often it is tried at the most.
    /// - Throws: What the transport throws the last time.
    func send(_ request: HTTPRequest, isLocal: Bool, attempts: Int) async throws(StoreError) -> Answer {
        var request = request
        request.collectLimit = 64 << 10
        var wait = firstWait
        var attempt = 1
        while true {
            do throws(StoreError) {
                let response = try await (isLocal ? local : transport).send(request)
                let body = try await response.collect(limit: Self.limit)
                let isPassing = response.status >= 500 || response.status == 429
                if !isPassing || attempt >= attempts {
                    return Answer(
                        status: response.status, headers: response.headers, body: body.withUnsafeBytes { Array($0) })
                }
            } catch {
                if !error.isRetryable || attempt >= attempts { throw error }
            }
            try await Sleeper.sleep(for: wait)
            wait = wait * 2
            attempt += 1
        }
    }

    /// Closes the connections.
    func close() async {
        await transport.close()
        await local.close()
    }

    /// The ways that all sources without a store share. They live as long as the process.
    static let shared: CredentialServices = {
        do throws(StoreError) {
            return CredentialServices(
                transport: try HTTPClient(), local: try HTTPClient(localConfiguration(timeout: .seconds(1))))
        } catch {
            return CredentialServices(transport: FailingTransport(error: error), local: FailingTransport(error: error))
        }
    }()

    /// How to connect to the services of the machine.
    ///
    /// - Parameter timeout: How long to wait for a connection, and for an answer.
    static func localConfiguration(timeout: Duration) -> HTTPTransportConfiguration {
        var configuration = HTTPTransportConfiguration()
        configuration.proxy = ""
        configuration.connectTimeout = timeout
        configuration.firstByteTimeout = timeout
        configuration.stallTimeout = .seconds(5)
        configuration.maxConnections = 4
        configuration.threads = 1
        return configuration
    }
}

/// What stands for a transport that cannot be made.
private struct FailingTransport: HTTPTransport {
    let error: StoreError

    func send(_ request: HTTPRequest) async throws(StoreError) -> HTTPResponse { throw error }
    func close() async {}
}
