import Coffer
import Foundation
import HTTPTransport
import Loopback
import Testing

/// The data paths that every behaviour is tested on.
let engines: [HTTPTransportConfiguration.Engine] = [.curl, .direct]

func client(
    _ engine: HTTPTransportConfiguration.Engine, _ change: (inout HTTPTransportConfiguration) -> Void = { _ in }
) throws -> HTTPClient {
    var configuration = HTTPTransportConfiguration()
    configuration.engine = engine
    configuration.proxy = ""
    change(&configuration)
    return try HTTPClient(configuration)
}

extension LoopbackServer {
    var origin: HTTPOrigin { HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port) }
    var tlsOrigin: HTTPOrigin { HTTPOrigin(scheme: .https, host: "localhost", port: port) }
}

/// Bytes that are different at every place.
func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8 ^ $0 >> 16) } }

/// The error of a call that must fail; records an issue if it does not.
func failure<R>(
    _ body: () async throws -> R, sourceLocation: SourceLocation = #_sourceLocation
) async -> StoreError? {
    do {
        _ = try await body()
        Issue.record("no error was thrown", sourceLocation: sourceLocation)
        return nil
    } catch let error as StoreError {
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
        return nil
    }
}

/// Waits until something is so, at most some seconds, many so that a busy machine has time.
func eventually(_ seconds: Double = 60, _ condition: () -> Bool) async -> Bool {
    let deadline = Date().addingTimeInterval(seconds)
    while Date() < deadline {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return condition()
}

/// How many descriptors this process has open.
func openDescriptors() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }

/// Runs the body in a child made by `fork()`; Swift hides it, for good reason, so it is looked up.
///
/// - Returns: What the body returned, as the child's exit status; -1 if the child hung or crashed.
func inChild(seconds: Double = 120, _ body: () -> Int32) -> Int32 {
    guard let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "fork") else { return -2 }
    let fork = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)
    let child = fork()
    if child == 0 { _exit(body()) }
    let deadline = Date().addingTimeInterval(seconds)
    var status: Int32 = 0
    while Date() < deadline {
        if waitpid(child, &status, WNOHANG) == child { return status & 0x7F == 0 ? status >> 8 & 0xFF : -1 }
        usleep(10_000)
    }
    kill(child, SIGKILL)
    waitpid(child, &status, 0)
    return -1
}

/// A number that several threads change.
final class Counter: Sendable {
    private let number: Lock<Int>
    init(_ value: Int) { number = Lock(value) }
    var value: Int { number.withLock { $0 } }
    /// - Returns: The new value.
    func subtract(_ amount: Int) -> Int {
        number.withLock { value in
            value -= amount
            return value
        }
    }
}
