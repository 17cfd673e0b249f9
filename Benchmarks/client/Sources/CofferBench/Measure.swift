import CHash
import Coffer
import Glibc
import Synchronization

/// What one iteration of a workload did.
struct Outcome: Sendable {
    var bytes: Int64 = 0
    var operations = 0
    var latencies: [Double] = []
    var sum: String?
}

/// Wall-clock seconds, monotonic.
func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// User and system seconds of this process.
func processorSeconds() -> (user: Double, system: Double) {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func value(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return (value(usage.ru_utime), value(usage.ru_stime))
}

/// A line of /proc/self/status, in KiB.
func status(_ field: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
        let text = line.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        if text.hasPrefix(field) { return Int(text.split(whereSeparator: { !$0.isNumber }).first ?? "0") ?? 0 }
    }
    return 0
}

/// SHA-256, step by step; used by one task at a time.
final class Hash: @unchecked Sendable {
    private let context = EVP_MD_CTX_new()
    init() { EVP_DigestInit_ex(context, EVP_sha256(), nil) }
    func update(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }
    func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    deinit { EVP_MD_CTX_free(context) }
}

/// The SHA-256 of a file.
func hash(ofFile path: String) throws -> String {
    let region = try OpenFile.reading(path).wholeRegion()
    let hash = Hash()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var offset: Int64 = 0
    while offset < region.count {
        let count = try region.read(into: buffer, at: offset)
        hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        offset += Int64(count)
    }
    return hash.finish()
}

/// Hands out 0, 1, 2, …
final class Ticket: Sendable {
    private let next = Atomic<Int>(0)
    func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}

/// `n` operations, so many in flight: a closed loop of workers that take the next index.
func loop(_ n: Int, _ concurrency: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws -> [Double]
{
    if concurrency <= 1 {
        var latencies = [Double](repeating: 0, count: n)
        for i in 0..<n {
            let start = seconds()
            try await body(i)
            latencies[i] = seconds() - start
        }
        return latencies
    }
    let next = Ticket()
    return try await withThrowingTaskGroup(of: [Double].self) { group in
        for _ in 0..<concurrency {
            group.addTask {
                var latencies: [Double] = []
                while true {
                    let i = next.take()
                    if i >= n { return latencies }
                    let start = seconds()
                    try await body(i)
                    latencies.append(seconds() - start)
                }
            }
        }
        return try await group.reduce(into: []) { $0 += $1 }
    }
}
