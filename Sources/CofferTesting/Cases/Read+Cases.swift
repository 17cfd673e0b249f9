import Coffer

extension ConformanceSuite {
    /// Whole objects and streams.
    static let readCases: [ConformanceCase] = [
        ConformanceCase(.read, "full") { t in
            let bytes = ConformanceContext.pattern(200_000)
            let written = try await t.store.put("object", .chunk(bytes))
            let (info, found) = try await t.store.get("object")
            try expectEqual(found, bytes)
            try expectEqual(info.key, "object")
            try expectEqual(info.size, 200_000)
            try expectEqual(info.etag, written.etag)
        },
        ConformanceCase(.read, "missing") { t in
            let error = try await expectError(.notFound) { try await t.store.get("missing") }
            try expectEqual(error.key, "missing", "the key that the error names")
            try expectEqual(error.driver, t.store.driver.name, "the driver that the error names")
            try await expectError(.notFound) { _ = try await t.store.reader("missing") }
            try await expectError(.notFound) { _ = try await t.store.get("missing", range: .from(0)) }
        },
        ConformanceCase(.read, "directoryLike") { t in
            try await t.put("directory/object")
            try await expectError(.notFound) { try await t.store.get("directory") }
            try await expectError(.notFound) { try await t.store.get("directory/") }
            try await expectError(.notFound) { try await t.store.get("directory/object/") }
            try await expectError(.notFound) { try await t.store.get("directory/object/below") }
        },
        ConformanceCase(.read, "inChunks") { t in
            let bytes = ConformanceContext.pattern(3_000_000)
            try await t.store.put("object", .chunk(bytes))
            let reader = try await t.store.reader("object")
            try expectEqual(reader.info.size, 3_000_000)
            try expectEqual(reader.range, 0..<3_000_000)
            var found: [Chunk] = []
            while let chunk = try await reader.next() {
                try expect(!chunk.isEmpty, "a stream gives no empty chunk")
                found.append(chunk)
            }
            try expectEqual(Chunk.joining(found), bytes)
            try expect(try await reader.next() == nil, "after the end there is nothing")
        },
        ConformanceCase(.read, "byteByByte") { t in
            let bytes = ConformanceContext.pattern(3000)
            try await t.store.put("object", .chunk(bytes))
            try expectEqual(try await read(t, "object", bufferSize: 1), bytes)
        },
        ConformanceCase(.read, "intoLargeMemory") { t in
            let bytes = ConformanceContext.pattern(700_001)
            try await t.store.put("object", .chunk(bytes))
            try expectEqual(try await read(t, "object", bufferSize: 10 << 20), bytes)
        },
        ConformanceCase(.read, "intoOddMemory") { t in
            let bytes = ConformanceContext.pattern(700_001)
            try await t.store.put("object", .chunk(bytes))
            try expectEqual(try await read(t, "object", bufferSize: 65_537), bytes)
        },
        ConformanceCase(.read, "intoTheCallersMemory") { t in
            let bytes = ConformanceContext.pattern(10_000)
            try await t.store.put("object", .chunk(bytes))
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 20_000, alignment: 1)
            defer { buffer.deallocate() }
            let (info, count) = try await t.store.get("object", into: buffer)
            try expectEqual(count, 10_000)
            try expectEqual(info.size, 10_000)
            try expectEqual(Chunk(copying: UnsafeRawBufferPointer(rebasing: buffer.prefix(count))), bytes)
        },
        ConformanceCase(.read, "intoTooLittleMemory") { t in
            try await t.put("object", text: "0123456789")
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 9, alignment: 1)
            defer { buffer.deallocate() }
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            try await expectError(.tooLarge) { _ = try await t.store.get("object", into: buffer) }
            try expectEqual(Array(buffer), [UInt8](repeating: 0, count: 9), "what was written")
            let part = ReadOptions(range: .bounded(0..<9))
            try expectEqual(try await t.store.get("object", into: buffer, part).count, 9)
        },
        ConformanceCase(.read, "empty") { t in
            try await t.store.put("object", .bytes([]))
            let reader = try await t.store.reader("object")
            try expectEqual(reader.range, 0..<0)
            try expect(try await reader.next() == nil, "an empty object has no chunk")
            try expectEqual(try await t.store.reader("object").collect().count, 0)
        },
        ConformanceCase(.read, "abandoned") { t in
            let bytes = ConformanceContext.pattern(2_000_000)
            try await t.store.put("object", .chunk(bytes))
            for _ in 0..<20 {
                let reader = try await t.store.reader("object")
                _ = try await reader.next()
            }
            for _ in 0..<20 {
                let reader = try await t.store.reader("object")
                reader.cancel()
                reader.cancel()
            }
            try expectEqual(try await t.bytes("object"), bytes)
        },
        ConformanceCase(.read, "cancelled") { t in
            try await t.store.put("object", .chunk(ConformanceContext.pattern(2_000_000)))
            let store = t.store
            let task = Task {
                let reader = try await store.reader("object")
                withUnsafeCurrentTask { $0?.cancel() }
                while try await reader.next() != nil {}
            }
            try await expectError(.cancelled) { try await task.value }
        },
        ConformanceCase(.read, "replacedDuring") { t in
            // The old object or an error, never a mixture.
            let old = ConformanceContext.pattern(4_000_000, seed: 1)
            let new = ConformanceContext.pattern(4_000_000, seed: 2)
            try await t.store.put("object", .chunk(old))
            let reader = try await t.store.reader("object")
            var found: [Chunk] = []
            if let first = try await reader.next() { found.append(first) }
            let rest = try await rest(of: reader, t) { try await t.store.put("object", .chunk(new)) }
            guard let rest else { return }
            let whole = Chunk.joining(found + rest)
            try expect(whole == old || whole == new, "a read gives one object, not a mixture of two")
        },
        ConformanceCase(.read, "deletedDuring") { t in
            let bytes = ConformanceContext.pattern(4_000_000)
            try await t.store.put("object", .chunk(bytes))
            let reader = try await t.store.reader("object")
            var found: [Chunk] = []
            if let first = try await reader.next() { found.append(first) }
            let rest = try await rest(of: reader, t) { try await t.store.delete("object") }
            guard let rest else { return }
            try expectEqual(Chunk.joining(found + rest), bytes)
        },
    ]

    /// What is left of an object that is changed in between; nil if the reader fails, which it may.
    static func rest(
        of reader: ObjectReader, _ t: ConformanceContext, changing: @escaping @Sendable () async throws -> Void
    ) async throws -> [Chunk]? {
        // Where the change waits for the reader, both go on at the same time.
        let waits = t.has(.writersWaitForReaders)
        if !waits { try await changing() }
        async let change: Void = waits ? changing() : ()
        var found: [Chunk] = []
        do {
            while let chunk = try await reader.next() { found.append(chunk) }
        } catch {
            try await change
            return nil
        }
        try await change
        return found
    }

    /// Reads a stream through a buffer.
    private static func read(_ t: ConformanceContext, _ key: Key, bufferSize: Int) async throws -> Chunk {
        let reader = try await t.store.reader(key)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 1)
        defer { buffer.deallocate() }
        var found: [Chunk] = []
        while true {
            let count = try await reader.read(into: buffer)
            if count == 0 { break }
            found.append(Chunk(copying: UnsafeRawBufferPointer(rebasing: buffer.prefix(count))))
        }
        try expectEqual(try await reader.read(into: buffer), 0, "a read after the end")
        return Chunk.joining(found)
    }
}
