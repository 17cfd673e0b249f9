import Foundation
import Testing

/// Signals in the middle of a transfer.
@Suite struct InterruptTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    /// All files below the test's directory, the control directory of the fs driver included.
    private func files() throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: bench.directory.path))
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func aStalledPut(_ signal: Int32, _ status: Int32) async throws {
        try await bench.put("k", "old")
        let before = try files()
        let pipe = Pipe()
        let run = try await bench.tool.run(["put", "-", "k"], input: pipe, limit: 20) { process in
            try pipe.fileHandleForWriting.write(contentsOf: noise(3 << 20, seed: 1))
            // Half of it is there and no more comes: a temporary file shows that the put is at work.
            try await wait { try files() != before }
            kill(process.processIdentifier, signal)
        }
        #expect(run.status == status)
        #expect(run.errors == "coffer: interrupted; nothing was left behind\n")
        #expect(try files() == before)
        #expect(try await bench.run("cat", "k").text == "old")
        try pipe.fileHandleForWriting.close()
    }

    @Test func aStalledCat() async throws {
        #expect(try await bench.run(["put", "-", "big"], input: noise(8 << 20, seed: 2)).status == 0)
        let pipe = Pipe()
        let process = Process()
        process.executableURL = ToolRunner.binary
        process.arguments = ["cat", "big"]
        process.environment = bench.tool.environment
        process.standardOutput = pipe
        try process.run()
        // The pipe is full and nobody reads.
        try await Task.sleep(for: .milliseconds(300))
        #expect(process.isRunning)
        kill(process.processIdentifier, SIGINT)
        try await wait { !process.isRunning }
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    }

    @Test func nohupIsRespected() async throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = [
            "-c",
            """
            trap '' HUP
            (sleep 0.6; echo late) | '\(ToolRunner.binary.path)' put - k &
            sleep 0.3
            kill -HUP $!
            wait $!
            """,
        ]
        shell.environment = bench.tool.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }
        try shell.run()
        try await wait { !shell.isRunning }
        #expect(shell.terminationStatus == 0)
        #expect(try await bench.run("cat", "k").text == "late\n")
    }

    private func wait(_ condition: () throws -> Bool) async throws {
        let deadline = Date(timeIntervalSinceNow: 15)
        while try !condition() {
            try #require(Date() < deadline, "nothing happened within 15 s")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
