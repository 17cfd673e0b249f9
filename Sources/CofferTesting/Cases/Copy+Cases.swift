import Coffer

extension ConformanceSuite {
    /// Copies within a store and between stores.
    static let copyCases: [ConformanceCase] = [
        ConformanceCase(.copy, "object") { t in
            try await t.put("source", text: "hello")
            let info = try await t.store.copy("source", to: "target")
            try expectEqual(info.key, "target")
            try expectEqual(info.size, 5)
            try expectEqual(try await t.text("target"), "hello")
            try expectEqual(try await t.text("source"), "hello")
            try expectEqual(try await t.store.stat("target").etag, info.etag, "the ETag that the copy returns")
        },
        ConformanceCase(.copy, "oddKeys") { t in
            let keys: [Key] = ["ü/日本 😀", "a b+c%20&d", "quo'te\"", "a#b?c=d", "a//b", "/a", "a/", "%48"]
            for (index, key) in keys.enumerated() {
                try await t.put(key, text: "\(index)")
                let target = Key("copy of/" + key.string)
                try await t.store.copy(key, to: target)
                try expectEqual(try await t.text(target), "\(index)", "the copy of '\(key)'")
            }
        },
        ConformanceCase(.copy, "nested") { t in
            try await t.put("a/b/c", text: "1")
            try await t.store.copy("a/b/c", to: "a/b/c/d")
            try await t.store.copy("a/b/c", to: "a/b")
            try await t.store.copy("a/b/c", to: "x/y/z")
            for key in ["a/b/c", "a/b/c/d", "a/b", "x/y/z"] as [Key] { try expectEqual(try await t.text(key), "1") }
        },
        ConformanceCase(.copy, "empty") { t in
            try await t.store.put("source", .bytes([]))
            try expectEqual(try await t.store.copy("source", to: "target").size, 0)
            try expectEqual(try await t.bytes("target").count, 0)
        },
        ConformanceCase(.copy, "missing") { t in
            try await t.put("target", text: "old")
            try await expectError(.notFound) { try await t.store.copy("missing", to: "target") }
            try await expectError(.notFound) { try await t.store.copy("missing", to: "other") }
            try await expectError(.notFound) { try await t.store.copy("missing", to: "missing") }
            try expectEqual(try await t.text("target"), "old")
            try expectEqual(try await t.names(), ["target"])
        },
        ConformanceCase(.copy, "overwrites") { t in
            try await t.put("source", text: "new")
            try await t.put("target", text: "old, and longer")
            try await t.store.copy("source", to: "target")
            try expectEqual(try await t.text("target"), "new")
        },
        ConformanceCase(.copy, "ontoItself") { t in
            let before = try await t.store.put("object", "hello")
            try await t.store.copy("object", to: "object")
            try expectEqual(try await t.text("object"), "hello")
            try expectEqual(try await t.store.stat("object").size, before.size)
        },
        ConformanceCase(.copy, "ontoItselfWithMetadata", requires: .userMetadata) { t in
            try await t.store.put("object", "hello", WriteOptions(metadata: ObjectMetadata(user: ["old": "1"])))
            try await t.store.copy("object", to: "object", CopyOptions(metadata: ObjectMetadata(user: ["new": "2"])))
            try expectEqual(try await t.text("object"), "hello")
            try expectEqual(try await t.store.stat("object").metadata.user, ["new": "2"])
        },
        ConformanceCase(.copy, "keepsMetadata", requires: [.contentType, .userMetadata]) { t in
            let metadata = ObjectMetadata(contentType: "text/x", user: ["name": "value"])
            try await t.store.put("source", "x", WriteOptions(metadata: metadata))
            try await t.store.copy("source", to: "target")
            let found = try await t.store.stat("target").metadata
            try expectEqual(found.contentType, "text/x")
            try expectEqual(found.user, ["name": "value"])
        },
        ConformanceCase(.copy, "replacesMetadata", requires: [.contentType, .userMetadata]) { t in
            let old = ObjectMetadata(contentType: "text/old", user: ["old": "1", "both": "1"])
            let new = ObjectMetadata(contentType: "text/new", user: ["both": "2"])
            try await t.store.put("source", "x", WriteOptions(metadata: old))
            try await t.store.copy("source", to: "target", CopyOptions(metadata: new))
            let found = try await t.store.stat("target").metadata
            try expectEqual(found.contentType, "text/new")
            try expectEqual(found.user, ["both": "2"])
            try expectEqual(try await t.store.stat("source").metadata.user, ["old": "1", "both": "1"], "the source")
        },
        ConformanceCase(.copy, "removesMetadata", requires: .userMetadata) { t in
            try await t.store.put("source", "x", WriteOptions(metadata: ObjectMetadata(user: ["old": "1"])))
            try await t.store.copy("source", to: "target", CopyOptions(metadata: ObjectMetadata()))
            try expectEqual(try await t.store.stat("target").metadata.user, [:])
        },
        ConformanceCase(.copy, "createOnly", requires: .createOnly) { t in
            try await t.put("source", text: "new")
            try await t.store.copy("source", to: "target", CopyOptions(condition: .absent))
            try await t.put("source", text: "newer")
            try await expectError(.alreadyExists) {
                try await t.store.copy("source", to: "target", CopyOptions(condition: .absent))
            }
            try expectEqual(try await t.text("target"), "new")
            try await expectError(.alreadyExists) {
                try await t.store.copy("source", to: "source", CopyOptions(condition: .absent))
            }
        },
        ConformanceCase(.copy, "compareAndSwap", requires: .compareAndSwap) { t in
            try await t.put("source", text: "new")
            let stale = try await tag(t.store.put("target", "1"))
            let current = try await tag(t.store.put("target", "22"))
            try await expectError(.preconditionFailed) {
                try await t.store.copy("source", to: "target", CopyOptions(condition: .matches(stale)))
            }
            try expectEqual(try await t.text("target"), "22")
            try await t.store.copy("source", to: "target", CopyOptions(condition: .matches(current)))
            try expectEqual(try await t.text("target"), "new")
        },
        ConformanceCase(.copy, "ifSourceMatch", requires: .readIfMatch) { t in
            let stale = try await tag(t.store.put("source", "1"))
            let current = try await tag(t.store.put("source", "22"))
            try await expectError(.preconditionFailed) {
                try await t.store.copy("source", to: "target", CopyOptions(ifSourceMatch: stale))
            }
            try await t.expectMissing("target")
            try await t.store.copy("source", to: "target", CopyOptions(ifSourceMatch: current))
            try expectEqual(try await t.text("target"), "22")
        },
        ConformanceCase(.copy, "large") { t in
            let bytes = ConformanceContext.pattern(3 * t.partSize + 11)
            try await t.store.put("source", .chunk(bytes), t.inParts())
            try expectEqual(try await t.store.copy("source", to: "target").size, Int64(bytes.count))
            try expectEqual(try await t.bytes("target"), bytes)
        },
        ConformanceCase(.copy, "isIndependent") { t in
            try await t.put("source", text: "hello")
            try await t.store.copy("source", to: "target")
            try await t.put("source", text: "changed")
            try expectEqual(try await t.text("target"), "hello")
            try await t.store.delete("source")
            try expectEqual(try await t.text("target"), "hello")
        },
        ConformanceCase(.copy, "refusedKeys") { t in
            try await t.put("source")
            try await expectError(.invalidKey) { try await t.store.copy("source", to: "../target") }
            try await expectError(.invalidKey) { try await t.store.copy("", to: "target") }
        },
        ConformanceCase(.copy, "betweenStores") { t in
            let other = try await t.openAgain()
            let bytes = ConformanceContext.pattern(t.partSize + 1)
            try await t.store.put("source", .chunk(bytes))
            try expectEqual(try await t.store.copy("source", to: other, "target").size, Int64(bytes.count))
            try expectEqual(try await other.get("target").bytes, bytes)
            try await expectError(.notFound) { try await t.store.copy("missing", to: other, "target") }
        },
    ]
}
