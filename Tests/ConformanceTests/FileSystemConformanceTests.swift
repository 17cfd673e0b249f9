import Coffer
import CofferTesting
import FileSystemDriver
import Foundation
import Testing

/// The suite on the file-system driver, as a program would open it: by name.
@Suite struct FileSystemConformanceTests {
    /// Emptied by the next run, so that what a failure left can be looked at.
    private static let directory: String = {
        let path = "/tmp/coffer-conformance-fs-\(getuid())"
        try? FileManager.default.removeItem(atPath: path)
        return path
    }()

    private static func target(_ name: String, _ options: [String: String]) -> ConformanceTarget {
        ConformanceTarget(
            name, concurrency: 8,
            discard: { try FileManager.default.removeItem(atPath: "\(directory)/\(name)/\($0)") },
            open: { storage in
                let root = ["root": "\(directory)/\(name)/\(storage)"]
                return try await Store.open(
                    driver: "fs", options: options.merging(root) { $1 }, environment: [:])
            })
    }

    static let durable = target("fs", [:])
    static let relaxed = target("fs, relaxed", ["durability": "relaxed"])

    @Test(arguments: ConformanceSuite.cases)
    func fs(_ conformance: ConformanceCase) async throws { try await runAndReport(conformance, on: Self.durable) }

    @Test(arguments: ConformanceSuite.cases)
    func fsRelaxed(_ conformance: ConformanceCase) async throws {
        try await runAndReport(conformance, on: Self.relaxed)
    }
}
