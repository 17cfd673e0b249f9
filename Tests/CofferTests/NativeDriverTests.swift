import Coffer
import MemoryDriver
import Testing

/// The way past the contract, to what only one driver has.
@Suite struct NativeDriverTests {
    private func store(_ driver: any Driver, _ layers: any Layer...) -> Store { Store(driver: driver, layers: layers) }

    @Test func throughLayersToTheDriverItself() async throws {
        let driver = ScriptedDriver()
        let store = store(
            driver, PrefixLayer(prefix: "a/"), RetryLayer(), ConcurrencyLimitLayer(limit: 3),
            PrefixLayer(prefix: "b/"), TimeoutLayer(perAttempt: .seconds(10), stall: nil))
        let native = try store.native(ScriptedDriver.self)
        #expect(native.driver === driver)
        #expect(native.prefix == "a/b/")
        #expect(try store.layered(PrefixLayer(prefix: "c/")).native(ScriptedDriver.self).prefix == "a/b/c/")
    }

    @Test func anotherDriver() async throws {
        let store = try await Store.open("memory://")
        let error = #expect(throws: StoreError.self) { _ = try store.native(ScriptedDriver.self) }
        #expect(error?.code == .unsupported)
        #expect(error?.driver == "memory")
        #expect(error?.message.contains("'memory'") == true)
    }

    @Test func layersRepeatWhatMayBeRepeated() async throws {
        let policy = RetryPolicy(maxAttempts: 4, baseDelay: .milliseconds(1))
        let native = try store(ScriptedDriver(), RetryLayer(policy: policy)).native(ScriptedDriver.self)
        let calls = Counter()
        let answer = try await native.run(.administer) { _ async throws(StoreError) -> Int in
            if calls.next() < 2 { throw StoreError(.connectionFailed, "lost", isRetryable: true) }
            return 42
        }
        #expect(answer == 42)
        let error = await #expect(throws: StoreError.self) {
            try await native.run(.administer, key: "k", isIdempotent: false) { _ async throws(StoreError) -> Int in
                throw StoreError(.connectionFailed, "lost", isRetryable: true)
            }
        }
        #expect(error?.attempts == 1)
        #expect(error?.operation == .administer)
        #expect(error?.key == "k")
    }

    @Test func closed() async throws {
        let store = store(ScriptedDriver())
        let native = try store.native(ScriptedDriver.self)
        await store.close()
        let error = await #expect(throws: StoreError.self) { try await native.run { _ async throws(StoreError) in } }
        #expect(error?.code == .closed)
    }
}
