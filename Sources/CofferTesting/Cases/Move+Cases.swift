import Coffer

extension ConformanceSuite {
    /// Moves.
    static let moveCases: [ConformanceCase] = [
        ConformanceCase(.copy, "move.object") { t in
            try await t.put("source", text: "hello")
            let info = try await t.store.move("source", to: "target")
            try expectEqual(info.key, "target")
            try expectEqual(info.size, 5)
            try expectEqual(try await t.text("target"), "hello")
            try await t.expectMissing("source")
            try expectEqual(try await t.store.stat("target").etag, info.etag, "the ETag that the move returns")
        },
        ConformanceCase(.copy, "move.oddKeys") { t in
            for key in ["ü/日本 😀", "a b+c%20&d", "a//b", "a/", "/a"] as [Key] {
                try await t.put(key, text: key.string)
                let target = Key("moved/" + key.string)
                try await t.store.move(key, to: target)
                try expectEqual(try await t.text(target), key.string)
                try await t.expectMissing(key)
            }
        },
        ConformanceCase(.copy, "move.missing") { t in
            try await t.put("target", text: "old")
            try await expectError(.notFound) { try await t.store.move("missing", to: "target") }
            try expectEqual(try await t.text("target"), "old")
        },
        ConformanceCase(.copy, "move.overwrites") { t in
            try await t.put("source", text: "new")
            try await t.put("target", text: "old")
            try await t.store.move("source", to: "target")
            try expectEqual(try await t.text("target"), "new")
            try expectEqual(try await t.names(), ["target"])
        },
        ConformanceCase(.copy, "move.ontoItself") { t in
            try await t.put("object", text: "hello")
            try await t.store.move("object", to: "object")
            try expectEqual(try await t.text("object"), "hello")
        },
        ConformanceCase(.copy, "move.nested") { t in
            try await t.put("a", text: "1")
            try await t.store.move("a", to: "a/b")
            try expectEqual(try await t.names(), ["a/b"])
            try await t.store.move("a/b", to: "a")
            try expectEqual(try await t.names(), ["a"])
            try expectEqual(try await t.text("a"), "1")
        },
        ConformanceCase(.copy, "move.leavesNeighbours") { t in
            try await t.put("d/a", "d/b", "d")
            try await t.store.move("d/a", to: "e/a")
            try expectEqual(try await t.names(), ["d", "d/b", "e/a"])
            try await t.store.move("d", to: "f")
            try expectEqual(try await t.names(), ["d/b", "e/a", "f"])
        },
        ConformanceCase(.copy, "move.createOnly", requires: .createOnly) { t in
            try await t.put("source", text: "new")
            try await t.put("target", text: "old")
            try await expectError(.alreadyExists) {
                try await t.store.move("source", to: "target", CopyOptions(condition: .absent))
            }
            try expectEqual(try await t.text("source"), "new")
            try expectEqual(try await t.text("target"), "old")
            try await t.store.move("source", to: "free", CopyOptions(condition: .absent))
            try expectEqual(try await t.names(), ["free", "target"])
        },
        ConformanceCase(.copy, "move.ifSourceMatch", requires: .readIfMatch) { t in
            let stale = try await tag(t.store.put("source", "1"))
            let current = try await tag(t.store.put("source", "22"))
            try await expectError(.preconditionFailed) {
                try await t.store.move("source", to: "target", CopyOptions(ifSourceMatch: stale))
            }
            try expectEqual(try await t.names(), ["source"])
            try await t.store.move("source", to: "target", CopyOptions(ifSourceMatch: current))
            try expectEqual(try await t.names(), ["target"])
        },
        ConformanceCase(.copy, "move.metadata", requires: [.contentType, .userMetadata]) { t in
            let old = ObjectMetadata(contentType: "text/x", user: ["name": "value"])
            try await t.store.put("source", "x", WriteOptions(metadata: old))
            try await t.store.move("source", to: "kept")
            try expectEqual(try await t.store.stat("kept").metadata.contentType, "text/x")
            try expectEqual(try await t.store.stat("kept").metadata.user, ["name": "value"])
            try await t.store.move("kept", to: "new", CopyOptions(metadata: ObjectMetadata(user: ["other": "1"])))
            try expectEqual(try await t.store.stat("new").metadata.user, ["other": "1"])
            try expectEqual(try await t.names(), ["new"])
        },
    ]
}
