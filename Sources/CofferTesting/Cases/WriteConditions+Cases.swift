import Coffer

extension ConformanceSuite {
    /// Create-only and compare-and-swap.
    static let writeConditionCases: [ConformanceCase] = [
        ConformanceCase(.write, "createOnly", requires: .createOnly) { t in
            try await t.store.put("object", "first", absent)
            try await expectError(.alreadyExists) { try await t.store.put("object", "second", absent) }
            try expectEqual(try await t.text("object"), "first")
            try await t.store.delete("object")
            try await t.store.put("object", "third", absent)
            try expectEqual(try await t.text("object"), "third")
        },
        ConformanceCase(.write, "createOnlyEmpty", requires: .createOnly) { t in
            try await t.store.put("object", .bytes([]), absent)
            try await expectError(.alreadyExists) { try await t.store.put("object", .bytes([]), absent) }
        },
        ConformanceCase(.write, "createOnlyKeepsMetadata", requires: [.createOnly, .userMetadata]) { t in
            let first = WriteOptions(metadata: ObjectMetadata(user: ["writer": "1"]), condition: .absent)
            let second = WriteOptions(metadata: ObjectMetadata(user: ["writer": "2"]), condition: .absent)
            try await t.store.put("object", "x", first)
            try await expectError(.alreadyExists) { try await t.store.put("object", "x", second) }
            try expectEqual(try await t.store.stat("object").metadata.user, ["writer": "1"])
        },
        ConformanceCase(.write, "createOnlyInParts", requires: .createOnly) { t in
            let bytes = ConformanceContext.pattern(t.partSize + 1)
            try await t.store.put("object", .chunk(bytes), t.inParts(ObjectMetadata(), .absent))
            try await expectError(.alreadyExists) {
                try await t.store.put("object", .chunk(bytes.dropFirst(1)), t.inParts(ObjectMetadata(), .absent))
            }
            try expectEqual(try await t.bytes("object").count, bytes.count)
        },
        ConformanceCase(.write, "createOnlyFrom16Writers", requires: .createOnly) { t in
            for round in 0..<3 {
                let key = Key("object-\(round)")
                let winners = try await t.concurrently(16) { writer -> Int? in
                    do {
                        try await t.store.put(key, .string("writer \(writer)"), absent)
                        return writer
                    } catch let error as StoreError where error.code == .alreadyExists || error.code == .conflict {
                        return nil
                    }
                }.compactMap { $0 }
                if t.has(.racyConditions) {
                    try expect(!winners.isEmpty, "somebody wins")
                } else {
                    try expectEqual(winners.count, 1, "how many of 16 writers won")
                    try expectEqual(try await t.text(key), "writer \(winners[0])", "whose object it is")
                }
            }
        },
        ConformanceCase(.write, "compareAndSwap", requires: .compareAndSwap) { t in
            let first = try await tag(t.store.put("object", "1"))
            let second = try await tag(t.store.put("object", "2", matches(first)))
            try expectEqual(try await t.text("object"), "2")
            try await t.store.put("object", "3", matches(second))
            try expectEqual(try await t.text("object"), "3")
        },
        ConformanceCase(.write, "staleETag", requires: .compareAndSwap) { t in
            let stale = try await tag(t.store.put("object", "1"))
            try await t.store.put("object", "2")
            try await expectError(.preconditionFailed) { try await t.store.put("object", "3", matches(stale)) }
            try expectEqual(try await t.text("object"), "2")
        },
        ConformanceCase(.write, "unknownETag", requires: .compareAndSwap) { t in
            try await t.put("object", text: "1")
            let other = ETag("0123456789abcdef0123456789abcdef")
            try await expectError(.preconditionFailed) { try await t.store.put("object", "2", matches(other)) }
            try expectEqual(try await t.text("object"), "1")
        },
        ConformanceCase(.write, "updateOfMissing", requires: .compareAndSwap) { t in
            let gone = try await tag(t.store.put("object", "1"))
            try await t.store.delete("object")
            try await expectError(.preconditionFailed) { try await t.store.put("object", "2", matches(gone)) }
            try await t.expectMissing("object")
        },
        ConformanceCase(.write, "compareAndSwapInParts", requires: .compareAndSwap) { t in
            let stale = try await tag(t.store.put("object", "1"))
            let current = try await tag(t.store.put("object", "22"))
            let bytes = ConformanceContext.pattern(t.partSize + 1)
            try await expectError(.preconditionFailed) {
                try await t.store.put("object", .chunk(bytes), t.inParts(ObjectMetadata(), .matches(stale)))
            }
            try expectEqual(try await t.text("object"), "22")
            try await t.store.put("object", .chunk(bytes), t.inParts(ObjectMetadata(), .matches(current)))
            try expectEqual(try await t.bytes("object"), bytes)
        },
        ConformanceCase(.write, "incrementsFrom5Workers", requires: .compareAndSwap, timeLimit: .seconds(600)) { t in
            try await t.put("counter", text: "0")
            _ = try await t.concurrently(5) { worker in
                for _ in 0..<10 { try await increment(t, "counter") }
            }
            let sum = try await t.text("counter").flatMap { Int($0) }
            if t.has(.racyConditions) {
                try expect((sum ?? 0) >= 10, "at least one worker's increments are there")
            } else {
                try expectEqual(sum, 50, "5 workers, 10 increments each")
            }
        },
    ]

    static let absent = WriteOptions(condition: .absent)

    static func matches(_ etag: ETag) -> WriteOptions { WriteOptions(condition: .matches(etag)) }

    static func tag(_ info: ObjectInfo, file: String = #fileID, line: Int = #line) throws -> ETag {
        guard let etag = info.etag else {
            throw ConformanceFailure("the ETag", expected: "one", actual: "none", file: file, line: line)
        }
        return etag
    }

    /// Reads a number and writes its successor if nobody else did meanwhile; as often as needed.
    static func increment(_ t: ConformanceContext, _ key: Key) async throws {
        while true {
            let (info, bytes) = try await t.store.get(key)
            guard let number = bytes.utf8String.flatMap({ Int($0) }) else {
                throw ConformanceFailure("the counter", expected: "a number", actual: "\(bytes.array)")
            }
            do {
                try await t.store.put(key, .string("\(number + 1)"), matches(tag(info)))
                return
            } catch let error as StoreError where error.code == .preconditionFailed || error.code == .conflict {
                continue
            }
        }
    }
}
