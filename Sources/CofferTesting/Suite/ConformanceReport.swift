import Coffer
import Glibc

/// The results of all cases on all targets of this process, as a table.
public final class ConformanceReport: Sendable {
    /// What became of a case.
    public enum Outcome: String, Sendable {
        /// The behaviour is there.
        case passed = "✓"
        /// The driver does not claim it, and says `unsupported`.
        case unsupported = "–"
        /// It is not as it should be.
        case failed = "FAILED"
    }

    private struct State {
        var targets: [String] = []
        var results: [String: [String: (Outcome, Duration)]] = [:]
        var failures: [String: String] = [:]
    }

    /// The report to which ``ConformanceCase/run(on:)`` adds.
    public static let shared = ConformanceReport()

    private let state = Lock(State())

    /// Adds a result; a later one of the same case and target replaces it.
    ///
    /// - Parameters:
    ///   - target: The target's name.
    ///   - name: The case's name.
    ///   - outcome: What became of it.
    ///   - duration: How long it took.
    ///   - failure: Why it failed.
    public func record(
        target: String, case name: String, _ outcome: Outcome, _ duration: Duration, failure: (any Error)? = nil
    ) {
        let text = failure.map { "\($0)" }
        state.withLock { state in
            state.failures["\(name) on \(target)"] = text
            if !state.targets.contains(target) { state.targets.append(target) }
            state.results[name, default: [:]][target] = (outcome, duration)
        }
    }

    /// The table of cases and targets, in Markdown.
    public var markdown: String {
        let (targets, results, failures) = state.withLock { ($0.targets.sorted(), $0.results, $0.failures) }
        var text =
            "| case | \(targets.joined(separator: " | ")) |\n|---|\(String(repeating: "---|", count: targets.count))\n"
        for name in ConformanceSuite.cases.map(\.name) {
            guard let row = results[name] else { continue }
            text += "| \(name) | " + targets.map { row[$0]?.0.rawValue ?? " " }.joined(separator: " | ") + " |\n"
        }
        let sums = targets.map { target -> String in
            let all = results.values.compactMap { $0[target] }
            let seconds = all.reduce(Duration.zero) { $0 + $1.1 }.components.seconds
            func count(_ outcome: Outcome) -> Int { all.count { $0.0 == outcome } }
            return "\(count(.passed)) ✓, \(count(.unsupported)) –, \(count(.failed)) failed, \(seconds) s"
        }
        let slowest = results.flatMap { name, row in row.map { (seconds: $1.1 / .seconds(1), name: "\(name) on \($0)") }
        }
        .sorted { $0.seconds > $1.seconds }.prefix(10)
        return text + "| **sum** | \(sums.joined(separator: " | ")) |\n\n"
            + "✓ the behaviour is there; – not claimed, and every verb says `unsupported`.\n\n"
            + failures.sorted { $0.key < $1.key }.map { "- FAILED \($0.key): \($0.value)\n" }.joined()
            + "\nSlowest: " + slowest.map { "\($0.name) \(Int($0.seconds)) s" }.joined(separator: ", ") + ".\n"
    }

    /// Writes the table, all or nothing.
    ///
    /// - Parameter path: The file.
    /// - Throws: `io` if it cannot be written.
    public func write(to path: String) throws(StoreError) {
        let table = markdown
        // Tests end in parallel: each writes a file of its own and the last rename wins.
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))"
        guard let file = fopen(temporary, "w") else {
            throw StoreError(.io, "cannot write '\(temporary)': \(systemMessage(errno))")
        }
        let written = fputs(table, file)
        guard fclose(file) == 0, written >= 0, rename(temporary, path) == 0 else {
            throw StoreError(.io, "cannot write '\(path)': \(systemMessage(errno))")
        }
    }
}
