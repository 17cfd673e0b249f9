import Coffer
import HTTPTransport

/// Sends reads a second time when their first byte does not come: the first answer counts, the other request is
/// cancelled.
///
/// Source of the idea: "The tail at scale", Dean and Barroso, 2013: hedged requests.
final class Hedger: Sendable {
    private struct State {
        /// The recent times to an answer, in a ring.
        var times: [Duration] = []
        var next = 0
        /// What the percentile was when it was last worked out.
        var known: Duration?
        /// How many requests may be sent a second time.
        var tokens = 1.0
        var sent = 0
        var hedged = 0
        var won = 0
    }

    /// How many times are kept, after how many the percentile is good, and how often it is worked out.
    private static let (kept, least, interval) = (256, 32, 16)
    /// The most seconds that can be saved up in quiet times.
    private static let mostTokens = 10.0

    private let policy: HedgePolicy
    private let state = ForkSafeLock(State())

    init(_ policy: HedgePolicy) { self.policy = policy }

    /// How many reads were sent, how many of them twice, and how often the second one was answered first.
    var counts: (sent: Int, hedged: Int, won: Int) { state.withLock { ($0.sent, $0.hedged, $0.won) } }

    /// Sends a read.
    ///
    /// - Parameters:
    ///   - request: The request; has no body.
    ///   - transport: What it goes through.
    func send(_ request: HTTPRequest, by transport: any HTTPTransport) async throws(StoreError) -> HTTPResponse {
        let start = ContinuousClock.now
        let response: HTTPResponse
        if let delay = begin() {
            var request = request
            // Two of them go on at the same time.
            request.isSolitary = false
            response = try await race(request, transport, delay)
        } else {
            response = try await transport.send(request)
        }
        note(ContinuousClock.now - start)
        return response
    }

    // MARK: What is known

    /// Counts a request.
    ///
    /// - Returns: How long to wait before it is sent again; nil if that is not known yet.
    private func begin() -> Duration? {
        state.withLock { state in
            state.sent += 1
            state.tokens = min(state.tokens + policy.budget, Self.mostTokens)
            if case .fixed(let delay) = policy.delay { return delay }
            return state.known
        }
    }

    private func note(_ time: Duration) {
        guard case .percentile(let percentile) = policy.delay else { return }
        state.withLock { state in
            if state.times.count < Self.kept { state.times.append(time) } else { state.times[state.next] = time }
            state.next = (state.next + 1) % Self.kept
            guard state.times.count >= Self.least, state.next % Self.interval == 0 else { return }
            let sorted = state.times.sorted()
            state.known = sorted[min(sorted.count * percentile / 100, sorted.count - 1)]
        }
    }

    private func mayHedge() -> Bool {
        state.withLock { state in
            guard state.tokens >= 1 else { return false }
            state.tokens -= 1
            state.hedged += 1
            return true
        }
    }

    // MARK: Two requests

    private enum Event: Sendable {
        case answer(Result<HTTPResponse, StoreError>, isHedge: Bool)
        case timeIsUp
    }

    private func race(
        _ request: HTTPRequest, _ transport: any HTTPTransport, _ delay: Duration
    ) async throws(StoreError) -> HTTPResponse {
        let (result, isHedge) = await withTaskGroup(of: Event.self) { group in
            func start(isHedge: Bool) {
                group.addTask {
                    do throws(StoreError) {
                        return .answer(.success(try await transport.send(request)), isHedge: isHedge)
                    } catch {
                        return .answer(.failure(error), isHedge: isHedge)
                    }
                }
            }
            start(isHedge: false)
            group.addTask {
                do throws(StoreError) { try await Sleeper.sleep(for: delay) } catch {
                    // The answer has come.
                }
                return .timeIsUp
            }
            var running = 1
            var best: (Result<HTTPResponse, StoreError>, isHedge: Bool)?
            var isOver = false
            while let event = await group.next() {
                switch event {
                case .timeIsUp:
                    guard !isOver, !group.isCancelled, mayHedge() else { continue }
                    start(isHedge: true)
                    running += 1
                case .answer(let result, let isHedge):
                    running -= 1
                    if isOver || best.map({ Self.isGood($0.0) }) == true {
                        Self.drop(result)
                        continue
                    }
                    if let best, !Self.isGood(result) {
                        // Two failures: the first one is told.
                        Self.drop(result)
                        isOver = true
                        group.cancelAll()
                        _ = best
                        continue
                    }
                    if let old = best { Self.drop(old.0) }
                    best = (result, isHedge)
                    if Self.isGood(result) || running == 0 {
                        isOver = true
                        group.cancelAll()
                    }
                }
            }
            return best ?? (.failure(.cancelled()), false)
        }
        if isHedge { state.withLock { $0.won += 1 } }
        return try result.get()
    }

    /// Whether an answer is final: a service that is busy or broken may give a better one to the other request.
    private static func isGood(_ result: Result<HTTPResponse, StoreError>) -> Bool {
        guard case .success(let response) = result else { return false }
        return response.status < 500 && response.status != 429
    }

    /// Lets go of an answer that does not count, and of its connection.
    private static func drop(_ result: Result<HTTPResponse, StoreError>) {
        if case .success(let response) = result, case .stream(let stream) = response.body { stream.cancel() }
    }
}
