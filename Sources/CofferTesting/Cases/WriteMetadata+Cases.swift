import Coffer

extension ConformanceSuite {
    /// Headers and the user's pairs.
    static let writeMetadataCases: [ConformanceCase] = [
        ConformanceCase(.write, "contentType", requires: .contentType) { t in
            let info = try await t.store.put("object", "{}", metadata(ObjectMetadata(contentType: "application/json")))
            try expectEqual(info.metadata.contentType, "application/json", "what the write returns")
            try expectEqual(try await t.store.stat("object").metadata.contentType, "application/json", "stat")
            try expectEqual(try await t.store.get("object").info.metadata.contentType, "application/json", "get")
        },
        ConformanceCase(.write, "contentTypeWithParameters", requires: .contentType) { t in
            let type = "text/plain; charset=utf-8"
            try await t.store.put("object", "x", metadata(ObjectMetadata(contentType: type)))
            try expectEqual(try await t.store.stat("object").metadata.contentType, type)
        },
        ConformanceCase(.write, "contentDisposition", requires: .contentHeaders) { t in
            try await keeps(
                t, ObjectMetadata(contentDisposition: "attachment; filename=\"a b.txt\""), \.contentDisposition)
        },
        ConformanceCase(.write, "contentEncoding", requires: .contentHeaders) { t in
            try await keeps(t, ObjectMetadata(contentEncoding: "gzip"), \.contentEncoding)
        },
        ConformanceCase(.write, "contentLanguage", requires: .contentHeaders) { t in
            try await keeps(t, ObjectMetadata(contentLanguage: "de, en"), \.contentLanguage)
        },
        ConformanceCase(.write, "cacheControl", requires: .contentHeaders) { t in
            try await keeps(t, ObjectMetadata(cacheControl: "max-age=60, private"), \.cacheControl)
        },
        ConformanceCase(.write, "encodedBytesAreNotDecoded", requires: .contentHeaders) { t in
            // Not gzip at all: whoever decodes it fails.
            let bytes = ConformanceContext.pattern(1000)
            try await t.store.put("object", .chunk(bytes), metadata(ObjectMetadata(contentEncoding: "gzip")))
            try expectEqual(try await t.bytes("object"), bytes)
        },
        ConformanceCase(.write, "userMetadata", requires: .userMetadata) { t in
            let user = ["author": "Ada", "number-1": "42", "empty-ish": "-", "a.b_c": "d"]
            let info = try await t.store.put("object", "x", metadata(ObjectMetadata(user: user)))
            try expectEqual(info.metadata.user, user, "what the write returns")
            var kept = user
            if t.has(.dashesMetadataNames) { kept["a.b-c"] = kept.removeValue(forKey: "a.b_c") }
            try expectEqual(try await t.store.stat("object").metadata.user, kept, "stat")
            try expectEqual(try await t.store.get("object").info.metadata.user, kept, "get")
        },
        ConformanceCase(.write, "userMetadataNamesAreFolded", requires: .userMetadata) { t in
            let info = try await t.store.put("object", "x", metadata(ObjectMetadata(user: ["Mixed-Case": "Value"])))
            try expectEqual(info.metadata.user, ["mixed-case": "Value"])
            try expectEqual(try await t.store.stat("object").metadata.user, ["mixed-case": "Value"])
        },
        ConformanceCase(.write, "userMetadataNamesThatClash", requires: .userMetadata) { t in
            try await expectError(.invalidArgument) {
                try await t.store.put("object", "x", metadata(ObjectMetadata(user: ["name": "1", "NAME": "2"])))
            }
            try await t.expectMissing("object")
        },
        ConformanceCase(.write, "userMetadataNotASCII", requires: .userMetadata) { t in
            // Kept or refused, never lost or changed.
            let user = ["name": "Jürgen 日本 😀", "equals": "=?UTF-8?Q?x?="]
            do {
                try await t.store.put("object", "x", metadata(ObjectMetadata(user: user)))
            } catch let error as StoreError where error.code == .invalidArgument {
                try await t.expectMissing("object")
                return
            }
            try expectEqual(try await t.store.stat("object").metadata.user, user)
        },
        ConformanceCase(.write, "userMetadataWithSpaces", requires: .userMetadata) { t in
            let user = ["spaces": "a  b   c", "punctuation": "\"a\", b; c=d"]
            try await t.store.put("object", "x", metadata(ObjectMetadata(user: user)))
            try expectEqual(try await t.store.stat("object").metadata.user, user)
        },
        ConformanceCase(.write, "userMetadataLarge", requires: .userMetadata) { t in
            var user: [String: String] = [:]
            for number in 0..<10 { user["name\(number)"] = String(repeating: "v", count: 190) }
            try await t.store.put("object", "x", metadata(ObjectMetadata(user: user)))
            try expectEqual(try await t.store.stat("object").metadata.user, user)
            user["more"] = String(repeating: "v", count: 200)
            let tooMuch = user
            try await expectError(.invalidArgument) {
                try await t.store.put("other", "x", metadata(ObjectMetadata(user: tooMuch)))
            }
        },
        ConformanceCase(.write, "metadataThatBreaksHeaders", requires: [.userMetadata, .contentType]) { t in
            let bad = [
                ObjectMetadata(contentType: "a\r\nx-evil: 1"), ObjectMetadata(user: ["name": "a\nb"]),
                ObjectMetadata(user: ["na me": "a"]), ObjectMetadata(user: ["": "a"]),
                ObjectMetadata(user: ["näme": "a"]), ObjectMetadata(user: ["name": " a"]),
                ObjectMetadata(user: ["name": "a\0b"]),
            ]
            for item in bad {
                try await expectError(.invalidArgument) { try await t.store.put("object", "x", metadata(item)) }
            }
            try await t.expectMissing("object")
        },
        ConformanceCase(.write, "overwriteReplacesMetadata", requires: [.contentType, .userMetadata]) { t in
            let old = ObjectMetadata(contentType: "text/old", user: ["old": "1", "both": "1"])
            try await t.store.put("object", "x", metadata(old))
            try await t.store.put("object", "y", metadata(ObjectMetadata(contentType: "text/new", user: ["both": "2"])))
            let found = try await t.store.stat("object").metadata
            try expectEqual(found.contentType, "text/new")
            try expectEqual(found.user, ["both": "2"])
        },
        ConformanceCase(.write, "overwriteWithoutMetadata", requires: .userMetadata) { t in
            try await t.store.put("object", "x", metadata(ObjectMetadata(user: ["old": "1"])))
            try await t.store.put("object", "y")
            try expectEqual(try await t.store.stat("object").metadata.user, [:])
        },
    ]

    private static func metadata(_ metadata: ObjectMetadata) -> WriteOptions { WriteOptions(metadata: metadata) }

    private static func keeps(
        _ t: ConformanceContext, _ wanted: ObjectMetadata, _ field: KeyPath<ObjectMetadata, String?> & Sendable,
        file: String = #fileID, line: Int = #line
    ) async throws {
        let info = try await t.store.put("object", "hello", metadata(wanted))
        let found = try await t.store.stat("object").metadata[keyPath: field]
        if t.has(.losesContentHeaders) && found == nil { return }
        try expectEqual(info.metadata[keyPath: field], wanted[keyPath: field], "the write", file: file, line: line)
        try expectEqual(found, wanted[keyPath: field], "stat", file: file, line: line)
        let read = try await t.store.get("object").info.metadata[keyPath: field]
        try expectEqual(read, wanted[keyPath: field], "get", file: file, line: line)
    }
}
