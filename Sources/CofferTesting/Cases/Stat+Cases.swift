import Coffer

extension ConformanceSuite {
    /// Metadata without the bytes.
    static let statCases: [ConformanceCase] = [
        ConformanceCase(.stat, "object") { t in
            let before = Timestamp.now()
            let written = try await t.store.put("object", "hello")
            let info = try await t.store.stat("object")
            try expectEqual(info.key, "object")
            try expectEqual(info.size, 5)
            try expectEqual(info.etag, written.etag)
            guard let time = info.lastModified else {
                throw ConformanceFailure("the time of the last write", expected: "one", actual: "none")
            }
            // A service's clock and ours may differ a little.
            try expect(
                abs(time.seconds - before.seconds) < 120, "the time \(time.iso8601) is near \(before.iso8601)")
        },
        ConformanceCase(.stat, "missing") { t in
            let error = try await expectError(.notFound) { _ = try await t.store.stat("missing") }
            try expectEqual(error.key, "missing", "the key that the error names")
            try expectEqual(error.operation, .stat, "the verb that the error names")
        },
        ConformanceCase(.stat, "slashBehindAnObject") { t in
            try await t.put("object")
            try await expectError(.notFound) { _ = try await t.store.stat("object/") }
            try await expectError(.notFound) { _ = try await t.store.stat("object/below") }
        },
        ConformanceCase(.stat, "directoryIsNoObject") { t in
            try await t.put("directory/sub/object")
            for key in ["directory", "directory/", "directory/sub", "directory/sub/"] as [Key] {
                try await expectError(.notFound) { _ = try await t.store.stat(key) }
                try expect(!(try await t.store.exists(key)), "'\(key)' does not exist")
            }
        },
        ConformanceCase(.stat, "root") { t in
            try await expectError(.invalidKey) { _ = try await t.store.stat("") }
            try await expectError(.notFound, .invalidKey) { _ = try await t.store.stat("/") }
        },
        ConformanceCase(.stat, "exists") { t in
            try expect(!(try await t.store.exists("object")), "it does not exist yet")
            try await t.put("object")
            try expect(try await t.store.exists("object"), "it exists")
            try await t.store.delete("object")
            try expect(!(try await t.store.exists("object")), "it is gone")
        },
        ConformanceCase(.stat, "allMetadata", requires: [.contentType, .contentHeaders, .userMetadata]) { t in
            let metadata = ObjectMetadata(
                contentType: "text/html", contentDisposition: "inline", contentEncoding: "identity",
                contentLanguage: "en", cacheControl: "no-cache", user: ["a": "1", "b": "2"])
            try await t.store.put("object", "x", WriteOptions(metadata: metadata))
            let found = try await t.store.stat("object").metadata
            let read = try await t.store.reader("object")
            read.cancel()
            try expectEqual(read.info.metadata, found, "the metadata of a reader and of stat")
            if t.has(.losesContentHeaders) {
                try expectEqual(found.contentType, metadata.contentType)
                try expectEqual(found.user, metadata.user)
            } else {
                try expectEqual(found, metadata)
            }
        },
        ConformanceCase(.stat, "withRange") { t in
            try await t.put("object")
            try await expectError(.invalidArgument) {
                _ = try await t.store.stat("object", StatOptions(range: .from(0)))
            }
        },
        ConformanceCase(.stat, "conditions", requires: .readIfMatch) { t in
            let etag = try await tag(t.store.put("object", "1"))
            try expectEqual(try await t.store.stat("object", StatOptions(ifMatch: etag)).size, 1)
            try await expectError(.notModified) {
                _ = try await t.store.stat("object", StatOptions(ifNoneMatch: etag))
            }
            try await t.store.put("object", "22")
            try await expectError(.preconditionFailed) {
                _ = try await t.store.stat("object", StatOptions(ifMatch: etag))
            }
            try expectEqual(try await t.store.stat("object", StatOptions(ifNoneMatch: etag)).size, 2)
        },
        ConformanceCase(.stat, "timeMovesForward") { t in
            try await t.put("object", text: "1")
            let first = try await t.store.stat("object").lastModified
            try await t.put("object", text: "2")
            let second = try await t.store.stat("object").lastModified
            if let first, let second { try expect(first <= second, "\(second.iso8601) is not before \(first.iso8601)") }
        },
        ConformanceCase(.stat, "largeObject") { t in
            try await t.store.put("object", .chunk(ConformanceContext.pattern(2 * t.partSize + 3)), t.inParts())
            try expectEqual(try await t.store.stat("object").size, Int64(2 * t.partSize + 3))
        },
    ]
}
