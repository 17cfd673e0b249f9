import Coffer
import CofferTesting
import MemoryDriver
import Testing

/// The fault-injecting driver itself, and what a store makes of faults.
@Suite struct FaultTests {
    private func store(_ plan: FaultPlan, on driver: MemoryDriver = MemoryDriver()) -> Store {
        Store(driver: driver, layers: [FaultLayer(plan)])
    }

    private func code(_ body: () async throws -> Void) async -> StoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? StoreError)?.code
        }
    }

    @Test func failsTheNthCallOnce() async throws {
        let plan = FaultPlan([Fault(.put, at: 2, .fail(.permanent()))])
        let store = store(plan)
        try await store.put("a", "1")
        #expect(await code { try await store.put("b", "1") } == .io)
        try await store.put("c", "1")
        #expect(try await store.list().collect().map(\.name) == ["a", "c"])
        #expect(plan.injected == 1)
        #expect(plan.calls == [.put, .put, .put, .list])
    }

    @Test func failsPersistently() async throws {
        let plan = FaultPlan([Fault(.put, key: "bad", at: 2, isPersistent: true, .fail(.permanent()))])
        let store = store(plan)
        try await store.put("bad", "1")
        for _ in 0..<3 { #expect(await code { try await store.put("bad", "2") } == .io) }
        try await store.put("good", "1")
        plan.clear()
        try await store.put("bad", "3")
    }

    @Test func losesAnswersAndRepeatsCalls() async throws {
        let plan = FaultPlan([Fault(.put, .failAfterwards(.transient())), Fault(.delete, .duplicate)])
        let store = store(plan)
        #expect(await code { try await store.put("a", "1") } == .connectionFailed)
        #expect(try await store.get("a").bytes.utf8String == "1")
        try await store.delete("a")
        #expect(try await store.exists("a") == false)
        #expect(plan.injected == 2)
    }

    @Test func breaksStreamsAtAByte() async throws {
        let plan = FaultPlan([Fault(.read, at: 1, .breakStream(after: 3, .permanent()))])
        let store = store(plan)
        try await store.put("a", "0123456789")
        let reader = try await store.reader("a")
        #expect(try await reader.next()?.utf8String == "012")
        #expect(await code { _ = try await reader.next() } == .io)
        #expect(try await store.get("a").bytes.utf8String == "0123456789")
    }

    @Test func aShortStreamIsAnError() async throws {
        let plan = FaultPlan([Fault(.read, isPersistent: true, .endStream(after: 4))])
        let store = store(plan)
        try await store.put("a", "0123456789")
        // Never short data, whichever way it is read.
        #expect(await code { try await store.get("a") } == .connectionFailed)
        #expect(await code { try await store.copy("a", to: Store(driver: MemoryDriver()), "b") } != nil)
    }

    @Test func shortAndSlowReadsChangeNothing() async throws {
        let plan = FaultPlan([
            Fault(.read, isPersistent: true, .shortReads(of: 1)),
            Fault(.read, isPersistent: true, .slowStream(.microseconds(10))),
        ])
        let store = store(plan)
        try await store.put("a", "0123456789")
        #expect(try await store.get("a").bytes.utf8String == "0123456789")
        var chunks = 0
        for try await chunk in try await store.reader("a") {
            #expect(chunk.count == 1)
            chunks += 1
        }
        #expect(chunks == 10)
    }

    @Test(arguments: [
        Fault.Effect.breakWriter(after: 0, .permanent()), .breakWriter(after: 7, .permanent()),
        .breakWriter(after: 10, .permanent()), .failFinish(.permanent()),
    ])
    func aBrokenWriterPublishesNothing(effect: Fault.Effect) async throws {
        let driver = MemoryDriver(maxBytes: 100)
        let plan = FaultPlan([Fault(.write, isPersistent: true, effect)])
        let store = store(plan, on: driver)
        try await Store(driver: driver).put("a", "old")
        #expect(
            await code {
                let writer = try await store.writer("a")
                for _ in 0..<3 { try await writer.write(Chunk("12345")) }
                _ = try await writer.finish()
            } == .io)
        #expect(try await store.get("a").bytes.utf8String == "old")
        // The bytes of the failed write are given back.
        try await store.put("b", .bytes([UInt8](repeating: 0, count: 97)))
    }

    @Test func everyCallOfALargeUploadMayFail() async throws {
        for isPersistent in [false, true] {
            let tried = try await FaultLoop.run(isPersistent: isPersistent) { plan in
                let driver = MemoryDriver()
                try await Store(driver: driver).put("a", "old")
                let store = Store(driver: driver, layers: [FaultLayer(plan)])
                let bytes = [UInt8](repeating: 9, count: 50)
                var isWritten = false
                do {
                    try await store.put("a", .bytes(bytes), WriteOptions(partSize: 10, concurrency: 2))
                    isWritten = true
                } catch let error as StoreError {
                    #expect(error.code == .io)
                }
                let found = try await Store(driver: driver).get("a").bytes
                #expect(isWritten ? found.array == bytes : found.utf8String == "old")
                // An abort that fails for ever cannot clean up; any other fault leaves nothing behind.
                if !isPersistent {
                    var open = try await driver.listUploads(prefix: "")
                    for _ in 0..<100 where !open.isEmpty {
                        try await Sleeper.sleep(for: .milliseconds(20))
                        open = try await driver.listUploads(prefix: "")
                    }
                    #expect(open.isEmpty)
                }
            }
            #expect(tried >= 7)
        }
    }

    @Test func retriesHealTransientFaults() async throws {
        let tried = try await FaultLoop.run(effect: .fail(.transient())) { plan in
            let policy = RetryPolicy(maxAttempts: 3, baseDelay: .milliseconds(1))
            let store = Store(driver: MemoryDriver(), layers: [FaultLayer(plan), RetryLayer(policy: policy)])
            let bytes = (0..<50).map { UInt8($0) }
            try await store.put("a", .bytes(bytes), WriteOptions(partSize: 10))
            #expect(try await store.get("a").bytes.array == bytes)
            #expect(try await store.list().collect().count == 1)
            try await store.copy("a", to: "b")
            try await store.delete("a")
            #expect(try await store.exists("a") == false)
        }
        #expect(tried >= 11)
    }

    @Test(arguments: [0, 1, 499, 500, 999])
    func retriesResumeBrokenStreams(offset: Int64) async throws {
        let plan = FaultPlan([Fault(.read, .breakStream(after: offset, .transient()))])
        let policy = RetryPolicy(maxAttempts: 3, baseDelay: .milliseconds(1))
        let store = Store(driver: MemoryDriver(), layers: [FaultLayer(plan), RetryLayer(policy: policy)])
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        try await store.put("a", .bytes(bytes))
        #expect(try await store.get("a").bytes.array == bytes)
        #expect(plan.injected == 1)
    }
}
