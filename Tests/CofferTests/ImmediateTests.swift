import CofferTesting
import MemoryDriver
import Testing

@testable import Coffer

@Suite("Verbs without a task")
struct ImmediateTests {
    /// What a verb gave, in a form that can be compared.
    private func outcome<R>(_ body: () async throws(StoreError) -> R) async -> String {
        do throws(StoreError) { return "\(try await body())" } catch { return "\(error)" }
    }

    @Test("They say what the verbs say, errors included", arguments: [false, true])
    func same(isClosed: Bool) async throws {
        let store = Store(driver: MemoryDriver())
        try await store.put("k", "0123456789", WriteOptions(metadata: ObjectMetadata(user: ["a": "b"])))
        let etag = try #require(try await store.stat("k").etag)
        if isClosed { await store.close() }
        let reads = [
            ReadOptions(), ReadOptions(range: .bounded(2..<5)), ReadOptions(range: .from(20)),
            ReadOptions(ifMatch: ETag("other")), ReadOptions(ifNoneMatch: etag), ReadOptions(version: "1"),
            ReadOptions(verification: .required), ReadOptions(partSize: 2, concurrency: 2), ReadOptions(concurrency: 0),
        ]
        for key: Key in ["k", "missing", "a/../b"] {
            for options in reads {
                let wanted = await outcome { () throws(StoreError) in try await store.get(key, options).bytes.utf8String
                }
                #expect(
                    await outcome { () throws(StoreError) in try store.getWaiting(key, options).bytes.utf8String }
                        == wanted)
                let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 10, alignment: 1)
                defer { room.deallocate() }
                let count = await outcome { () throws(StoreError) in
                    try store.getWaiting(key, into: room, options).count
                }
                let bytes = String(decoding: room.prefix(Int(count) ?? 0), as: UTF8.self)
                #expect((Int(count) == nil ? count : "Optional(\"\(bytes)\")") == wanted)
                let info = await outcome { () throws(StoreError) in try await store.stat(key, options) }
                #expect(await outcome { () throws(StoreError) in try store.statWaiting(key, options) } == info)
            }
            let exists = await outcome { () throws(StoreError) in try await store.exists(key) }
            #expect(await outcome { () throws(StoreError) in try store.existsWaiting(key) } == exists)
        }
    }

    @Test("Writes, deletes and their conditions")
    func writes() async throws {
        let store = Store(driver: MemoryDriver(maxBytes: 100))
        let told = Lock<[Int64]>([])
        let options = WriteOptions(
            metadata: ObjectMetadata(user: ["A": "b"]),
            progress: Progress { bytes in told.withLock { $0.append(bytes) } })
        let info = try store.putWaiting("k", Chunk("text"), options)
        #expect(info == (try await store.stat("k")))
        #expect(info.metadata.user == ["a": "b"])
        #expect(told.withLock { $0 } == [4])
        func code(_ body: () throws(StoreError) -> Void) -> StoreError.Code? {
            do throws(StoreError) { try body() } catch { return error.code }
            return nil
        }
        #expect(
            code { () throws(StoreError) in _ = try store.putWaiting("k", Chunk("x"), WriteOptions(condition: .absent))
            } == .alreadyExists)
        #expect(
            code { () throws(StoreError) in
                _ = try store.putWaiting("l", ConformanceContext.pattern(101), WriteOptions())
            } == .tooLarge)
        #expect(
            code { () throws(StoreError) in try store.deleteWaiting("k", DeleteOptions(ifMatch: ETag("other"))) }
                == .preconditionFailed)
        let lent = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 1)
        lent.copyBytes(from: "lent".utf8)
        _ = try Chunk.withLent(UnsafeRawBufferPointer(lent)) { chunk throws(StoreError) in
            try store.putWaiting("m", chunk, WriteOptions())
        }
        lent.deallocate()
        #expect(try await store.get("m").bytes.utf8String == "lent")
        #expect(throws: StoreError.self) {
            try store.getWaiting("m", into: UnsafeMutableRawBufferPointer(start: nil, count: 0), ReadOptions())
        }
        try store.deleteWaiting("k", DeleteOptions())
        #expect(try await !store.exists("k"))
        try await store.put("pieces", .chunks([Chunk("ab"), Chunk("cd")]))
        #expect(try store.getWaiting("pieces", ReadOptions()).bytes.utf8String == "abcd")
    }
}
