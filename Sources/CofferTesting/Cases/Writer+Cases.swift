import Coffer

/// Sizes around the parts' size, where off-by-one errors live.
private let sizes: [(name: String, size: @Sendable (Int) -> Int)] = [
    ("0", { _ in 0 }), ("1", { _ in 1 }), ("partMinus1", { $0 - 1 }), ("part", { $0 }), ("partPlus1", { $0 + 1 }),
    ("3Parts", { 3 * $0 }), ("3PartsAndABit", { 3 * $0 + 12_345 }),
]

extension ConformanceSuite {
    /// Streams that are finished.
    static let writerCases: [ConformanceCase] =
        sizes.map { name, size in
            ConformanceCase(.writer, "size.\(name)") { t in
                let bytes = ConformanceContext.pattern(size(t.partSize))
                let writer = try await t.store.writer("object", t.inParts())
                try await write(bytes, to: writer, step: 50_021)
                let info = try await writer.finish()
                try expectEqual(info.size, Int64(bytes.count))
                try expectEqual(info.key, "object")
                try expectEqual(try await t.bytes("object"), bytes)
                try expectEqual(try await t.store.stat("object").etag, info.etag, "the ETag")
            }
        } + [
            ConformanceCase(.writer, "knownSize") { t in
                let bytes = ConformanceContext.pattern(2 * t.partSize + 7)
                let writer = try await t.store.writer("object", t.inParts(), size: Int64(bytes.count))
                try await write(bytes, to: writer, step: 300_000)
                try expectEqual(try await writer.finish().size, Int64(bytes.count))
                try expectEqual(try await t.bytes("object"), bytes)
            },
            ConformanceCase(.writer, "unevenChunks") { t in
                let bytes = ConformanceContext.pattern(500_000)
                let writer = try await t.store.writer("object", t.inParts())
                var offset = 0
                var step = 1
                while offset < bytes.count {
                    try await writer.write(bytes.slice(offset..<(offset + step)))
                    offset += step
                    step = step * 3 % 40_007 + 1
                }
                _ = try await writer.finish()
                try expectEqual(try await t.bytes("object"), bytes)
            },
            ConformanceCase(.writer, "manySmallChunks") { t in
                let bytes = ConformanceContext.pattern(20_000)
                let writer = try await t.store.writer("object", t.inParts())
                try await write(bytes, to: writer, step: 1)
                try expectEqual(writer.bytesWritten, 20_000)
                _ = try await writer.finish()
                try expectEqual(try await t.bytes("object"), bytes)
            },
            ConformanceCase(.writer, "oneLargeChunk") { t in
                let bytes = ConformanceContext.pattern(3 * t.partSize + 1)
                let writer = try await t.store.writer("object", t.inParts())
                try await writer.write(bytes)
                _ = try await writer.finish()
                try expectEqual(try await t.bytes("object"), bytes)
            },
            ConformanceCase(.writer, "emptyChunks") { t in
                let writer = try await t.store.writer("object")
                for part in ["", "a", "", "", "b", ""] { try await writer.write(Chunk(part)) }
                _ = try await writer.finish()
                try expectEqual(try await t.text("object"), "ab")
            },
            ConformanceCase(.writer, "reusedMemory") { t in
                // The caller fills the same array again after each write.
                let writer = try await t.store.writer("object")
                var buffer = [UInt8](repeating: 0, count: 20_000)
                for byte in 0..<5 as Range<UInt8> {
                    for index in buffer.indices { buffer[index] = byte }
                    try await writer.write(buffer)
                }
                _ = try await writer.finish()
                let found = try await t.bytes("object").array
                try expectEqual(stride(from: 0, to: 100_000, by: 20_000).map { found[$0] }, [0, 1, 2, 3, 4])
            },
            ConformanceCase(.writer, "metadata", requires: [.contentType, .userMetadata]) { t in
                for size in [10, t.partSize + 1] {
                    let metadata = ObjectMetadata(contentType: "text/x", user: ["name": "value"])
                    let writer = try await t.store.writer("object", t.inParts(metadata))
                    try await writer.write(ConformanceContext.pattern(size))
                    _ = try await writer.finish()
                    let found = try await t.store.stat("object").metadata
                    try expectEqual(found.contentType, "text/x")
                    try expectEqual(found.user, ["name": "value"])
                }
            },
            ConformanceCase(.writer, "invisibleUntilFinished") { t in
                let writer = try await t.store.writer("object", t.inParts())
                try await t.expectMissing("object")
                try await writer.write(ConformanceContext.pattern(2 * t.partSize + 1))
                try await t.expectMissing("object")
                try expectEqual(try await t.names(), [], "a listing during the write")
                _ = try await writer.finish()
                try expectEqual(try await t.names(), ["object"])
            },
            ConformanceCase(.writer, "oldObjectStaysUntilFinished") { t in
                try await t.put("object", text: "old")
                let reader = try await t.store.reader("object")
                let writer = try await t.store.writer("object", t.inParts())
                try await writer.write(ConformanceContext.pattern(t.partSize + 1))
                try expectEqual(try await t.text("object"), "old")
                try expectEqual(try await reader.collect().utf8String, "old")
                _ = try await writer.finish()
                try expectEqual(try await t.store.stat("object").size, Int64(t.partSize + 1))
            },
            ConformanceCase(.writer, "twoOnOneKey") { t in
                // Interleaved; the one that finishes last wins, as a whole.
                let first = try await t.store.writer("object", t.inParts())
                let second = try await t.store.writer("object", t.inParts())
                let a = ConformanceContext.pattern(2 * t.partSize, seed: 1)
                let b = ConformanceContext.pattern(2 * t.partSize + 5, seed: 2)
                try await first.write(a.prefix(t.partSize))
                try await second.write(b.prefix(t.partSize + 3))
                try await first.write(a.dropFirst(t.partSize))
                try await second.write(b.dropFirst(t.partSize + 3))
                _ = try await second.finish()
                try expectEqual(try await t.bytes("object"), b)
                _ = try await first.finish()
                try expectEqual(try await t.bytes("object"), a)
            },
            ConformanceCase(.writer, "manyAtOnce") { t in
                _ = try await t.concurrently(8, limit: 8) { number in
                    let bytes = ConformanceContext.pattern(t.partSize + 1000 * number, seed: UInt64(number))
                    let writer = try await t.store.writer(Key("object-\(number)"), t.inParts())
                    try await write(bytes, to: writer, step: 100_000)
                    _ = try await writer.finish()
                    try expectEqual(try await t.bytes(Key("object-\(number)")), bytes)
                }
            },
            ConformanceCase(.writer, "reportsProgress") { t in
                let seen = Lock<[Int64]>([])
                var options = t.inParts()
                options.progress = Progress { bytes in seen.withLock { $0.append(bytes) } }
                let writer = try await t.store.writer("object", options)
                try await write(ConformanceContext.pattern(t.partSize + 10), to: writer, step: 30_000)
                _ = try await writer.finish()
                try expectEqual(seen.withLock { $0.last ?? 0 }, Int64(t.partSize + 10), "the last report")
                try expect(seen.withLock { $0 == $0.sorted() }, "the reports are in order")
            },
            ConformanceCase(.writer, "createOnly", requires: .createOnly) { t in
                for size in [10, t.partSize + 1] {
                    let key = Key("object-\(size)")
                    let writer = try await t.store.writer(key, t.inParts(ObjectMetadata(), .absent))
                    try await writer.write(ConformanceContext.pattern(size))
                    // Somebody else was quicker.
                    try await t.put(key, text: "other")
                    try await expectError(.alreadyExists) { _ = try await writer.finish() }
                    try expectEqual(try await t.text(key), "other")
                    let late = Key("late-\(size)")
                    let lateWriter = try await t.store.writer(late, t.inParts(ObjectMetadata(), .absent))
                    try await lateWriter.write(ConformanceContext.pattern(size))
                    _ = try await lateWriter.finish()
                    try expectEqual(try await t.store.stat(late).size, Int64(size))
                }
            },
            ConformanceCase(.writer, "compareAndSwap", requires: .compareAndSwap) { t in
                let etag = try await tag(t.store.put("object", "1"))
                let first = try await t.store.writer("object", t.inParts(ObjectMetadata(), .matches(etag)))
                let second = try await t.store.writer("object", t.inParts(ObjectMetadata(), .matches(etag)))
                try await first.write(Chunk("first"))
                try await second.write(ConformanceContext.pattern(t.partSize + 1))
                _ = try await first.finish()
                try await expectError(.preconditionFailed) { _ = try await second.finish() }
                try expectEqual(try await t.text("object"), "first")
            },
        ]

    static func write(_ bytes: Chunk, to writer: ObjectWriter, step: Int) async throws {
        var offset = 0
        while offset < bytes.count {
            try await writer.write(bytes.slice(offset..<(offset + step)))
            offset += step
        }
    }
}
