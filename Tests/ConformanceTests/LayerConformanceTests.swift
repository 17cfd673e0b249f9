import Coffer
import CofferTesting
import MemoryDriver
import Testing

/// The suite through every layer: a layer that forgets a verb or an option fails it.
@Suite struct LayerConformanceTests {
    private static func target(_ name: String, _ layers: @escaping @Sendable () -> [any Layer]) -> ConformanceTarget {
        ConformanceTarget(
            "memory + \(name)", concurrency: 8, discard: { MemoryDriver.discardStorage(named: "\(name)-\($0)") },
            open: { Store(driver: try MemoryDriver(sharing: "\(name)-\($0)"), layers: layers()) })
    }

    static let prefix = target("prefix") { [PrefixLayer(prefix: "some/where/")] }
    static let retry = target("retry") { [RetryLayer(policy: RetryPolicy())] }
    static let timeout = target("timeout") { [TimeoutLayer(perAttempt: .seconds(60), stall: .seconds(60))] }
    static let limit = target("limit") { [ConcurrencyLimitLayer(limit: 3)] }
    static let all = target("all") {
        [
            ConcurrencyLimitLayer(limit: 16), TimeoutLayer(perAttempt: .seconds(60), stall: .seconds(60)),
            RetryLayer(policy: RetryPolicy()), PrefixLayer(prefix: "p"),
        ]
    }
    /// What a service does that fails now and then, with the retries that a store has against it. Only requests that
    /// may be repeated fail: nobody can retry the others.
    static let flaky = target("faults and retries") {
        let repeatable: [Operation] = [
            .read, .stat, .list, .createUpload, .uploadPart, .abortUpload, .listUploads, .listParts, .write,
        ]
        let calls = repeatable.flatMap { verb in
            (1...10).map { Fault(verb, at: $0 * 2 - 1, .fail(.transient())) }
        }
        let streams = (1...10).map { Fault(.read, at: $0 * 3, .breakStream(after: Int64($0 * 100), .transient())) }
        return [
            FaultLayer(FaultPlan(calls + streams)),
            RetryLayer(policy: RetryPolicy(maxAttempts: 30, baseDelay: .milliseconds(1), maxDelay: .milliseconds(5))),
        ]
    }
    /// Only what every driver has: what the store makes up for is exercised.
    static let core = ConformanceTarget(
        "memory, core only", concurrency: 8, discard: { MemoryDriver.discardStorage(named: "core-\($0)") },
        open: { Store(driver: CoreOnlyDriver(try MemoryDriver(sharing: "core-\($0)"))) })

    @Test(arguments: ConformanceSuite.cases)
    func prefix(_ conformance: ConformanceCase) async throws { try await runAndReport(conformance, on: Self.prefix) }

    @Test(arguments: ConformanceSuite.cases)
    func retry(_ conformance: ConformanceCase) async throws { try await runAndReport(conformance, on: Self.retry) }

    @Test(arguments: ConformanceSuite.cases)
    func timeout(_ conformance: ConformanceCase) async throws { try await runAndReport(conformance, on: Self.timeout) }

    @Test(arguments: ConformanceSuite.cases)
    func limit(_ conformance: ConformanceCase) async throws { try await runAndReport(conformance, on: Self.limit) }

    @Test(arguments: ConformanceSuite.cases)
    func all(_ conformance: ConformanceCase) async throws { try await runAndReport(conformance, on: Self.all) }

    @Test(arguments: ConformanceSuite.cases)
    func faultsAndRetries(_ conformance: ConformanceCase) async throws {
        try await runAndReport(conformance, on: Self.flaky)
    }

    @Test(arguments: ConformanceSuite.cases)
    func coreOnly(_ conformance: ConformanceCase) async throws { try await runAndReport(conformance, on: Self.core) }
}

/// A driver that claims nothing and has nothing beyond the required core, as a first version of somebody's driver.
private struct CoreOnlyDriver: ForwardingDriver {
    let base: MemoryDriver
    init(_ base: MemoryDriver) { self.base = base }

    var name: String { "core" }
    var capabilities: Capabilities { Capabilities([]) }
}
