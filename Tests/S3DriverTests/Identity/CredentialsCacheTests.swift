import Coffer
import Synchronization
import Testing

@testable import S3Driver

/// One refresh for all, ahead of the end, and what is good stays in use.
struct CredentialsCacheTests {
    /// A source that a test drives: each call waits for a gate and gives the next answer.
    private final class Source: CredentialProvider {
        let name = "source"
        private let calls = Lock<Int>(0)
        private let answer: @Sendable (Int) throws(StoreError) -> Credentials
        private let gate: AsyncSemaphore?

        init(gate: AsyncSemaphore? = nil, _ answer: @escaping @Sendable (Int) throws(StoreError) -> Credentials) {
            self.gate = gate
            self.answer = answer
        }

        var count: Int { calls.withLock { $0 } }

        func resolve() async throws(StoreError) -> CredentialResolution {
            let number = calls.withLock { calls in
                calls += 1
                return calls
            }
            try await gate?.wait()
            return .credentials(try answer(number))
        }
    }

    /// A clock that stands still until it is told to go on.
    private final class Clock: Sendable {
        private let seconds = Lock<Int64>(1_000_000)
        var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
        func advance(_ seconds: Int64) { self.seconds.withLock { $0 += seconds } }
    }

    private static func keys(_ number: Int, until expiration: Int64?) -> Credentials {
        Credentials(
            accessKeyID: "K\(number)", secretAccessKey: "s", sessionToken: "t",
            expiration: expiration.map { Timestamp(seconds: $0) })
    }

    /// Waits for what another task does.
    private func until(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { await Task.yield() }
    }

    @Test func sixtyFourCallersAtTheEndAskOnce() async throws {
        let clock = Clock()
        let gate = AsyncSemaphore(1)
        let source = Source(gate: gate) { number in
            Self.keys(number, until: 1_000_000 + Int64(number) * 3600)
        }
        let cache = CredentialsCache(source, now: { clock.now })
        #expect(try await cache.get().credentials?.accessKeyID == "K1")
        clock.advance(3600)
        let keys = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<64 { group.addTask { try await cache.get().credentials?.accessKeyID } }
            // All 64 wait, or will find what came meanwhile; then the source may answer.
            gate.signal()
            return try await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(keys == Array(repeating: "K2", count: 64))
        #expect(source.count == 2)
    }

    @Test func aheadOfTheEndOneAsksAndTheOthersGoOn() async throws {
        let clock = Clock()
        let gate = AsyncSemaphore(1)
        let source = Source(gate: gate) { number in
            Self.keys(number, until: 1_000_000 + Int64(number) * 3600)
        }
        let cache = CredentialsCache(source, now: { clock.now })
        #expect(try await cache.get().credentials?.accessKeyID == "K1")
        clock.advance(2699)
        #expect(try await cache.get().credentials?.accessKeyID == "K1")
        #expect(source.count == 1)
        clock.advance(2)
        // The source does not answer: nobody waits for it.
        for _ in 0..<64 { #expect(try await cache.get().credentials?.accessKeyID == "K1") }
        try await until { source.count == 2 }
        gate.signal()
        try await until { try await cache.get().credentials?.accessKeyID == "K2" }
        #expect(source.count == 2)
    }

    @Test func afterAFailureWhatIsGoodStaysAndTheNextTryWaits() async throws {
        let clock = Clock()
        let source = Source { number throws(StoreError) in
            if number == 2 { throw StoreError(.connectionFailed, "away", isRetryable: true) }
            return Self.keys(number, until: 1_000_000 + (number == 1 ? 3600 : 9000))
        }
        let cache = CredentialsCache(source, now: { clock.now })
        _ = try await cache.get()
        clock.advance(3000)
        #expect(try await cache.get().credentials?.accessKeyID == "K1")
        try await until { source.count == 2 }
        // Forced past the background task's end: it has failed, and K1 is good.
        try await until { cache.isIdle }
        for _ in 0..<10 { #expect(try await cache.get().credentials?.accessKeyID == "K1") }
        #expect(source.count == 2)
        clock.advance(2)
        try await until { try await cache.get().credentials?.accessKeyID == "K3" }
        #expect(source.count == 3)
    }

    @Test func afterTheEndAFailureIsToldAndNotRepeatedAtOnce() async throws {
        let clock = Clock()
        let source = Source { number throws(StoreError) in
            if number == 2 { throw StoreError(.unauthenticated, "gone") }
            return Self.keys(number, until: 1_000_000 + Int64(number) * 3600)
        }
        let cache = CredentialsCache(source, now: { clock.now })
        _ = try await cache.get()
        clock.advance(4000)
        for _ in 0..<10 {
            let error = await #expect(throws: StoreError.self) { try await cache.get() }
            #expect(error?.message == "gone")
        }
        #expect(source.count == 2)
        clock.advance(6)
        #expect(try await cache.get().credentials?.accessKeyID == "K3")
    }

    @Test func anEndThatThisClockTakesForPastIsLeftToTheService() async throws {
        let clock = Clock()
        let source = Source { Self.keys($0, until: 999_000) }
        let cache = CredentialsCache(source, now: { clock.now })
        for _ in 0..<10 { #expect(try await cache.get().credentials?.accessKeyID == "K1") }
        #expect(source.count == 1)
    }

    @Test func whatTheServiceCallsExpiredIsAskedForOnce() async throws {
        let source = Source { Self.keys($0, until: nil) }
        let cache = CredentialsCache(source)
        let old = try await cache.get().credentials
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 { group.addTask { try await cache.refresh(old) } }
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0 })
        #expect(source.count == 2)
    }

    @Test func aCancelledCallerLeavesTheOthersTheirRefresh() async throws {
        let gate = AsyncSemaphore(1)
        try await gate.wait()
        let source = Source(gate: gate) { Self.keys($0, until: nil) }
        let cache = CredentialsCache(source)
        let first = Task { try await cache.get().credentials }
        try await until { source.count == 1 }
        let second = Task { try await cache.get().credentials }
        first.cancel()
        let error = await #expect(throws: StoreError.self) { try await first.value }
        #expect(error?.code == .cancelled)
        gate.signal()
        #expect(try await second.value?.accessKeyID == "K1")
        #expect(source.count == 1)
    }

    @Test(arguments: [
        (3600, 0, RefreshPolicy.Verdict.fresh), (3600, 2699, .fresh), (3600, 2700, .endsSoon), (3600, 3569, .endsSoon),
        (3600, 3570, .ended), (60, 44, .fresh), (60, 45, .endsSoon), (60, 57, .ended), (900, 674, .fresh),
        (900, 675, .endsSoon), (-5, 0, .ended),
    ])
    func verdicts(life: Int64, age: Int64, verdict: RefreshPolicy.Verdict) {
        let start = Timestamp(seconds: 1_700_000_000)
        #expect(
            RefreshPolicy.verdict(
                expiration: start.advanced(by: .seconds(life)), fetched: start, now: start.advanced(by: .seconds(age)))
                == verdict)
    }

    @Test func waitsGrowToALimit() {
        for (failures, isUsable, most) in [(1, true, 1), (2, true, 2), (5, true, 16), (99, true, 300), (99, false, 5)] {
            let wait = RefreshPolicy.wait(failures: failures, isUsable: isUsable)
            #expect(wait <= .seconds(most) && wait >= .milliseconds(most * 800))
        }
    }
}
