import Coffer
import Glibc
import MemoryDriver
import Synchronization
import Testing

@Suite struct MemoryDriverTests {
    // MARK: Bytes

    @Test func keepsOwnedChunksWithoutCopying() async throws {
        let store = Store(driver: MemoryDriver())
        let chunk = Chunk([UInt8](repeating: 7, count: 100_000))
        try await store.put("a", .chunk(chunk))
        let first = try await store.get("a").bytes
        let second = try await store.get("a").bytes
        #expect(first.baseAddress == chunk.baseAddress)
        #expect(second.baseAddress == chunk.baseAddress)
        #expect(try await store.get("a", range: .bounded(10..<20)).baseAddress == chunk.baseAddress.map { $0 + 10 })
    }

    @Test func copiesLentMemoryAndLetsItGo() async throws {
        let store = Store(driver: MemoryDriver())
        let released = Atomic(false)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 50_000, alignment: 1)
        memory.initializeMemory(as: UInt8.self, repeating: 3)
        do {
            let lent = Chunk(borrowing: UnsafeRawBufferPointer(memory)) { released.store(true, ordering: .relaxed) }
            try await store.put("a", .chunk(lent))
            let writer = try await store.writer("b")
            try await writer.write(lent)
            _ = try await writer.finish()
        }
        let isReleased = released.load(ordering: .relaxed)
        #expect(isReleased)
        memory.initializeMemory(as: UInt8.self, repeating: 9)
        #expect(try await store.get("a").bytes.array == [UInt8](repeating: 3, count: 50_000))
        #expect(try await store.get("b").bytes.array == [UInt8](repeating: 3, count: 50_000))
        memory.deallocate()
    }

    @Test func smallSliceDoesNotKeepALargeBlock() async throws {
        let store = Store(driver: MemoryDriver())
        let large = Chunk([UInt8](repeating: 1, count: 1_000_000))
        try await store.put("a", .chunk(large.prefix(10)))
        #expect(try await store.get("a").bytes.baseAddress != large.baseAddress)
    }

    @Test func readsRangesAcrossChunks() async throws {
        let store = Store(driver: MemoryDriver())
        let writer = try await store.writer("a")
        var expected: [UInt8] = []
        // Sizes on both sides of what is gathered into larger chunks.
        for (index, size) in [1, 70_000, 3, 5, 8191, 8192, 20_000, 2].enumerated() {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ index) }
            expected += bytes
            try await writer.write(bytes)
        }
        #expect(try await writer.finish().size == Int64(expected.count))
        #expect(try await store.get("a").bytes.array == expected)
        for range in [0..<1, 0..<2, 69_999..<70_010, 70_000..<70_001, 1..<106_000, 106_393..<106_394] {
            let part = try await store.get("a", range: .bounded(Int64(range.lowerBound)..<Int64(range.upperBound)))
            #expect(part.array == Array(expected[range.clamped(to: 0..<expected.count)]), "\(range)")
        }
    }

    @Test func readersKeepTheObjectTheyBeganWith() async throws {
        let store = Store(driver: MemoryDriver())
        try await store.put("a", "old")
        let reader = try await store.reader("a")
        try await store.put("a", "new")
        try await store.delete("a")
        #expect(try await reader.collect().utf8String == "old")
    }

    @Test func readsFiles() async throws {
        let store = Store(driver: MemoryDriver())
        let path = "/tmp/coffer-memory-\(getpid())"
        let file = try #require(fopen(path, "w"))
        defer { unlink(path) }
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) } == bytes.count)
        fclose(file)
        try await store.put("a", .file(path))
        #expect(try await store.get("a").bytes.array == bytes)
    }

    // MARK: ETags

    @Test func everyWriteMakesANewETag() async throws {
        let store = Store(driver: MemoryDriver())
        var seen: Set<ETag?> = []
        for _ in 0..<40 { #expect(seen.insert(try await store.put("a", "same").etag).inserted) }
        try await store.delete("a")
        #expect(seen.insert(try await store.put("a", "same").etag).inserted)
        let info = try await store.stat("a")
        #expect(try await store.copy("a", to: "b").etag != info.etag)
        #expect(
            try await store.list().collect().first
                == .object(
                    ObjectInfo(
                        key: "a", size: 4, etag: info.etag, lastModified: info.lastModified)))
    }

    @Test func etagsOfTwoRunsAreTheSame() async throws {
        func run() async throws -> [String?] {
            let store = Store(driver: MemoryDriver())
            var tags: [String?] = []
            for number in 0..<300 { tags.append(try await store.put("k\(number % 7)", "x").etag?.value) }
            return tags
        }
        let first = try await run()
        #expect(first == (try await run()))
        #expect(first.first == "1" && first[15] == "10" && first[254] == "ff" && first[255] == "100")
    }

    // MARK: Limits and names

    @Test func limitCountsObjectsPartsAndWriters() async throws {
        let driver = MemoryDriver(maxBytes: 100)
        let store = Store(driver: driver)
        try await store.put("a", .bytes([UInt8](repeating: 0, count: 60)))
        await expectCode(.tooLarge) { try await store.put("b", .bytes([UInt8](repeating: 0, count: 41))) }
        // Replacing counts the difference only.
        try await store.put("a", .bytes([UInt8](repeating: 0, count: 90)))
        await expectCode(.tooLarge) { _ = try await store.copy("a", to: "b") }
        try await store.move("a", to: "c")
        let writer = try await store.writer("w")
        try await writer.write([UInt8](repeating: 0, count: 10))
        await expectCode(.tooLarge) { try await store.put("b", "x") }
        await expectCode(.tooLarge) { try await writer.write([1]) }
        // The failed write aborted the writer and gave its bytes back.
        try await store.put("b", .bytes([UInt8](repeating: 0, count: 10)))
        try await store.delete("c")
        let upload = UploadID(key: "m", id: try await driver.createUpload("m", WriteOptions()))
        let part = try await driver.uploadPart(upload, number: 1, Payload(Chunk([UInt8](repeating: 0, count: 80))))
        _ = try await driver.uploadPart(upload, number: 2, Payload(Chunk([UInt8](repeating: 0, count: 10))))
        await expectCode(.tooLarge) { try await store.put("x", "x") }
        _ = try await driver.completeUpload(upload, parts: [part], WriteOptions())
        // The part that was not named is gone.
        try await store.put("x", .bytes([UInt8](repeating: 0, count: 10)))
        await expectCode(.tooLarge) { try await store.put("y", "y") }
        do {
            try await store.delete("x")
            let dropped = try await store.writer("d")
            try await dropped.write([UInt8](repeating: 0, count: 10))
        }
        try await store.put("y", .bytes([UInt8](repeating: 0, count: 10)))
    }

    @Test func storesOfOneNameShareObjects() async throws {
        let name = "shared-\(getpid())"
        let first = try await Store.open("memory://\(name)", environment: [:])
        let second = try await Store.open("memory://\(name)", environment: [:])
        let other = try await Store.open("memory://", environment: [:])
        try await first.put("a", "x")
        #expect(try await second.get("a").bytes.utf8String == "x")
        #expect(try await other.exists("a") == false)
        await first.close()
        #expect(try await second.exists("a"))
        await expectCode(.invalidConfiguration) {
            _ = try await Store.open("memory://\(name)?max_bytes=5", environment: [:])
        }
        MemoryDriver.discardStorage(named: name)
        #expect(try await Store.open("memory://\(name)", environment: [:]).exists("a") == false)
        #expect(try await second.exists("a"))
    }

    @Test func optionsAreStrict() async throws {
        await expectCode(.invalidConfiguration) { _ = try await Store.open("memory://?max_byte=5", environment: [:]) }
        await expectCode(.invalidConfiguration) { _ = try await Store.open("memory://?max_bytes=x", environment: [:]) }
        let small = try await Store.open("memory://", options: ["max_bytes": "1KiB"], environment: [:])
        await expectCode(.tooLarge) { try await small.put("a", .bytes([UInt8](repeating: 0, count: 1025))) }
    }

    // MARK: Listing

    @Test func commonPrefixesAreJumpedOver() async throws {
        let store = Store(driver: MemoryDriver())
        for directory in 0..<10 {
            for number in 0..<20_000 { try await store.put("d\(directory)/\(number)", "") }
        }
        let clock = ContinuousClock()
        var entries: [ListEntry] = []
        // The least of several: a busy machine may take the processor away in the middle of one.
        var time = Duration.seconds(3600)
        for _ in 0..<5 {
            let once = try await clock.measure {
                entries = try await store.list(prefix: "", delimiter: "/").collect()
            }
            time = min(time, once)
        }
        let scan = try await clock.measure { _ = try await store.list(prefix: "").collect() }
        #expect(entries == (0..<10).map { ListEntry.prefix("d\($0)/") })
        // Ten jumps against 200,000 keys: whatever the machine, that is another order of magnitude.
        #expect(time * 20 < scan)
    }

    @Test func tokensOfOthersAreRefused() async throws {
        let store = Store(driver: MemoryDriver())
        await expectCode(.invalidArgument) { _ = try await store.listPage(ListOptions(pageToken: "x")) }
        await expectCode(.invalidArgument) { _ = try await store.listPage(ListOptions(pageToken: "")) }
    }
}

/// Expects a ``StoreError`` of a certain kind.
func expectCode(
    _ code: StoreError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("nothing was thrown; expected \(code)", sourceLocation: sourceLocation)
    } catch let error as StoreError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}
