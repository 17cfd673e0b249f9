import Coffer

extension ConformanceSuite {
    /// Encryption by the service, and storage classes.
    static let encryptionCases: [ConformanceCase] = [
        ConformanceCase(.write, "managedEncryption", requires: .managedEncryption) { t in
            let info = try await t.store.put("object", "hello", WriteOptions(encryption: .managed))
            try expectEqual(info.encryption?.method, .managed)
            try expectEqual(try await t.store.stat("object").encryption?.method, .managed)
            try expectEqual(try await t.text("object"), "hello")
            try await t.store.copy("object", to: "copy")
            try expectEqual(try await t.store.stat("copy").encryption?.method, .managed, "the copy's encryption")
        },
        ConformanceCase(.write, "customerKey", requires: .customerKeys) { t in
            let key = CustomerKey.random()
            let bytes = ConformanceContext.pattern(t.partSize * 2 + 1)
            var options = WriteOptions(encryption: .customerKey(key))
            for body in [Chunk("hello"), bytes] {
                let info = try await t.store.put("object", .chunk(body), options)
                try expectEqual(info.encryption?.method, .customerKey)
                let found = try await t.store.stat("object", StatOptions(customerKey: key))
                try expectEqual(found.encryption?.method, .customerKey)
                try expectEqual(found.size, Int64(body.count))
                try expectEqual(try await t.store.get("object", ReadOptions(customerKey: key)).bytes, body)
                let range = ReadOptions(range: .suffix(3), customerKey: key)
                try expectEqual(try await t.store.get("object", range).bytes, body.dropFirst(body.count - 3))
                for wrong in [nil, CustomerKey.random()] {
                    try await expectAnyError { try await t.store.get("object", ReadOptions(customerKey: wrong)) }
                    try await expectAnyError { _ = try await t.store.stat("object", StatOptions(customerKey: wrong)) }
                }
                options.partSize = Int64(t.partSize)
            }
        },
        ConformanceCase(.write, "storageClass", requires: .storageClasses) { t in
            try await t.store.put("object", "hello", WriteOptions(storageClass: "STANDARD"))
            try expectEqual(try await t.text("object"), "hello")
            try expectEqual(try await t.store.stat("object").storageClass ?? "STANDARD", "STANDARD")
            try await expectError(.invalidArgument) {
                try await t.store.put("other", "hello", WriteOptions(storageClass: "NO SUCH CLASS"))
            }
            try await expectError(.invalidArgument) {
                try await t.store.put("other", "hello", WriteOptions(storageClass: "NO_SUCH_CLASS"))
            }
            try await t.expectMissing("other")
        },
    ]

    private static func expectAnyError(
        file: String = #fileID, line: Int = #line, _ body: () async throws -> Void
    ) async throws {
        do { try await body() } catch is StoreError { return }
        throw ConformanceFailure("no error", expected: "a StoreError", actual: "success", file: file, line: line)
    }
}
