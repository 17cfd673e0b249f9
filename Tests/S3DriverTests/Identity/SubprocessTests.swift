import Coffer
import Testing

@testable import S3Driver

/// Programs that give credentials, as badly behaved as programs are.
@Suite("Subprocesses")
struct SubprocessTests {
    private static let environment = ["PATH": "/usr/bin:/bin"]

    private func run(_ script: String, timeout: Duration = .seconds(600)) throws(StoreError) -> Subprocess.Outcome {
        try Subprocess.run(["sh", "-c", script], environment: Self.environment, timeout: timeout)
    }

    @Test("Output and status come back, also where the program ends after its output")
    func outcomes() throws {
        #expect(try run("printf x; exit 3") == (3, "x"))
        #expect(try run("printf x; exec >&-; sleep 0.2; exit 4") == (4, "x"))
        #expect(try run("kill -9 $$") == (128 + 9, ""))
    }

    @Test(
        "A program that does not end is killed, whether or not it closes its output",
        arguments: ["sleep 3600", "exec >&-; sleep 3600", "sleep 3600 & wait"])
    func hanging(_ script: String) {
        let error = #expect(throws: StoreError.self) { _ = try run(script, timeout: .milliseconds(300)) }
        #expect(error?.code == .timeout)
        #expect(error?.message.contains("'sh'") == true)
    }
}

private func == (outcome: Subprocess.Outcome, expected: (Int32, String)) -> Bool {
    outcome.status == expected.0 && String(decoding: outcome.output, as: UTF8.self) == expected.1
}
