import Coffer
import CofferTesting
import HTTPTransport
import Loopback
import Testing

@testable import S3Driver

/// How a store reaches the stand-in: what each fault is tried with.
struct Way: Sendable, CustomTestStringConvertible {
    var engine: HTTPTransportConfiguration.Engine
    var isTLS = false

    static let directly = Way(engine: .direct)
    /// Both data paths, without and with TLS.
    static let all = plain + [Way(engine: .direct, isTLS: true), Way(engine: .curl, isTLS: true)]
    /// Both data paths, without TLS.
    static let plain = [directly, Way(engine: .curl)]

    var testDescription: String { "\(engine.rawValue) \(isTLS ? "https" : "http")" }

    /// A store whose server is the stand-in; what fails in passing is tried `retry_attempts` times (3 unless given),
    /// without long pauses.
    func store(_ port: Int, _ options: [String: String] = [:]) throws -> Store { try open(port, options).store }

    /// The same, and the driver at the bottom of it.
    func open(_ port: Int, _ options: [String: String]) throws -> (store: Store, driver: S3Driver) {
        var values = [
            "bucket": S3StandIn.bucket, "region": "eu-central-1", "proxy": "", "retry_attempts": "3",
            "endpoint": isTLS ? "https://localhost:\(port)" : "http://127.0.0.1:\(port)",
        ]
        if isTLS { values["ca_file"] = try TestCertificates.shared.get().caFile }
        values.merge(options) { $1 }
        let configuration = try Configuration(
            values, driver: "s3", schema: S3Driver.descriptor.fullSchema, environment: [:])
        var settings = try S3Settings(configuration)
        settings.transport.engine = engine
        let driver = S3Driver(
            S3Client(
                settings, transport: try HTTPClient(settings.transport), credentials: StaticCredentials(S3StandIn.keys))
        )
        var layers: [any Layer] = []
        if let stall = configuration.duration("stall_timeout"), stall > .zero, options["stall_timeout"] != nil {
            layers.append(TimeoutLayer(perAttempt: nil, stall: stall))
        }
        let attempts = Int(configuration.integer("retry_attempts") ?? 3)
        if attempts > 1 {
            layers.append(RetryLayer(policy: RetryPolicy(maxAttempts: attempts, baseDelay: .milliseconds(2))))
        }
        return (Store(driver: driver, layers: layers), driver)
    }
}

/// A stand-in, its port and a store that uses it, for as long as a test's body runs.
func withStandIn(
    _ way: Way, _ options: [String: String] = [:],
    _ decide: @escaping @Sendable (S3StandIn.Call) -> S3StandIn.Fault = { _ in .none },
    _ body: (Store, S3StandIn) async throws -> Void
) async throws {
    let server = S3StandIn(decide)
    let port = try server.listen(way)
    let store = try way.store(port.port, options)
    try await body(store, server)
    await store.close()
}

/// The error of a call that must fail.
func fault<R>(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> R
) async -> StoreError? {
    await #expect(throws: StoreError.self, sourceLocation: sourceLocation) { _ = try await body() }
}

/// The code of a call that must fail.
func code<R>(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> R
) async -> StoreError.Code? {
    await fault(sourceLocation: sourceLocation, body)?.code
}

extension WriteOptions {
    /// Parts of the least size, two at a time.
    static var parts: WriteOptions { WriteOptions(partSize: 5 << 20, concurrency: 2) }
}

extension Chunk {
    /// Bytes that are different everywhere.
    static func sample(_ count: Int) -> Chunk { ConformanceContext.pattern(count) }
}
