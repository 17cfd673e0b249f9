import Coffer
import Glibc

/// Runs one workload and prints the line of the contract.
@Sendable nonisolated func run(_ a: Arguments, _ variant: String) async throws {
    guard let workload = workloads[a.workload] else {
        print(#"{"peer": "coffer", "workload": "\#(a.workload)", "unsupported": true}"#)
        return
    }
    let operation = try await workload(a)
    let before = status("VmRSS")
    var sum: String?
    var warmed = 0
    if a.warm {
        let outcome = try await operation(true)
        sum = outcome.sum
        warmed = outcome.operations
        if a.workload == "down_file" { unlink(a.destination) }
        if a.workload == "fs_write1g" { unlink(a.directory + "/1g") }
    }
    let cpu = processorSeconds()
    let start = seconds()
    let outcome = try await operation(false)
    let wall = seconds() - start
    let end = processorSeconds()
    let sorted = outcome.latencies.sorted()
    func percentile(_ q: Double) -> String {
        sorted.isEmpty ? "null" : String(sorted[min(sorted.count - 1, Int(Double(sorted.count) * q))] * 1e6)
    }
    let isSmall = a.workload == "put_small" || a.workload == "get_small"
    let iterations = 1 + (isSmall ? Double(warmed) / Double(a.n) : a.warm ? 1 : 0)
    let digest = (sum ?? outcome.sum).map { "\"\($0)\"" } ?? "null"
    print(
        """
        {"peer": "coffer", "version": "\(variant)", "workload": "\(a.workload)", \
        "scheme": "\(a.endpoint.hasPrefix("https") ? "https" : "http")", "n": \(a.n), "conc": \(a.concurrency), \
        "wall_s": \(wall), "user_s": \(end.user - cpu.user), "sys_s": \(end.system - cpu.system), "rss0_kb": \(before), \
        "maxrss_kb": \(status("VmHWM")), "bytes": \(outcome.bytes), "ops": \(outcome.operations), \
        "p50_us": \(percentile(0.5)), "p99_us": \(percentile(0.99)), "sum": \(digest), "iters": \(iterations), \
        "scope": "section"}
        """)
}

let arguments = Arguments(CommandLine.arguments)
if arguments.workload == "workloads" {
    print(workloads.keys.sorted().joined(separator: " "))
    exit(0)
}

// "sync": as a call through the C ABI runs, on the calling thread; else on Swift's own threads.
let isSync = getenv("BENCH_VARIANT").map { String(cString: $0) } == "sync"
do {
    if isSync {
        try CallingThread.run { () async throws(StoreError) in
            do { try await run(arguments, "sync") } catch { throw StoreError(wrapping: error) }
        }
    } else {
        try await run(arguments, "async")
    }
} catch {
    print(
        #"{"peer": "coffer", "workload": "\#(arguments.workload)", "error": "\#("\(error)".replacing("\"", with: "'"))"}"#
    )
    exit(1)
}
