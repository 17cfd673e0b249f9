import Coffer
import CofferTesting
import Foundation
import Loopback
import Synchronization
import Testing

@testable import S3Driver

/// Reads that are sent a second time when their first byte does not come.
@Suite struct HedgingTests {
    private static let body = Chunk.sample(10_000)

    /// One of fifty requests is slow, one that hedging sends like any other.
    private func measure(_ way: Way, _ options: [String: String]) async throws -> (times: [Duration], Hedger?, Int) {
        let number = Atomic<Int>(0)
        let slow: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, server, call in
            // Whoever does not want the answer any more has closed.
            if peer.waitsForClose(1) { return }
            try peer.send(server.carryOut(call, []).wire("GET"))
        }
        let server = S3StandIn { _ in
            number.wrappingAdd(1, ordering: .relaxed).newValue % 50 == 0 ? .script(slow) : .none
        }
        server["k"] = Self.body.array
        let port = try server.listen(way)
        let (store, driver) = try way.open(port.port, options)
        let times = Lock<[Duration]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<125 {
                        let start = ContinuousClock.now
                        let bytes = try await store.get("k").bytes
                        let time = ContinuousClock.now - start
                        #expect(bytes == Self.body)
                        times.withLock { $0.append(time) }
                    }
                }
            }
            try await group.waitForAll()
        }
        await store.close()
        return (times.withLock { $0.sorted() }, driver.client.hedger, server.calls.count)
    }

    @Test(arguments: Way.plain)
    func slowFirstBytesAreHedged(_ way: Way) async throws {
        let (plain, _, plainRequests) = try await measure(way, [:])
        let (times, hedger, requests) = try await measure(way, ["hedge_after": "100ms"])
        let counts = try #require(hedger?.counts)
        print(
            "hedging, \(way.testDescription), 500 reads, 1 of 50 takes 1 s: p50 \(plain[250]) and \(times[250]), p99",
            "\(plain[495]) and \(times[495]), slowest \(plain[499]) and \(times[499]), \(requests - 500) more requests")
        #expect(plainRequests == 500)
        #expect(plain[499] >= .seconds(1))
        #expect(counts.sent == 500)
        #expect(counts.hedged > 0 && counts.won > 0)
        // One that is over before it has begun is not seen.
        #expect(requests <= 500 + counts.hedged)
        // One at the start, then 5 of 100.
        #expect(counts.hedged <= 1 + 25)
    }

    /// Forty reads teach what is usual; then a request is answered only when another one has come. However slow the
    /// machine is, one comes.
    @Test func thePercentileIsLearned() async throws {
        let reads = 40
        let slow: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, server, call in
            for _ in 0..<6000 where server.calls.count < reads + 2 {
                if peer.waitsForClose(0.01) { return }
            }
            if peer.waitsForClose(1) { return }
            try peer.send(server.carryOut(call, []).wire("GET"))
        }
        let server = S3StandIn { $0.number == reads ? .script(slow) : .none }
        server["k"] = Self.body.array
        let port = try server.listen()
        let (store, driver) = try Way.directly.open(port.port, ["hedge_percentile": "95"])
        for _ in 0...reads {
            let bytes = try await store.get("k").bytes
            #expect(bytes == Self.body)
        }
        let counts = try #require(driver.client.hedger?.counts)
        #expect(counts.sent == reads + 1)
        // Of the others one may have been unusually slow, which costs what was left to spend.
        #expect((1...3).contains(counts.hedged))
        await store.close()
    }

    /// A service that is slow as a whole is not asked for twice as much.
    @Test func theBudgetIsKept() async throws {
        let slow: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, server, call in
            if peer.waitsForClose(0.05) { return }
            try peer.send(server.carryOut(call, []).wire("GET"))
        }
        let server = S3StandIn { _ in .script(slow) }
        server["k"] = Self.body.array
        let port = try server.listen()
        let (store, driver) = try Way.directly.open(port.port, ["hedge_after": "5ms"])
        for _ in 0..<60 {
            let bytes = try await store.get("k").bytes
            #expect(bytes == Self.body)
        }
        // One at the start, then 5 of 100.
        let counts = try #require(driver.client.hedger?.counts)
        #expect((1...4).contains(counts.hedged))
        #expect(server.calls.count <= 60 + counts.hedged)
        await store.close()
    }

    /// An error of one is not the outcome while the other may still answer; a refusal is.
    @Test func aBusyAnswerWaitsForTheOther() async throws {
        // Answers when the other request has been answered, and is not wanted any more if that was final.
        let first: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, server, call in
            while server.calls.count < 2 { if peer.waitsForClose(0.01) { return } }
            if peer.waitsForClose(0.3) { return }
            try peer.send(server.carryOut(call, []).wire("GET"))
        }
        try await withStandIn(
            .directly, ["hedge_after": "20ms", "retry_attempts": "1"],
            { $0.number == 0 ? .script(first) : .answer(S3StandIn.error(503, "SlowDown")) }
        ) { store, server in
            server["k"] = Self.body.array
            let bytes = try await store.get("k").bytes
            #expect(bytes == Self.body)
            #expect(server.calls.count == 2)
        }
        let never: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, _, _ in
            _ = peer.waitsForClose(60)
        }
        try await withStandIn(
            .directly, ["hedge_after": "20ms", "retry_attempts": "1"],
            { $0.number == 0 ? .script(never) : .answer(S3StandIn.error(404, "NoSuchKey")) }
        ) { store, server in
            server["k"] = Self.body.array
            let found = await code { try await store.get("k") }
            #expect(found == .notFound)
        }
    }

    /// The request that lost holds no connection, and a cancelled read cancels both.
    @Test func theLoserIsCancelled() async throws {
        let closed = Atomic<Int>(0)
        let begun = Atomic<Int>(0)
        let hang: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, _, _ in
            begun.wrappingAdd(1, ordering: .relaxed)
            if peer.waitsForClose(60) { closed.wrappingAdd(1, ordering: .relaxed) }
        }
        func wait(_ count: Int) async throws {
            while closed.load(ordering: .relaxed) < count { try await Task.sleep(for: .milliseconds(5)) }
        }
        try await withStandIn(
            .directly, ["hedge_after": "20ms"], { $0.key == "never" || $0.number == 0 ? .script(hang) : .none }
        ) { store, server in
            server["k"] = Self.body.array
            let bytes = try await store.get("k").bytes
            #expect(bytes == Self.body)
            try await wait(1)
            // Enough reads for another hedge.
            for _ in 0..<25 { _ = try await store.get("k") }
            let task = Task { try await store.get("never") }
            while begun.load(ordering: .relaxed) < 3 { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            let error = await #expect(throws: StoreError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            try await wait(3)
        }
    }

    @Test func twoWaysToSayWhenAreRefused() {
        let error = #expect(throws: StoreError.self) {
            try makeDriver(FakeTransport(.init()), ["hedge_after": "1s", "hedge_percentile": "95"])
        }
        #expect(error?.code == .invalidConfiguration)
    }

    /// Only reads of objects are sent twice: what writes, and what lists, is not.
    @Test func nothingElseIsHedged() async throws {
        let late: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, server, call in
            let body = try peer.readBody(call.head.length)
            _ = peer.waitsForClose(0.1)
            try peer.send(server.carryOut(call, body).wire(call.method))
        }
        try await withStandIn(.directly, ["hedge_after": "5ms"], { _ in .script(late) }) { store, server in
            try await store.put("k", "x")
            _ = try await store.stat("k")
            for try await _ in store.list() {}
            try await store.delete("k")
            #expect(server.calls.count == 4)
        }
    }
}
