import Coffer

extension ConformanceSuite {
    /// Many tasks at once.
    static let concurrencyCases: [ConformanceCase] = [
        ConformanceCase(.store, "64TasksOnDifferentKeys") { t in
            _ = try await t.concurrently(64, limit: 64) { number in
                let key = Key("object-\(number)")
                for round in 0..<5 {
                    let text = "task \(number) round \(round)"
                    try await t.store.put(key, .string(text))
                    try expectEqual(try await t.text(key), text)
                    try expectEqual(try await t.store.stat(key).size, Int64(text.utf8.count))
                }
                if number % 2 == 1 { try await t.store.delete(key) }
            }
            try expectEqual(try await t.names().count, 32)
        },
        ConformanceCase(.store, "64TasksOnOneKey") { t in
            // Each object is of one byte, many times over: a mixture of two writes would show.
            try await t.store.put("object", .bytes([UInt8](repeating: 0, count: 40_000)))
            _ = try await t.concurrently(64, limit: 64) { number in
                for round in 0..<3 {
                    if number % 2 == 0 {
                        let length = 40_000 + number
                        let bytes = [UInt8](repeating: UInt8(number), count: length)
                        try await t.store.put("object", .bytes(bytes))
                    } else {
                        guard let (info, bytes) = try await getUnlessReplaced(t, "object") else { continue }
                        try expectEqual(Int64(bytes.count), info.size, "the size in round \(round)")
                        let first = bytes.array.first ?? 0
                        try expectEqual(
                            bytes.array, [UInt8](repeating: first, count: 40_000 + Int(first)), "one object, whole")
                    }
                }
            }
        },
        ConformanceCase(.store, "16TasksOfMixedWork") { t in
            _ = try await t.concurrently(16, limit: 16) { task in
                let mine = "task-\(task)/"
                for step in 0..<8 {
                    let key = Key("\(mine)\(step)")
                    try await t.store.put(key, .string("\(step)"))
                    try await t.store.copy(key, to: Key("\(mine)copy-\(step)"))
                    if step % 2 == 0 { try await t.store.delete(key) }
                }
                let found = try await t.names(ListOptions(prefix: mine))
                let kept = stride(from: 1, to: 8, by: 2).map { "\(mine)\($0)" }
                try expectEqual(found, kept + (0..<8).map { "\(mine)copy-\($0)" })
            }
        },
        ConformanceCase(.store, "listWhileWriting") { t in
            for number in 0..<20 { try await t.put(Key("stays-\(number)")) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<60 {
                        try await t.put(Key("comes-\(number)"))
                        if number % 3 == 0 { try await t.store.delete(Key("comes-\(number)")) }
                    }
                }
                group.addTask {
                    for _ in 0..<6 {
                        let found = try await pages(t.store, ListOptions(limit: 7)).flatMap { $0 }
                        try expectEqual(found.filter { $0.hasPrefix("stays-") }.count, 20, "what is there all the time")
                        try expectEqual(Set(found).count, found.count, "each once")
                        try expectEqual(found, found.sorted(), "the order")
                    }
                }
                try await group.waitForAll()
            }
        },
        ConformanceCase(.store, "writersAndReadersOfOneStream") { t in
            _ = try await t.concurrently(6, limit: 6) { number in
                let bytes = ConformanceContext.pattern(t.partSize + number, seed: UInt64(number))
                let key = Key("stream-\(number)")
                let writer = try await t.store.writer(key, t.inParts())
                try await write(bytes, to: writer, step: 64 << 10)
                _ = try await writer.finish()
                let copy = try await t.store.writer(Key("copy-\(number)"), t.inParts())
                for try await chunk in try await t.store.reader(key) { try await copy.write(chunk) }
                _ = try await copy.finish()
                try expectEqual(try await t.bytes(Key("copy-\(number)")), bytes)
            }
        },
    ]

    /// An object, or nil if it was replaced in the middle of the read and the driver says so.
    private static func getUnlessReplaced(
        _ t: ConformanceContext, _ key: Key
    ) async throws -> (info: ObjectInfo, bytes: Chunk)? {
        do throws(StoreError) {
            return try await t.store.get(key)
        } catch {
            if error.code == .preconditionFailed || error.code == .conflict { return nil }
            throw error
        }
    }
}
