import Coffer

extension ConformanceSuite {
    /// One and many.
    static let deleteCases: [ConformanceCase] = [
        ConformanceCase(.delete, "object") { t in
            try await t.put("object", "other")
            try await t.store.delete("object")
            try await t.expectMissing("object")
            try expectEqual(try await t.names(), ["other"])
        },
        ConformanceCase(.delete, "missing") { t in
            try await t.store.delete("missing")
            try await t.store.delete("missing/below")
            try await t.put("object")
            try await t.store.delete("object")
            try await t.store.delete("object")
        },
        ConformanceCase(.delete, "onlyThatKey") { t in
            try await t.put("a", "a/", "a/b", "ab", "a ", "A")
            try await t.store.delete("a")
            try expectEqual(try await t.names(), ["A", "a ", "a/", "a/b", "ab"])
            try await t.store.delete("a/")
            try expectEqual(try await t.names(), ["A", "a ", "a/b", "ab"])
            // A directory is no object.
            try await t.put("d/e/f")
            try await t.store.delete("d/e")
            try await t.store.delete("d")
            try await t.store.delete("d/")
            try expectEqual(try await t.text("d/e/f"), "x")
        },
        ConformanceCase(.delete, "createAgain") { t in
            for round in 0..<3 {
                try await t.put("d/object", text: "round \(round)")
                try expectEqual(try await t.text("d/object"), "round \(round)")
                try await t.store.delete("d/object")
                try await t.expectMissing("d/object")
            }
            try await t.put("d", text: "where a directory was")
            try expectEqual(try await t.text("d"), "where a directory was")
        },
        ConformanceCase(.delete, "ifMatch", requires: .deleteIfMatch) { t in
            let stale = try await tag(t.store.put("object", "1"))
            let current = try await tag(t.store.put("object", "22"))
            try await expectError(.preconditionFailed) {
                try await t.store.delete("object", DeleteOptions(ifMatch: stale))
            }
            try expectEqual(try await t.text("object"), "22")
            try await t.store.delete("object", DeleteOptions(ifMatch: current))
            try await t.expectMissing("object")
            try await expectError(.preconditionFailed, .notFound) {
                try await t.store.delete("object", DeleteOptions(ifMatch: current))
            }
        },
        ConformanceCase(.delete, "byVersion", requires: .versions) { t in
            let first = try await t.store.put("object", "1")
            let second = try await t.store.put("object", "2")
            guard let old = first.version, let new = second.version, old != new else {
                // The driver can, but this bucket keeps no versions: one that is not there must not be deleted.
                let unknown = DeleteOptions(version: "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY")
                do throws(StoreError) {
                    try await t.store.delete("object", unknown)
                } catch {
                    if error.code != .notFound && error.code != .invalidArgument { throw error }
                }
                try expectEqual(try await t.text("object"), "2")
                return
            }
            try await t.store.delete("object", DeleteOptions(version: new))
            try expectEqual(try await t.text("object"), "1")
            try expectEqual(try await t.store.stat("object").version, old)
        },
        ConformanceCase(.delete, "many") { t in
            try await t.put("a", "b/c", "ü &<>\"' %+", "keep")
            let keys: [Key] = ["a", "missing", "b/c", "ü &<>\"' %+"]
            let outcomes = try await t.store.delete(keys)
            try expectEqual(outcomes.map(\.key), keys, "an outcome for each key, in order")
            for outcome in outcomes { try expect(outcome.error == nil, "\(outcome.key): \(outcome.error as Any)") }
            try expectEqual(try await t.names(), ["keep"])
        },
        ConformanceCase(.delete, "manyNone") { t in
            try await t.put("keep")
            try expectEqual(try await t.store.delete([]).count, 0)
            try expectEqual(try await t.names(), ["keep"])
        },
        ConformanceCase(.delete, "manyTwiceTheSame") { t in
            try await t.put("a", "b")
            let outcomes = try await t.store.delete(["a", "b", "a"])
            try expectEqual(outcomes.map(\.key), ["a", "b", "a"])
            try expect(outcomes.allSatisfy { $0.error == nil }, "all are gone")
            try expectEqual(try await t.names(), [])
        },
        ConformanceCase(.delete, "manyWithAReasonPerKey") { t in
            // A key that cannot be one fails; the others are deleted all the same.
            try await t.put("a", "b")
            let outcomes = try await t.store.delete(["a", "../x", "b"])
            try expectEqual(outcomes.map { $0.error?.code }, [nil, .invalidKey, nil])
            try expectEqual(outcomes[1].error?.key, "../x", "the key that the reason names")
            try expectEqual(try await t.names(), [])
        },
        ConformanceCase(.delete, "manyOddKeys") { t in
            let keys: [Key] = [
                "a b", "a+b", "a%2Bb", "<a>&\"b'", "a\nb", "a\tb", "ü", "😀", "a//b", "/a", "a/", " ", "a\\b", "&amp;",
                "]]>", "a\r\nb",
            ]
            for key in keys { try await t.put(key) }
            let outcomes = try await t.store.delete(keys)
            for outcome in outcomes { try expect(outcome.error == nil, "\(outcome.key): \(outcome.error as Any)") }
            try expectEqual(try await t.names(), [])
        },
        ConformanceCase(.delete, "thousands") { t in
            let keys = (0..<2500).map { Key("delete/\($0)") }
            _ = try await t.concurrently(2500) { try await t.store.put(keys[$0], "") }
            try await t.put("keep")
            let outcomes = try await t.store.delete(keys)
            try expectEqual(outcomes.count, 2500)
            try expectEqual(outcomes.map(\.key), keys, "the outcomes in order")
            try expectEqual(outcomes.filter { $0.error != nil }.count, 0, "failures")
            try expectEqual(try await t.names(), ["keep"])
        },
        ConformanceCase(.delete, "thousandsThatAreMissing") { t in
            try await t.put("keep")
            let outcomes = try await t.store.delete((0..<1001).map { Key("missing/\($0)") })
            try expectEqual(outcomes.count, 1001)
            try expectEqual(outcomes.filter { $0.error != nil }.count, 0, "failures")
        },
        ConformanceCase(.delete, "everythingBelowAPrefix") { t in
            // What a recursive delete does: `a/` is not `ab`.
            try await t.put("a", "a/1", "a/2/3", "ab", "a-b")
            let keys = try await t.names(ListOptions(prefix: "a/")).map { Key($0) }
            _ = try await t.store.delete(keys)
            try expectEqual(try await t.names(), ["a", "a-b", "ab"])
        },
    ]
}
