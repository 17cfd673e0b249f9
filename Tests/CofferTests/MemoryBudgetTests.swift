import CofferTesting
import MemoryDriver
import Testing

@testable import Coffer

@Suite("The memory budget")
struct MemoryBudgetTests {
    @Test("Waiters are served in order; what is larger than everything is served alone")
    func order() async throws {
        let budget = MemoryBudget(100)
        let first = try await budget.take(60)
        let order = Lock<[Int]>([])
        let large = Task {
            let lease = try await budget.take(1000)
            order.withLock { $0.append(1) }
            #expect(budget.used == 1000)
            lease.release()
        }
        while budget.waiting < 1 { await Task.yield() }
        // There would be room for it, but somebody came before.
        let small = Task {
            let lease = try await budget.take(10)
            order.withLock { $0.append(2) }
            lease.release()
        }
        while budget.waiting < 2 { await Task.yield() }
        #expect(budget.used == 60)
        first.release()
        first.release()
        try await large.value
        try await small.value
        #expect(order.withLock { $0 } == [1, 2])
        #expect(budget.used == 0)
    }

    @Test("A cancelled waiter leaves the queue and lets the next one through; a forced one gets its memory")
    func cancelled() async throws {
        let budget = MemoryBudget(100)
        let held = try await budget.take(50)
        let waiter = Task { try await budget.take(80) }
        while budget.waiting < 1 { await Task.yield() }
        let next = Task { try await budget.take(40) }
        while budget.waiting < 2 { await Task.yield() }
        waiter.cancel()
        await #expect(throws: StoreError.self) { _ = try await waiter.value }
        let lease = try await next.value
        #expect(budget.used == 90)
        let ticket = budget.ticket()
        let forced = Task { try await budget.take(30, ticket) }
        while budget.waiting < 1 { await Task.yield() }
        budget.force(ticket)
        let more = try await forced.value
        #expect(budget.used == 120)
        // Forced before it waits, too.
        let early = budget.ticket()
        budget.force(early)
        let third = try await budget.take(30, early)
        #expect(budget.used == 150)
        for lease in [held, lease, more, third] { lease.release() }
        #expect(budget.used == 0)
    }

    @Test("Readers and writers that one task works on in turn never wait for each other")
    func interleaved() async throws {
        let bytes = ConformanceContext.pattern(40_000)
        for budget: Int64 in [1, 1000, 2500, 100_000] {
            let store = Store(driver: PartsOnlyDriver(), memoryBudget: budget)
            try await store.put("a", .chunk(bytes))
            let options = ReadOptions(partSize: 1000, concurrency: 4)
            let readers = [try await store.reader("a", options), try await store.reader("a", options)]
            let writers = [
                try await store.writer("x", WriteOptions(partSize: 1000)),
                try await store.writer("y", WriteOptions(partSize: 3000)),
            ]
            var open = [0, 1]
            while !open.isEmpty {
                for index in open {
                    if let chunk = try await readers[index].next() {
                        try await writers[index].write(Chunk(chunk.array))
                    } else {
                        _ = try await writers[index].finish()
                        open.removeAll { $0 == index }
                    }
                }
            }
            #expect(try await store.get("x").bytes == bytes)
            #expect(try await store.get("y").bytes == bytes)
            #expect(store.memory.used == 0)
        }
    }

    @Test("The part that is being collected is one of those that may be in memory", arguments: [1, 2, 5])
    func collected(concurrency: Int) async throws {
        let driver = PartsOnlyDriver()
        let store = Store(driver: driver, memoryBudget: 1 << 30)
        let most = Lock<Int64>(0)
        let note: @Sendable () -> Void = { most.withLock { $0 = max($0, store.memory.used) } }
        driver.onPart.withLock { $0 = note }
        let bytes = ConformanceContext.pattern(20_500)
        let writer = try await store.writer("k", WriteOptions(partSize: 1000, concurrency: concurrency))
        for start in stride(from: 0, to: 20_500, by: 100) {
            try await writer.write(bytes.slice(start..<(start + 100)))
            note()
        }
        _ = try await writer.finish()
        #expect(try await store.get("k").bytes == bytes)
        #expect((1000...Int64(concurrency) * 1000).contains(most.withLock { $0 }))
        #expect(store.memory.used == 0)
        driver.onPart.withLock { $0 = nil }
    }

    @Test("Parts that grow with the object take no more memory: fewer are on their way", arguments: [1, 4])
    func grown(concurrency: Int) async throws {
        let driver = PartsOnlyDriver()
        let store = Store(driver: driver, memoryBudget: 1 << 30)
        let most = Lock<Int64>(0)
        driver.onPart.withLock { $0 = { most.withLock { $0 = max($0, store.memory.used) } } }
        // A thousand parts of 10 bytes, then some of 20: with one slot, more than all slots together.
        let bytes = ConformanceContext.pattern(10_000 + 600)
        let writer = try await store.writer("k", WriteOptions(partSize: 10, concurrency: concurrency))
        for start in stride(from: 0, to: bytes.count, by: 200) {
            try await writer.write(bytes.slice(start..<start + 200))
        }
        _ = try await writer.finish()
        #expect(try await store.get("k").bytes == bytes)
        #expect((20...max(20, Int64(concurrency) * 10)).contains(most.withLock { $0 }))
        #expect(store.memory.used == 0)
        driver.onPart.withLock { $0 = nil }
    }

    @Test("Parts of many uploads keep to the budget, but for one each")
    func uploads() async throws {
        let driver = PartsOnlyDriver()
        let store = Store(driver: driver, memoryBudget: 5000)
        let most = Lock<Int64>(0)
        driver.onPart.withLock { $0 = { most.withLock { $0 = max($0, store.memory.used) } } }
        let bytes = ConformanceContext.pattern(30_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<4 {
                group.addTask {
                    let writer = try await store.writer(Key("k\(index)"), WriteOptions(partSize: 1000, concurrency: 8))
                    for start in stride(from: 0, to: 30_000, by: 300) {
                        try await writer.write(bytes.slice(start..<(start + 300)))
                    }
                    _ = try await writer.finish()
                }
            }
            try await group.waitForAll()
        }
        #expect(most.withLock { $0 } <= 5000 + 4 * 1000)
        #expect(store.memory.used == 0)
        driver.onPart.withLock { $0 = nil }
    }
}

/// The memory driver without its own streaming writer, so that parts are cut by the generic one.
private final class PartsOnlyDriver: ForwardingDriver {
    let base = MemoryDriver()
    let name = "parts"
    let onPart = Lock<(@Sendable () -> Void)?>(nil)
    let capabilities: Capabilities

    init() {
        var capabilities = base.capabilities
        capabilities.features.remove(.streamingWrite)
        self.capabilities = capabilities
    }

    var facets: DriverFacets {
        var facets = DriverFacets()
        facets.multipart = InterceptingDriver(base, PartHook(driver: self))
        return facets
    }
}

private struct PartHook: OperationInterceptor {
    let driver: PartsOnlyDriver

    func intercept<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable () async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        if call.operation == .uploadPart { driver.onPart.withLock { $0 }?() }
        return try await body()
    }
}
