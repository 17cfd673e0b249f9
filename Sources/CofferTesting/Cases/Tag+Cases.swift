import Coffer

extension ConformanceSuite {
    private static let some = ["colour": "red", "empty": ""]

    /// Tags: written with objects, changed later, kept by copies.
    static let tagCases: [ConformanceCase] = [
        ConformanceCase(.tags, "written", requires: .tags) { t in
            try await t.store.put("object", "hello", WriteOptions(tags: some))
            try expectEqual(try await t.store.tags(of: "object"), some)
            try expectEqual(try await t.text("object"), "hello")
            try expectEqual(try await t.store.stat("object").tagCount ?? 2, 2, "the number of tags")
        },
        ConformanceCase(.tags, "none", requires: .tags) { t in
            try await t.put("object")
            try expectEqual(try await t.store.tags(of: "object"), [:])
            try expectEqual(try await t.store.stat("object").tagCount, nil, "the number of tags")
        },
        ConformanceCase(.tags, "changed", requires: .tags) { t in
            let before = try await t.store.put("object", "hello", WriteOptions(tags: some))
            try await t.store.setTags(["size": "2 m", "colour": "blue"], of: "object")
            try expectEqual(try await t.store.tags(of: "object"), ["size": "2 m", "colour": "blue"])
            let after = try await t.store.stat("object")
            try expectEqual(after.etag, before.etag, "the ETag after a change of tags")
            try await t.store.removeTags(of: "object")
            try expectEqual(try await t.store.tags(of: "object"), [:])
            try await t.store.removeTags(of: "object")
            try expectEqual(try await t.text("object"), "hello")
        },
        ConformanceCase(.tags, "missing", requires: .tags) { t in
            try await expectError(.notFound) { _ = try await t.store.tags(of: "missing") }
            try await expectError(.notFound) { try await t.store.setTags(["a": "b"], of: "missing") }
            try await t.expectMissing("missing")
        },
        ConformanceCase(.tags, "goneWithTheObject", requires: .tags) { t in
            try await t.store.put("object", "1", WriteOptions(tags: some))
            try await t.store.put("object", "2")
            try expectEqual(try await t.store.tags(of: "object"), [:])
        },
        ConformanceCase(.tags, "ofStreamsAndParts", requires: .tags) { t in
            let writer = try await t.store.writer("stream", WriteOptions(tags: some))
            try await writer.write(Chunk("hello"))
            _ = try await writer.finish()
            try expectEqual(try await t.store.tags(of: "stream"), some)
            var options = t.inParts()
            options.tags = some
            try await t.store.put("parts", .chunk(ConformanceContext.pattern(t.partSize * 2 + 1)), options)
            try expectEqual(try await t.store.tags(of: "parts"), some)
        },
        ConformanceCase(.tags, "characters", requires: .tags) { t in
            let tags = ["a+b-c=d._:/@ e": "+-= ._:/@", "größe": "日本 語", "Case": "1", "case": "2", "q&a": "x"]
            var allowed = tags
            allowed["q&a"] = nil
            try await t.store.put("object", "x", WriteOptions(tags: allowed))
            try expectEqual(try await t.store.tags(of: "object"), allowed)
            try await t.store.setTags(["z": "ö=ü"], of: "object")
            try expectEqual(try await t.store.tags(of: "object"), ["z": "ö=ü"])
            try await expectError(.invalidArgument) { try await t.store.setTags(tags, of: "object") }
        },
        ConformanceCase(.tags, "limits", requires: .tags) { t in
            let ten = Dictionary(uniqueKeysWithValues: (0..<10).map { ("tag \($0)", "\($0)") })
            try await t.store.put("object", "x", WriteOptions(tags: ten))
            try expectEqual(try await t.store.tags(of: "object"), ten)
            let long = [String(repeating: "n", count: 128): String(repeating: "v", count: 256)]
            try await t.store.setTags(long, of: "object")
            try expectEqual(try await t.store.tags(of: "object"), long)
            for bad in [
                ten.merging(["one": "more"]) { $1 }, ["": "x"], [String(repeating: "n", count: 129): "x"],
                ["n": String(repeating: "v", count: 257)], ["aws:x": "y"], ["n\n": "x"], ["n": "a;b"],
            ] {
                try await expectError(.invalidArgument) { try await t.store.setTags(bad, of: "object") }
                try await expectError(.invalidArgument) {
                    try await t.store.put("other", "x", WriteOptions(tags: bad))
                }
                try await expectError(.invalidArgument) {
                    try await t.store.copy("object", to: "other", CopyOptions(tags: bad))
                }
            }
            try expectEqual(try await t.store.tags(of: "object"), long)
            try await t.expectMissing("other")
        },
    ]

    /// What copies do with tags.
    static let tagCopyCases: [ConformanceCase] = [
        ConformanceCase(.tags, "copied", requires: .tags) { t in
            try await t.store.put("source", "x", WriteOptions(tags: some))
            try await t.store.copy("source", to: "target")
            try expectEqual(try await t.store.tags(of: "target"), some)
            try await t.store.copy("source", to: "other", CopyOptions(tags: ["new": "1"]))
            try expectEqual(try await t.store.tags(of: "other"), ["new": "1"])
            try await t.store.copy("source", to: "bare", CopyOptions(tags: [:]))
            try expectEqual(try await t.store.tags(of: "bare"), [:])
            try expectEqual(try await t.store.tags(of: "source"), some, "the source's tags")
        },
        ConformanceCase(.tags, "copyKeepsWhatIsNotReplaced", requires: [.tags, .contentType, .userMetadata]) { t in
            let old = ObjectMetadata(contentType: "text/old", user: ["a": "1"])
            try await t.store.put("source", "x", WriteOptions(metadata: old, tags: some))
            let new = ObjectMetadata(contentType: "text/new", user: ["b": "2"])
            try await t.store.copy("source", to: "metadata", CopyOptions(metadata: new))
            try expectEqual(try await t.store.stat("metadata").metadata.user, ["b": "2"])
            try expectEqual(try await t.store.tags(of: "metadata"), some, "tags where metadata are replaced")
            try await t.store.copy("source", to: "tags", CopyOptions(tags: ["n": "3"]))
            try expectEqual(
                try await t.store.stat("tags").metadata.user, ["a": "1"], "metadata where tags are replaced")
            try expectEqual(try await t.store.stat("tags").metadata.contentType, "text/old")
            try expectEqual(try await t.store.tags(of: "tags"), ["n": "3"])
            try await t.store.copy("source", to: "both", CopyOptions(metadata: new, tags: ["n": "4"]))
            try expectEqual(try await t.store.stat("both").metadata.user, ["b": "2"])
            try expectEqual(try await t.store.tags(of: "both"), ["n": "4"])
        },
        ConformanceCase(.tags, "inPlace", requires: [.tags, .contentType, .userMetadata]) { t in
            let old = ObjectMetadata(contentType: "text/old", user: ["a": "1"])
            try await t.store.put("object", "hello", WriteOptions(metadata: old, tags: some))
            try await t.store.setMetadata("object", ObjectMetadata(contentType: "text/new", user: ["b": "2"]))
            try expectEqual(try await t.store.stat("object").metadata.user, ["b": "2"])
            try expectEqual(try await t.store.tags(of: "object"), some, "tags after a change of metadata")
            try await t.store.copy("object", to: "object", CopyOptions(tags: ["n": "3"]))
            try expectEqual(try await t.store.stat("object").metadata.user, ["b": "2"])
            try expectEqual(try await t.store.stat("object").metadata.contentType, "text/new")
            try expectEqual(try await t.store.tags(of: "object"), ["n": "3"])
            try expectEqual(try await t.text("object"), "hello")
        },
        ConformanceCase(.tags, "copiedInParts", requires: .tags) { t in
            let bytes = ConformanceContext.pattern(t.partSize * 2 + 1)
            let metadata = ObjectMetadata(contentType: "text/x")
            try await t.store.put("source", .chunk(bytes), WriteOptions(metadata: metadata, tags: some))
            let inParts = Int64(t.partSize)
            try await t.store.copy("source", to: "target", CopyOptions(partSize: inParts))
            try expectEqual(try await t.store.tags(of: "target"), some)
            try expectEqual(try await t.store.stat("target").metadata.contentType, "text/x")
            try await t.store.copy(
                "source", to: "source", CopyOptions(metadata: ObjectMetadata(contentType: "text/y"), partSize: inParts))
            try expectEqual(try await t.store.tags(of: "source"), some, "tags after a change in place")
            try expectEqual(try await t.store.stat("source").metadata.contentType, "text/y")
            try expectEqual(try await t.bytes("source"), bytes)
        },
        ConformanceCase(.tags, "moved", requires: .tags) { t in
            try await t.store.put("source", "x", WriteOptions(tags: some))
            try await t.store.move("source", to: "target")
            try expectEqual(try await t.store.tags(of: "target"), some)
            try await t.store.move("target", to: "again", CopyOptions(tags: ["n": "1"]))
            try expectEqual(try await t.store.tags(of: "again"), ["n": "1"])
            try expectEqual(try await t.names(), ["again"])
        },
        ConformanceCase(.tags, "copiedBetweenStores", requires: .tags) { t in
            let other = try await t.openAgain()
            try await t.store.put("source", "x", WriteOptions(tags: some))
            try await t.store.copy("source", to: other, "target")
            try expectEqual(try await other.tags(of: "target"), some)
            try await t.store.copy("source", to: other, "bare", CopyOptions(tags: [:]))
            try expectEqual(try await other.tags(of: "bare"), [:])
        },
    ]
}
