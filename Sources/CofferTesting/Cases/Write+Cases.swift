import Coffer
import Glibc
import Synchronization

extension ConformanceSuite {
    /// Whole objects.
    static let writeCases: [ConformanceCase] = [
        ConformanceCase(.write, "only") { t in
            try await t.store.put("object", "hello")
            try expectEqual(try await t.text("object"), "hello")
            try expectEqual(try await t.names(), ["object"])
        },
        ConformanceCase(.write, "empty") { t in
            let info = try await t.store.put("empty", .bytes([]))
            try expectEqual(info.size, 0)
            try expectEqual(try await t.bytes("empty").count, 0)
            try expectEqual(try await t.store.stat("empty").size, 0)
        },
        ConformanceCase(.write, "returnsInfo") { t in
            let info = try await t.store.put("object", "hello")
            let stat = try await t.store.stat("object")
            try expectEqual(info.key, "object")
            try expectEqual(info.size, 5)
            try expect(info.etag != nil, "a write returns the new ETag")
            try expectEqual(info.etag, stat.etag, "the ETag of the write and of the object")
            if let written = info.lastModified, let seen = stat.lastModified {
                try expectEqual(written.seconds, seen.seconds, "the time of the write and of the object")
            }
        },
        ConformanceCase(.write, "inPieces") { t in
            let whole = ConformanceContext.pattern(100_000)
            let pieces = [
                whole.slice(0..<1), whole.slice(1..<1), whole.slice(1..<70_000), whole.slice(70_000..<100_000),
            ]
            try expectEqual(try await t.store.put("object", .chunks(pieces)).size, 100_000)
            try expectEqual(try await t.bytes("object"), whole)
        },
        ConformanceCase(.write, "binary") { t in
            let all = Chunk((0..<1024).map { UInt8(truncatingIfNeeded: $0) })
            try await t.store.put("object", .chunk(all))
            try expectEqual(try await t.bytes("object"), all)
        },
        ConformanceCase(.write, "megabytes") { t in
            let bytes = ConformanceContext.pattern(3 << 20)
            try await t.store.put("object", .chunk(bytes))
            try expectEqual(try await t.bytes("object"), bytes)
        },
        ConformanceCase(.write, "fromFile") { t in
            let bytes = ConformanceContext.pattern(1_500_000)
            try await withTemporaryFile(bytes) { path in
                try expectEqual(try await t.store.put("object", .file(path)).size, 1_500_000)
            }
            try expectEqual(try await t.bytes("object"), bytes)
        },
        ConformanceCase(.write, "fromFileInParts") { t in
            let bytes = ConformanceContext.pattern(2 * t.partSize + 1)
            try await withTemporaryFile(bytes) { path in
                try await t.store.put("object", .file(path), t.inParts())
            }
            try expectEqual(try await t.bytes("object"), bytes)
        },
        ConformanceCase(.write, "fromMissingFile") { t in
            try await expectError(.notFound) { try await t.store.put("object", .file("/nonexistent/coffer")) }
            try await t.expectMissing("object")
        },
        ConformanceCase(.write, "memoryInParts") { t in
            let bytes = ConformanceContext.pattern(3 * t.partSize + 17)
            let info = try await t.store.put("object", .chunk(bytes), t.inParts())
            try expectEqual(info.size, Int64(bytes.count))
            try expectEqual(info.etag, try await t.store.stat("object").etag, "the ETag")
            try expectEqual(try await t.bytes("object"), bytes)
        },
        ConformanceCase(.write, "memoryInPartsWithMetadata", requires: [.contentType, .userMetadata]) { t in
            let bytes = ConformanceContext.pattern(t.partSize + 17)
            let metadata = ObjectMetadata(contentType: "a/b", user: ["name": "value"])
            try await t.store.put("object", .chunk(bytes), t.inParts(metadata))
            let found = try await t.store.stat("object").metadata
            try expectEqual(found.contentType, "a/b")
            try expectEqual(found.user, ["name": "value"])
        },
        ConformanceCase(.write, "lentMemory") { t in
            // The memory belongs to the caller again when the call returns and the chunk is gone.
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 10_000, alignment: 1)
            defer { memory.deallocate() }
            memory.initializeMemory(as: UInt8.self, repeating: 5)
            let released = ReleaseFlag()
            try await t.store.put("object", .chunk(Chunk(borrowing: UnsafeRawBufferPointer(memory)) { released.set() }))
            try expect(released.isSet, "lent memory is released when the write is over")
            memory.initializeMemory(as: UInt8.self, repeating: 6)
            try expectEqual(try await t.bytes("object").array, [UInt8](repeating: 5, count: 10_000))
        },
        ConformanceCase(.write, "streamOfKnownLength") { t in
            let bytes = ConformanceContext.pattern(300_000)
            try await t.store.put("object", streamed(bytes, step: 70_001, count: 300_000))
            try expectEqual(try await t.bytes("object"), bytes)
        },
        ConformanceCase(.write, "streamOfUnknownLength") { t in
            let bytes = ConformanceContext.pattern(300_000)
            try await t.store.put("object", streamed(bytes, step: 4_097))
            try expectEqual(try await t.bytes("object"), bytes)
        },
        ConformanceCase(.write, "streamShorterThanSaid") { t in
            try await expectError(.invalidArgument) {
                try await t.store.put("object", streamed(Chunk("short"), step: 2, count: 6))
            }
            try await t.expectMissing("object")
        },
        ConformanceCase(.write, "streamLongerThanSaid") { t in
            try await expectError(.invalidArgument) {
                try await t.store.put("object", streamed(Chunk("longer"), step: 2, count: 5))
            }
            try await t.expectMissing("object")
        },
        ConformanceCase(.write, "overwrite") { t in
            let first = try await t.store.put("object", "first, and longer")
            let second = try await t.store.put("object", "second")
            try expectEqual(try await t.text("object"), "second")
            try expect(first.etag != second.etag, "other bytes have another ETag")
            try expectEqual(try await t.names(), ["object"])
        },
        ConformanceCase(.write, "overwriteWithEmpty") { t in
            try await t.store.put("object", "something")
            try await t.store.put("object", .bytes([]))
            try expectEqual(try await t.store.stat("object").size, 0)
            try expectEqual(try await t.bytes("object").count, 0)
        },
        ConformanceCase(.write, "reportsProgress") { t in
            let seen = Lock<[Int64]>([])
            let bytes = ConformanceContext.pattern(2 * t.partSize + 5)
            var options = t.inParts()
            options.progress = Progress { bytes in seen.withLock { $0.append(bytes) } }
            try await t.store.put("object", .chunk(bytes), options)
            let steps = seen.withLock { $0 }
            try expectEqual(steps.last, Int64(bytes.count), "the last report")
            try expectEqual(steps, steps.sorted(), "the reports in order")
        },
    ]
}

/// Gives a chunk in steps, as a stream would.
private func streamed(_ bytes: Chunk, step: Int, count: Int64? = nil) -> Body {
    let offset = Lock(0)
    return .stream(count: count) {
        offset.withLock { offset in
            guard offset < bytes.count else { return nil }
            let part = bytes.slice(offset..<(offset + step))
            offset += part.count
            return part
        }
    }
}

/// Whether lent memory was given back.
final class ReleaseFlag: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
}

/// Lends a file that holds some bytes.
func withTemporaryFile(_ bytes: Chunk, _ body: (String) async throws -> Void) async throws {
    let path = "/tmp/coffer-conformance-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    guard let file = fopen(path, "w") else { throw StoreError(.io, "cannot write '\(path)': \(systemMessage(errno))") }
    let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    defer { unlink(path) }
    guard fclose(file) == 0, written == bytes.count else { throw StoreError(.io, "cannot write '\(path)'") }
    try await body(path)
}
