import Coffer
import Testing

@Suite("Retry, timeout and limits")
struct RetryTests {
    let quick = RetryPolicy(maxAttempts: 3, baseDelay: .milliseconds(1), maxDelay: .milliseconds(5))
    let broken = StoreError(.connectionFailed, "broken", isRetryable: true)
    let refused = StoreError(.permissionDenied, "no")

    @Test("Delays are full jitter up to the cap, and at least what the service asked for")
    func delays() {
        let policy = RetryPolicy()
        #expect(policy.delay(beforeRetry: 0, requested: nil, random: 1) == .seconds(1))
        #expect(policy.delay(beforeRetry: 1, requested: nil, random: 0.5) == .seconds(1))
        #expect(policy.delay(beforeRetry: 3, requested: nil, random: 1) == .seconds(8))
        #expect(policy.delay(beforeRetry: 10, requested: nil, random: 1) == .seconds(20))
        #expect(policy.delay(beforeRetry: 64, requested: nil, random: 0) == .zero)
        #expect(policy.delay(beforeRetry: 0, requested: .seconds(3), random: 0) == .seconds(3))
        #expect(policy.delay(beforeRetry: 0, requested: .seconds(300), random: 0) == .seconds(20))
    }

    @Test("Two failures in passing are not seen; three are, with the number of attempts")
    func attempts() async throws {
        let driver = ScriptedDriver()
        let store = Store(driver: driver, layers: [RetryLayer(policy: quick)])
        driver.state.withLock { $0.faults = [.put: [broken, broken], .stat: [broken, broken, broken]] }
        try await store.put("a", "bytes")
        #expect(driver.calls == [.put, .put, .put])
        let error = await #expect(throws: StoreError.self) { _ = try await store.stat("a") }
        #expect(error?.attempts == 3)
        #expect(error?.code == .connectionFailed)
        #expect(error?.operation == .stat && error?.key == "a" && error?.driver == "scripted")
    }

    @Test("What is not retryable is not retried")
    func definite() async {
        let driver = ScriptedDriver()
        let store = Store(driver: driver, layers: [RetryLayer(policy: quick)])
        driver.state.withLock { $0.faults = [.put: [refused]] }
        await #expect(throws: StoreError.self) { try await store.put("a", "bytes") }
        #expect(driver.calls == [.put])
    }

    @Test("A conditional write is repeated only after a definite refusal")
    func conditional() async throws {
        let driver = ScriptedDriver()
        let store = Store(driver: driver, layers: [RetryLayer(policy: quick)])
        driver.state.withLock { $0.faults = [.put: [broken]] }
        let error = await #expect(throws: StoreError.self) {
            try await store.put("a", "1", WriteOptions(condition: .absent))
        }
        #expect(error?.code == .connectionFailed)
        driver.state.withLock {
            $0.faults = [.put: [StoreError(.rateLimited, "slow down", isRetryable: true, httpStatus: 503)]]
        }
        try await store.put("a", "1", WriteOptions(condition: .absent))
        #expect(driver.calls.count == 3)
    }

    @Test("An outage uses the budget up; then nothing is retried")
    func budget() async {
        let driver = ScriptedDriver()
        let store = Store(
            driver: driver,
            layers: [RetryLayer(policy: RetryPolicy(maxAttempts: 2, baseDelay: .zero, maxDelay: .zero))])
        driver.state.withLock { $0.faults = [.stat: Array(repeating: broken, count: 1000)] }
        for _ in 0..<110 { _ = try? await store.stat("a") }
        // 500 tokens at 5 each: 100 retries, and no more.
        #expect(driver.calls.count == 210)
    }

    @Test("A broken stream goes on at the next byte, under the same ETag")
    func resume() async throws {
        let driver = ScriptedDriver()
        let bytes = (0..<200).map { UInt8($0) }
        let plain = Store(driver: driver)
        try await plain.put("a", .bytes(bytes), WriteOptions(partSize: 1000))
        driver.state.withLock {
            $0.calls = []
            $0.breakAfter = [30, 60, 3, 3, 90]
        }
        let store = Store(driver: driver, layers: [RetryLayer(policy: quick)])
        let result = try await store.get("a")
        #expect(result.bytes.array == bytes)
        #expect(driver.calls.count == 6)
        driver.state.withLock { $0.breakAfter = [30] }
        let part = try await store.get("a", range: .bounded(10..<150))
        #expect(part.array == Array(bytes[10..<150]))
    }

    @Test("A stream that breaks without a byte in between gives up")
    func noProgress() async throws {
        let driver = ScriptedDriver()
        try await Store(driver: driver).put("a", "0123456789")
        driver.state.withLock { $0.breakAfter = [3, 0, 0, 0, 0] }
        let store = Store(driver: driver, layers: [RetryLayer(policy: quick)])
        let error = await #expect(throws: StoreError.self) { _ = try await store.get("a") }
        #expect(error?.code == .connectionFailed)
    }

    @Test("An object that was replaced in mid-read is an error, never a mix")
    func replaced() async throws {
        let driver = ScriptedDriver()
        let writer = Store(driver: driver)
        try await writer.put("a", "0123456789")
        driver.state.withLock { $0.breakAfter = [3] }
        let reader = try await Store(driver: driver, layers: [RetryLayer(policy: quick)]).reader("a")
        #expect(try await reader.next()?.count == 3)
        try await writer.put("a", "abcdefghij")
        let error = await #expect(throws: StoreError.self) { while try await reader.next() != nil {} }
        #expect(error?.code == .preconditionFailed)
    }

    @Test("An attempt that hangs is ended, and retried")
    func timeout() async throws {
        let driver = ScriptedDriver()
        driver.state.withLock { $0.delays = [.stat: .seconds(3600)] }
        let store = Store(
            driver: driver,
            layers: [TimeoutLayer(perAttempt: .milliseconds(30), stall: nil), RetryLayer(policy: quick)])
        let error = await #expect(throws: StoreError.self) { _ = try await store.stat("a") }
        #expect(error?.code == .timeout)
        #expect(error?.attempts == 3)
    }

    @Test("Never more requests at the same time than the limit")
    func limit() async throws {
        let driver = ScriptedDriver()
        driver.state.withLock { $0.delays = [.stat: .milliseconds(5)] }
        let store = Store(driver: driver, layers: [ConcurrencyLimitLayer(limit: 3)])
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<30 { group.addTask { _ = try? await store.stat("k\(index)") } }
        }
        #expect(driver.calls.count == 30)
        #expect(driver.state.withLock { $0.mostRunning } <= 3)
    }

    @Test("A cancelled waiter leaves the queue and takes no permit")
    func cancelledWaiter() async throws {
        let semaphore = AsyncSemaphore(1)
        try await semaphore.wait()
        let waiter = Task { () -> StoreError.Code? in
            do throws(StoreError) {
                try await semaphore.wait()
                return nil
            } catch { return error.code }
        }
        try await Task.sleep(for: .milliseconds(20))
        waiter.cancel()
        #expect(await waiter.value == .cancelled)
        semaphore.signal()
        try await semaphore.wait()
        semaphore.signal()
    }

    @Test("Keys under a prefix: nothing outside is seen, errors name the caller's key")
    func prefix() async throws {
        let driver = ScriptedDriver()
        let outer = Store(driver: driver)
        let inner = outer.layered(PrefixLayer(prefix: "p/"))
        try await inner.put("a", "1")
        try await outer.put("q/a", "2")
        #expect(try await outer.exists("p/a"))
        #expect(try await inner.list().collect().map(\.name) == ["a"])
        let error = await #expect(throws: StoreError.self) { _ = try await inner.get("missing") }
        #expect(error?.key == "missing")
        let long = Key(String(repeating: "k", count: 1023))
        let refused = await #expect(throws: StoreError.self) { try await inner.put(long, "x") }
        #expect(refused?.code == .invalidKey)
    }
}
