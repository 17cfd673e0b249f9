import Coffer
import CofferTesting
import MemoryDriver
import Testing

@Suite("Parallel reads")
struct ParallelReadTests {
    static let partSize = 1000

    /// The ways to read an object by several streams.
    enum Way: CaseIterable { case chunk, buffer, stream, streamIntoBuffer, file }

    /// Reads by a way, and gives the bytes.
    static func read(_ way: Way, _ store: Store, _ options: ReadOptions) async throws -> Chunk {
        switch way {
        case .chunk: return try await store.get("a", options).bytes
        case .buffer:
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 100_000, alignment: 1)
            defer { memory.deallocate() }
            let count = try await store.get("a", into: memory, options).count
            return Chunk(copying: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        case .stream:
            var chunks: [Chunk] = []
            for try await chunk in try await store.reader("a", options) { chunks.append(chunk) }
            return Chunk.joining(chunks)
        case .streamIntoBuffer: return try await store.reader("a", options).collect()
        case .file:
            let file = try ScratchFile()
            _ = try await store.get("a", intoFile: file.descriptor, at: 7, options)
            return try file.contents().dropFirst(7)
        }
    }

    static func options(_ concurrency: Int, _ range: ByteRange? = nil) -> ReadOptions {
        ReadOptions(range: range, partSize: Int64(partSize), concurrency: concurrency)
    }

    /// Makes the first stream so slow that the others have work to do.
    static func slowFirstLayer() -> FaultLayer {
        FaultLayer(
            FaultPlan([
                Fault(.read, at: 1, .shortReads(of: 300)), Fault(.read, at: 1, .slowStream(.milliseconds(3))),
            ]))
    }

    @Test("Every size around a border arrives whole by every way", arguments: Way.allCases)
    func borders(_ way: Way) async throws {
        for size in [0, 1, 999, 1000, 1001, 1999, 2000, 2001, 9_999, 30_000] {
            let bytes = ConformanceContext.pattern(size)
            let plan = FaultPlan([Fault(.read, isPersistent: true, .shortReads(of: 333))])
            let store = Store(driver: MemoryDriver(), layers: [FaultLayer(plan)])
            try await store.put("a", .chunk(bytes))
            for concurrency in [1, 2, 5] {
                #expect(try await Self.read(way, store, Self.options(concurrency)) == bytes, "\(size), \(concurrency)")
            }
            guard size > 2001 else { continue }
            let range = ByteRange.bounded(1500..<Int64(size - 1))
            #expect(try await Self.read(way, store, Self.options(3, range)) == bytes.slice(1500..<(size - 1)))
            #expect(try await Self.read(way, store, Self.options(3, .suffix(2500))) == bytes.dropFirst(size - 2500))
        }
    }

    @Test("As many ranges as asked for are fetched at the same time, and no more")
    func concurrency() async throws {
        let driver = ScriptedDriver()
        try await Store(driver: driver).put("a", .bytes([UInt8](repeating: 7, count: 100)))
        driver.state.withLock { $0.delays = [.read: .milliseconds(20)] }
        for way in [Way.chunk, .stream] {
            let store = Store(driver: driver, layers: [Self.slowFirstLayer()])
            driver.state.withLock { ($0.mostRunning, $0.calls) = (0, []) }
            _ = try await Self.read(way, store, ReadOptions(partSize: 10, concurrency: 4))
            let most = driver.state.withLock { $0.mostRunning }
            #expect(most > 1 && most <= 4)
            #expect(driver.calls.count <= 11)
        }
    }

    @Test("Streams that break are each continued where they stopped", arguments: Way.allCases)
    func broken(_ way: Way) async throws {
        let bytes = ConformanceContext.pattern(20_000)
        let plan = FaultPlan()
        let policy = RetryPolicy(maxAttempts: 4, baseDelay: .microseconds(10), maxDelay: .microseconds(20))
        let store = Store(
            driver: MemoryDriver(), layers: [Self.slowFirstLayer(), FaultLayer(plan), RetryLayer(policy: policy)])
        try await store.put("a", .chunk(bytes))
        for call in 1...12 { plan.add(Fault(.read, at: call * 2, .breakStream(after: 123, .transient()))) }
        #expect(try await Self.read(way, store, Self.options(4)) == bytes)
        #expect(plan.injected > 5)
    }

    @Test("Whichever request or stream fails for good, the error comes out and nothing hangs", arguments: Way.allCases)
    func failures(_ way: Way) async throws {
        let bytes = ConformanceContext.pattern(8_000)
        let base = MemoryDriver()
        try await Store(driver: base).put("a", .chunk(bytes))
        for effect in [Fault.Effect.fail(.permanent()), .breakStream(after: 500, .permanent()), .endStream(after: 10)] {
            let tried = try await FaultLoop.run(effect: effect) { plan in
                let store = Store(driver: base, layers: [Self.slowFirstLayer(), FaultLayer(plan)])
                do {
                    let read = try await Self.read(way, store, Self.options(3))
                    // A fault behind what was read of a stream has no effect.
                    #expect(read == bytes)
                } catch let error as StoreError {
                    #expect(error.code == .io || error.code == .connectionFailed, "\(error)")
                }
            }
            #expect(tried >= 3)
        }
    }

    @Test("An object that is replaced on the way is read anew where nothing was given out, else it is an error")
    func replaced() async throws {
        let old = ConformanceContext.pattern(20_000, seed: 1)
        let new = ConformanceContext.pattern(15_000, seed: 2)
        for way in Way.allCases {
            for call in 2...6 {
                let base = MemoryDriver()
                let plain = Store(driver: base)
                let info = try await plain.put("a", .chunk(old))
                let hook = HookLayer(.read, at: call) { _ = try? await plain.put("a", .chunk(new)) }
                let store = Store(driver: base, layers: [Self.slowFirstLayer(), hook])
                do {
                    let read = try await Self.read(way, store, Self.options(3))
                    let isWhole = way == .stream || way == .streamIntoBuffer
                    if way == .file {
                        // The file is not made shorter.
                        #expect(read.prefix(15_000) == new)
                    } else {
                        #expect(read == new && !isWhole, "\(way) \(call)")
                    }
                } catch let error as StoreError {
                    #expect(error.code == .preconditionFailed, "\(error)")
                    #expect(way == .stream || way == .streamIntoBuffer)
                }
                try await plain.put("a", .chunk(old))
                var pinned = Self.options(3)
                pinned.ifMatch = info.etag
                await #expect(throws: StoreError.self) { try await Self.read(way, plain, pinned) }
            }
        }
    }

    @Test("A slow stream is helped by others without being asked to")
    func slow() async throws {
        let bytes = ConformanceContext.pattern(60_000)
        let plan = FaultPlan([
            Fault(.read, isPersistent: true, .slowStream(.milliseconds(5))),
            Fault(.read, isPersistent: true, .shortReads(of: 2000)),
        ])
        let store = Store(
            driver: MemoryDriver(), layers: [EagerLayer(threshold: 8000, partSize: 4000), FaultLayer(plan)])
        try await store.put("a", .chunk(bytes))
        for way in Way.allCases {
            let before = plan.calls.count
            #expect(try await Self.read(way, store, ReadOptions()) == bytes)
            #expect(plan.calls.count > before + 2)
        }
        let before = plan.calls.count
        _ = try await store.get("a", ReadOptions(concurrency: 1))
        #expect(plan.calls.count == before + 1)
    }

    @Test("A cancelled read ends and lets go", arguments: Way.allCases)
    func cancelled(_ way: Way) async throws {
        let plan = FaultPlan([
            Fault(.read, isPersistent: true, .slowStream(.milliseconds(20))),
            Fault(.read, isPersistent: true, .shortReads(of: 10)),
        ])
        let store = Store(driver: MemoryDriver(), layers: [FaultLayer(plan)])
        try await store.put("a", .chunk(ConformanceContext.pattern(30_000)))
        let task = Task { () -> StoreError.Code? in
            do {
                _ = try await Self.read(way, store, Self.options(4))
                return nil
            } catch { return (error as? StoreError)?.code }
        }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    @Test("Progress rises to the end and is told by one call at a time", arguments: Way.allCases)
    func progress(_ way: Way) async throws {
        let store = Store(driver: MemoryDriver())
        try await store.put("a", .chunk(ConformanceContext.pattern(20_000)))
        let seen = Lock<[Int64]>([])
        var options = Self.options(4)
        options.progress = Progress { bytes in seen.withLock { $0.append(bytes) } }
        _ = try await Self.read(way, store, options)
        let all = seen.withLock { $0 }
        #expect(all.last == 20_000 && all == all.sorted())
        await #expect(throws: StoreError.self) { try await store.stat("a", options) }
    }

    @Test("A download appears complete or not at all")
    func download() async throws {
        let plan = FaultPlan()
        let store = Store(driver: MemoryDriver(), layers: [FaultLayer(plan)])
        let bytes = ConformanceContext.pattern(20_000)
        try await store.put("a", .chunk(bytes))
        let directory = try ScratchDirectory()
        let info = try await store.download("a", to: directory.path + "/f", Self.options(3))
        #expect(info.size == 20_000)
        #expect(try directory.contents("f") == bytes)
        plan.add(Fault(.read, isPersistent: true, .breakStream(after: 700, .permanent())))
        await #expect(throws: StoreError.self) {
            try await store.download("a", to: directory.path + "/f", Self.options(3))
        }
        plan.clear()
        #expect(try directory.contents("f") == bytes)
        #expect(directory.names == ["f"])
        let error = await #expect(throws: StoreError.self) {
            try await store.download("a", to: directory.path + "/no/f")
        }
        #expect(error?.code == .notFound && error?.message.contains("/no/f") == true)
    }
}
