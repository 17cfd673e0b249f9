import Coffer
import Synchronization
import Testing

@Suite("Own threads, timers and the calling thread")
struct ConcurrencyTests {
    @Test("A synchronous call runs asynchronous code on its own thread, sleeping and in parallel")
    func callingThread() async throws {
        // A thread of our own: Swift's must not be blocked.
        let result = try await BlockingPool.run { () throws(StoreError) in
            try CallingThread.run { () async throws(StoreError) in
                let store = Store(driver: ScriptedDriver())
                try await store.put("a", .bytes(Array(repeating: 7, count: 95)))
                try await Sleeper.sleep(for: .milliseconds(5))
                let outcomes = try await store.delete(["a", "b", "c"])
                return outcomes.filter { $0.error == nil }.count
            }
        }
        #expect(result == 3)
    }

    @Test("Errors cross the calling thread")
    func callingThreadError() async {
        let error = await #expect(throws: StoreError.self) {
            try await BlockingPool.run { () throws(StoreError) in
                try CallingThread.run { () async throws(StoreError) in
                    _ = try await Store(driver: ScriptedDriver()).get("missing")
                }
            }
        }
        #expect(error?.code == .notFound)
    }

    @Test("Sleeping takes as long as asked, many at a time, and ends when cancelled")
    func sleeping() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<500 { group.addTask { try? await Sleeper.sleep(for: .milliseconds(20 + index % 30)) } }
        }
        #expect(clock.now - start >= .milliseconds(49))
        let sleeper = Task { () -> StoreError.Code? in
            do throws(StoreError) {
                try await Sleeper.sleep(for: .seconds(600))
                return nil
            } catch { return error.code }
        }
        try await Task.sleep(for: .milliseconds(10))
        sleeper.cancel()
        #expect(await sleeper.value == .cancelled)
    }

    @Test("An alarm rings once, or never if cancelled")
    func alarms() async throws {
        let rung = Atomic<Int>(0)
        let kept = Sleeper.alarm(after: .milliseconds(5)) { rung.wrappingAdd(1, ordering: .relaxed) }
        let cancelled = Sleeper.alarm(after: .milliseconds(5)) { rung.wrappingAdd(100, ordering: .relaxed) }
        cancelled.cancel()
        try await Task.sleep(for: .milliseconds(100))
        kept.cancel()
        #expect(rung.load(ordering: .relaxed) == 1)
    }

    @Test("A blocking body runs on a pool thread that may block")
    func blocking() async throws {
        #expect(BlockingPool.mayBlockHere == false)
        #expect(try await BlockingPool.run { () throws(StoreError) in BlockingPool.mayBlockHere })
        let results = await withTaskGroup(of: Int.self) { group in
            for index in 0..<200 {
                group.addTask { (try? await BlockingPool.run { () throws(StoreError) in index }) ?? -1 }
            }
            return await group.reduce(into: 0) { $0 += $1 }
        }
        #expect(results == (0..<200).reduce(0, +))
    }

    @Test("Background tasks end and give their value")
    func background() async {
        let tasks = (0..<100).map { index in
            BackgroundTasks.start { () -> Int in
                try? await Sleeper.sleep(for: .milliseconds(1))
                return index
            }
        }
        var sum = 0
        for task in tasks { sum += await task.value }
        #expect(sum == 4950)
    }
}
