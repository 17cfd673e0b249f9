import Coffer
import Testing

@Suite("Writers")
struct WriterTests {
    let broken = StoreError(.connectionFailed, "broken", isRetryable: true)

    @Test("Every size around a part border arrives whole", arguments: [0, 1, 9, 10, 11, 19, 20, 21, 30, 101])
    func borders(size: Int) async throws {
        let bytes = (0..<size).map { UInt8($0 % 251) }
        for step in [1, 3, 10, 1000] {
            let driver = ScriptedDriver()
            let store = Store(driver: driver)
            let writer = try await store.writer("a")
            for start in stride(from: 0, to: size, by: step) {
                try await writer.write(Array(bytes[start..<min(start + step, size)]))
            }
            let info = try await writer.finish()
            #expect(info.size == Int64(size))
            #expect(try await store.get("a").bytes.array == bytes)
            #expect(driver.state.withLock { $0.uploads.isEmpty })
            #expect(driver.calls.contains(.createUpload) == (size >= 10))
            #expect(driver.state.withLock { $0.partSizes.sorted().dropFirst().allSatisfy { $0 == 10 } || size < 10 })
        }
    }

    @Test("Nothing is visible before finish; abort and drop leave nothing behind")
    func nothingBehind() async throws {
        let driver = ScriptedDriver()
        let store = Store(driver: driver)
        let writer = try await store.writer("a")
        try await writer.write(Array(repeating: 1, count: 55))
        #expect(try await store.exists("a") == false)
        await writer.abort()
        #expect(driver.state.withLock { $0.uploads.isEmpty && $0.objects.isEmpty })
        do {
            let dropped = try await store.writer("b")
            try await dropped.write(Array(repeating: 1, count: 55))
        }
        for _ in 0..<200 where driver.state.withLock({ !$0.uploads.isEmpty }) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(driver.state.withLock { $0.uploads.isEmpty && $0.objects.isEmpty })
    }

    @Test("After the end every call is an error that says so")
    func afterTheEnd() async throws {
        let store = Store(driver: ScriptedDriver())
        let writer = try await store.writer("a")
        try await writer.write([1, 2, 3])
        _ = try await writer.finish()
        for _ in 0..<2 {
            let again = await #expect(throws: StoreError.self) { _ = try await writer.finish() }
            #expect(again?.code == .closed)
            let late = await #expect(throws: StoreError.self) { try await writer.write([4]) }
            #expect(late?.code == .closed)
        }
        await writer.abort()
        #expect(try await store.get("a").bytes.array == [1, 2, 3])
    }

    @Test(
        "A part, the start or the completion that fails aborts the upload",
        arguments: [Operation.uploadPart, .createUpload, .completeUpload])
    func failures(operation: Operation) async throws {
        let driver = ScriptedDriver()
        let store = Store(driver: driver)
        driver.state.withLock { $0.faults = [operation: [broken]] }
        let error = await #expect(throws: StoreError.self) {
            try await store.put("a", .bytes(Array(repeating: 7, count: 95)))
        }
        #expect(error?.code == .connectionFailed)
        #expect(driver.state.withLock { $0.uploads.isEmpty && $0.objects.isEmpty })
    }

    @Test("A part that fails in passing is sent again by the retry layer")
    func partRetry() async throws {
        let driver = ScriptedDriver()
        let policy = RetryPolicy(maxAttempts: 3, baseDelay: .milliseconds(1), maxDelay: .milliseconds(2))
        let store = Store(driver: driver, layers: [RetryLayer(policy: policy)])
        driver.state.withLock {
            $0.faults = [.uploadPart: [broken, broken], .createUpload: [broken], .completeUpload: [broken]]
        }
        let bytes = (0..<95).map { UInt8($0) }
        try await store.put("a", .bytes(bytes))
        #expect(try await store.get("a").bytes.array == bytes)
        #expect(driver.calls.filter { $0 == .uploadPart }.count == 12)
    }

    @Test("An abort that fails in passing is repeated")
    func abortRetry() async throws {
        let driver = ScriptedDriver()
        driver.state.withLock { $0.faults = [.uploadPart: [broken], .abortUpload: [broken, broken]] }
        await #expect(throws: StoreError.self) {
            try await Store(driver: driver).put("a", .bytes(Array(repeating: 7, count: 95)))
        }
        #expect(driver.state.withLock { $0.uploads.isEmpty })
    }

    @Test("A source that fails, or gives another size than announced, publishes nothing")
    func source() async throws {
        struct Fault: Error {}
        let driver = ScriptedDriver()
        let store = Store(driver: driver)
        let counter = Counter()
        let error = await #expect(throws: StoreError.self) {
            try await store.put("a", .stream { if counter.next() > 5 { throw Fault() } else { Chunk("0123456789") } })
        }
        #expect(error?.code == .io && error?.underlying is Fault)
        let other = Counter()
        let short = await #expect(throws: StoreError.self) {
            try await store.put("b", .stream(count: 100) { other.next() > 5 ? nil : Chunk("0123456789") })
        }
        #expect(short?.code == .invalidArgument)
        #expect(driver.state.withLock { $0.uploads.isEmpty && $0.objects.isEmpty })
    }

    @Test("A cancelled put stops and leaves nothing behind")
    func cancelled() async throws {
        let driver = ScriptedDriver()
        driver.state.withLock { $0.delays = [.uploadPart: .milliseconds(20)] }
        let store = Store(driver: driver)
        let task = Task { () -> StoreError.Code? in
            do throws(StoreError) {
                try await store.put("a", .stream { Chunk("0123456789") })
                return nil
            } catch { return error.code }
        }
        try await Task.sleep(for: .milliseconds(60))
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(driver.state.withLock { $0.uploads.isEmpty && $0.objects.isEmpty })
    }

    @Test("Parts are sent at the same time, up to the limit")
    func parallel() async throws {
        let driver = ScriptedDriver()
        driver.state.withLock { $0.delays = [.uploadPart: .milliseconds(20)] }
        try await Store(driver: driver).put(
            "a", .bytes(Array(repeating: 7, count: 200)), WriteOptions(concurrency: 5))
        let most = driver.state.withLock { $0.mostRunning }
        #expect(most > 1 && most <= 5)
    }

    @Test("10,000 parts suffice, by arithmetic")
    func plans() throws {
        var capabilities = Capabilities([.multipart])
        capabilities.minPartSize = 5 << 20
        capabilities.maxPartSize = 5 << 30
        capabilities.maxObjectSize = 5 << 40
        for size: Int64 in [0, 1, 8 << 20, (8 << 20) * 10_000, (8 << 20) * 10_000 + 1, 1 << 40, 5 << 40] {
            let part = try PartPlan(size: size, partSize: nil, capabilities: capabilities).size(ofPart: 1)
            #expect(part >= 5 << 20 && part <= 5 << 30)
            #expect((size + part - 1) / part <= 10_000)
        }
        let unknown = try PartPlan(size: nil, partSize: nil, capabilities: capabilities)
        var total: Int64 = 0
        for number in 1...10_000 { total += unknown.size(ofPart: number) }
        #expect(total >= 5 << 40)
        #expect(unknown.size(ofPart: 1000) == 8 << 20 && unknown.size(ofPart: 1001) == 16 << 20)
        #expect(throws: StoreError.self) { _ = try PartPlan(size: 1, partSize: 1 << 20, capabilities: capabilities) }
        #expect(throws: StoreError.self) {
            _ = try PartPlan(size: (5 << 40) + 1, partSize: nil, capabilities: capabilities)
        }
    }
}
