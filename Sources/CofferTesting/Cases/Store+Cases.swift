import Coffer

extension ConformanceSuite {
    /// The store as such.
    static let storeCases: [ConformanceCase] = [
        ConformanceCase(.store, "capabilitiesAreTrue") { t in
            // What is claimed is there, and what is there is claimed.
            let features = t.store.capabilities.features
            let facets = t.store.driver.facets
            try expectEqual(facets.presign != nil, features.contains(.presign), "presign")
            try expectEqual(facets.copy != nil, features.contains(.copy), "copy")
            try expectEqual(facets.move != nil, features.contains(.move), "move")
            try expectEqual(facets.streamingWrite != nil, features.contains(.streamingWrite), "streamingWrite")
            try expectEqual(facets.multipart != nil, features.contains(.multipart), "multipart")
            try expectEqual(facets.batchDelete != nil, features.contains(.batchDelete), "batchDelete")
        },
        ConformanceCase(.store, "limitsMakeSense") { t in
            let limits = t.store.capabilities
            try expect((1...Key.maxBytes).contains(limits.maxKeyBytes), "maxKeyBytes is between 1 and 1,024")
            try expect(limits.minPartSize >= 1 && limits.minPartSize <= limits.partSize, "minPartSize ≤ partSize")
            try expect(limits.partSize <= limits.maxPartSize, "partSize ≤ maxPartSize")
            try expect(limits.maxParts >= 1 && limits.partConcurrency >= 1, "parts are possible")
            try expect(limits.maxPageSize >= 1 && limits.maxBatchDelete >= 1, "pages and batches are possible")
            try expect(limits.maxPutSize <= limits.maxObjectSize, "maxPutSize ≤ maxObjectSize")
        },
        ConformanceCase(.store, "closed") { t in
            try await t.put("object")
            let store = try await t.openAgain()
            try expect(try await store.exists("object"), "both stores see the object")
            await store.close()
            await store.close()
            try await expectError(.closed) { try await store.get("object") }
            try await expectError(.closed) { try await store.put("other", "x") }
            try await expectError(.closed) { _ = try await store.stat("object") }
            try await expectError(.closed) { _ = try await store.exists("object") }
            try await expectError(.closed) { try await store.delete("object") }
            try await expectError(.closed) { _ = try await store.delete(["object"]) }
            try await expectError(.closed) { _ = try await store.list().collect() }
            try await expectError(.closed) { try await store.copy("object", to: "other") }
            try await expectError(.closed) { try await store.move("object", to: "other") }
            try await expectError(.closed) { _ = try await store.reader("object") }
            try await expectError(.closed) { _ = try await store.writer("other") }
            try await expectError(.closed) { _ = try await store.presign("object") }
            try expectEqual(try await t.text("object"), "x", "the other store goes on")
            try expectEqual(try await t.names(), ["object"])
        },
        ConformanceCase(.store, "closeWhileStreamsLive") { t in
            // A stream and a writer that outlive their store end with an error or go on; nothing crashes or hangs.
            try await t.store.put("object", .chunk(ConformanceContext.pattern(2_000_000)))
            let store = try await t.openAgain()
            let reader = try await store.reader("object")
            _ = try await reader.next()
            let writer = try await store.writer("unfinished", t.inParts())
            try await writer.write(ConformanceContext.pattern(10))
            await store.close()
            do {
                while try await reader.next() != nil {}
            } catch is StoreError {}
            await writer.abort()
            try await t.expectMissing("unfinished")
        },
        ConformanceCase(.store, "persistsAcrossStores") { t in
            try await t.put("object", text: "hello")
            let other = try await t.openAgain()
            try expectEqual(try await other.get("object").bytes.utf8String, "hello")
            try expectEqual(try await other.stat("object").etag, try await t.store.stat("object").etag, "the ETag")
            try await other.put("object", "changed")
            try expectEqual(try await t.text("object"), "changed")
        },
        ConformanceCase(.store, "errorsNameTheDriver") { t in
            let error = try await expectError(.notFound) { try await t.store.get("missing") }
            try expectEqual(error.driver, t.store.driver.name)
            // A layer sees a get as a read.
            try expect(error.operation == .get || error.operation == .read, "the error names the verb")
            try expect(!error.message.isEmpty, "an error has a message")
            try expect(!error.message.contains("\n"), "a message is one line")
        },
        ConformanceCase(.store, "cancelledVerbs") { t in
            // A cancelled task gets `cancelled` or a complete result, and no verb hangs.
            try await t.put("object", text: "hello")
            let store = t.store
            let verbs: [@Sendable () async throws -> Void] = [
                { try await store.get("object") }, { _ = try await store.stat("object") },
                { _ = try await store.list().collect() }, { try await store.copy("object", to: "copy") },
                { try await store.put("object", "hello") }, { try await store.delete("missing") },
            ]
            for verb in verbs {
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    try await verb()
                }
                do {
                    try await task.value
                } catch let error as StoreError {
                    try expectEqual(error.code, .cancelled)
                }
            }
            try expectEqual(try await t.text("object"), "hello")
        },
    ]
}
