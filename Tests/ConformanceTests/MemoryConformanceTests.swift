import Coffer
import CofferTesting
import MemoryDriver
import Testing

/// The suite on the memory driver, plain and through layers.
@Suite struct MemoryConformanceTests {
    static let target = ConformanceTarget(
        "memory", concurrency: 8, discard: { MemoryDriver.discardStorage(named: $0) },
        open: { Store(driver: try MemoryDriver(sharing: $0)) })

    @Test(arguments: ConformanceSuite.cases)
    func memory(_ conformance: ConformanceCase) async throws {
        try await runAndReport(conformance, on: Self.target)
    }
}

/// Runs a case and brings the table up to date.
func runAndReport(_ conformance: ConformanceCase, on target: ConformanceTarget) async throws {
    defer { try? ConformanceReport.shared.write(to: ".build/conformance.md") }
    try await conformance.run(on: target)
}
