import Coffer

/// Keys that drivers of other frameworks got wrong. Each is stored, read, found in a listing and deleted.
private let oddKeys: [(name: String, keys: [Key])] = [
    ("punctuation", ["!@$^&()_+-=;',`"]),
    ("spaces", ["a b c", "a  b"]),
    ("leadingSpace", [" leading", " "]),
    ("trailingSpace", ["trailing "]),
    ("brackets", ["[a](b){c}<d>"]),
    ("percent", ["100%", "%48", "%2F", "%zz", "%25"]),
    ("hash", ["a#b", "#"]),
    ("questionMark", ["a?b=c", "?"]),
    ("plus", ["a+b", "+"]),
    ("tilde", ["~", "~a/~b"]),
    ("asterisk", ["a*b", "*"]),
    ("quotes", ["\"double\"", "'single'"]),
    ("pipe", ["a|b", "a\\|b"]),
    ("backslash", ["a\\b", "\\", "a\\..\\b"]),
    ("ampersand", ["a&b", "a&amp;b", "<a>&</a>"]),
    ("colon", ["a:b", "C:", "a:b@c"]),
    ("comma", ["a,b", "a;b", "a=b"]),
    ("controlCharacters", ["a\tb", "a\u{1}b"]),
    ("newline", ["a\nb", "a\r\nb"]),
    ("emoji", ["😀.txt", "👩‍👩‍👧‍👦/🇩🇪"]),
    ("nonASCII", ["ünï/cödé", "日本語/テスト", "русский"]),
    ("longNames", [Key(String(repeating: "n", count: 255)), Key(String(repeating: "é", count: 200))]),
    ("dots", ["a.b", "...", ".hidden", "a/...", "a..", "..a", "a/.b"]),
    ("deep", [Key((0..<100).map { "d\($0)" }.joined(separator: "/"))]),
    ("trailingNewlineAndTab", ["end\t", "end\n"]),
    ("highScalars", ["\u{10FFFF}", "\u{FFFD}", "\u{FEFF}bom", "\u{E000}"]),
    ("dashes", ["-", "--", "-rf", "--help"]),
]

extension ConformanceSuite {
    /// Keys: what is allowed and what is refused.
    static let writeKeyCases: [ConformanceCase] =
        oddKeys.map { name, keys in
            ConformanceCase(.write, "key.\(name)") { t in
                for (index, key) in keys.enumerated() { try await roundTrip(t, key, "value \(index)") }
                for (index, key) in keys.enumerated() { try expectEqual(try await t.text(key), "value \(index)") }
                try expectEqual(try await t.names().map { Key($0) }, keys.sorted(), "the listing")
                for key in keys { try await t.store.delete(key) }
                try expectEqual(try await t.names(), [], "what is left")
            }
        } + [
            ConformanceCase(.write, "key.printableASCII") { t in
                let keys = (0x20...0x7E).map { Key("k" + String(UnicodeScalar(UInt8($0))) + "k") }
                let plain = keys.filter { $0 != "k/k" }
                _ = try await t.concurrently(plain.count) {
                    try await t.store.put(plain[$0], .string(plain[$0].string))
                }
                try expectEqual(try await t.names().map { Key($0) }, plain.sorted(), "the listing")
                for key in plain { try expectEqual(try await t.text(key), key.string) }
            },
            ConformanceCase(.write, "key.percentIsNotDecoded") { t in
                try await t.put("%48", text: "encoded")
                try await t.put("H", text: "plain")
                try expectEqual(try await t.text("%48"), "encoded")
                try expectEqual(try await t.text("H"), "plain")
                try expectEqual(try await t.names(), ["%48", "H"])
            },
            ConformanceCase(.write, "key.plusIsNoSpace") { t in
                try await t.put("a+b", text: "plus")
                try await t.expectMissing("a b")
                try await t.put("a b", text: "space")
                try expectEqual(try await t.text("a+b"), "plus")
            },
            ConformanceCase(.write, "key.isNotNormalised") { t in
                // One scalar, or a letter and a combining accent: equal as strings, different as keys.
                try await t.put("caf\u{E9}", text: "composed")
                try await t.put("cafe\u{301}", text: "decomposed")
                try expectEqual(try await t.text("caf\u{E9}"), "composed")
                try expectEqual(try await t.text("cafe\u{301}"), "decomposed")
                try expectEqual(try await t.names().count, 2)
            },
            ConformanceCase(.write, "key.caseMatters") { t in
                try await t.put("Key", text: "upper")
                try await t.put("key", text: "lower")
                try expectEqual(try await t.text("Key"), "upper")
                try expectEqual(try await t.text("key"), "lower")
            },
            ConformanceCase(.write, "key.directoryLike") { t in
                try await t.put("directory/", text: "slash")
                try expectEqual(try await t.text("directory/"), "slash")
                try await t.expectMissing("directory")
                try expectEqual(try await t.names(), ["directory/"])
            },
            ConformanceCase(.write, "key.doubleSlash") { t in
                try await t.put("a//b", text: "double")
                try await t.expectMissing("a/b")
                try await t.put("a/b", text: "single")
                try expectEqual(try await t.text("a//b"), "double")
                try expectEqual(try await t.names(), ["a//b", "a/b"])
            },
            ConformanceCase(.write, "key.leadingSlash") { t in
                try await t.put("/a", text: "slash")
                try await t.expectMissing("a")
                try expectEqual(try await t.text("/a"), "slash")
                try expectEqual(try await t.names(), ["/a"])
            },
            ConformanceCase(.write, "key.onlySlashes") { t in
                try await t.put("/", text: "one")
                try await t.put("//", text: "two")
                try expectEqual(try await t.text("/"), "one")
                try expectEqual(try await t.text("//"), "two")
                try expectEqual(try await t.names(), ["/", "//"])
            },
            ConformanceCase(.write, "key.objectAndObjectsBelow") { t in
                for order in [["a", "a/b", "a/b/c"], ["x/y/z", "x/y", "x"]] {
                    for key in order { try await t.put(Key(key), text: key) }
                    for key in order { try expectEqual(try await t.text(Key(key)), key) }
                }
                try await t.put("a/", text: "a/")
                try expectEqual(try await t.text("a"), "a")
                try expectEqual(try await t.names(), ["a", "a/", "a/b", "a/b/c", "x", "x/y", "x/y/z"])
                try await t.store.delete("a")
                try expectEqual(try await t.text("a/b"), "a/b", "what lies below a deleted object")
                try await t.store.delete("x/y/z")
                try expectEqual(try await t.text("x/y"), "x/y", "what lies above a deleted object")
            },
            ConformanceCase(.write, "key.refused") { t in
                let bad: [Key] = [
                    "", ".", "..", "a/.", "a/..", "../a", "./a", "a/../b", "a/./b", "/..", "../", "a\0b", "\0",
                ]
                for key in bad {
                    let error = try await expectError(.invalidKey) { try await t.put(key) }
                    try expectEqual(error.key, key.string, "the key that the error names")
                    try await expectError(.invalidKey) { try await t.store.get(key) }
                    try await expectError(.invalidKey) { _ = try await t.store.stat(key) }
                    try await expectError(.invalidKey) { try await t.store.delete(key) }
                    try await expectError(.invalidKey) { _ = try await t.store.writer(key) }
                }
                try expectEqual(try await t.names(), [])
            },
            ConformanceCase(.write, "key.longest") { t in
                let limit = min(Key.maxBytes, t.store.capabilities.maxKeyBytes)
                // Names of at most 200 bytes, as file systems want them.
                let name = String(repeating: "k", count: 199) + "/"
                let longest = Key(String(String(repeating: name, count: 10).prefix(limit - 1)) + "e")
                try expectEqual(longest.string.utf8.count, limit)
                try await roundTrip(t, longest, "longest")
                try expectEqual(try await t.names(), [longest.string])
                try await expectError(.invalidKey) { try await t.put(Key(longest.string + "e")) }
                try await t.store.delete(longest)
                try expectEqual(try await t.names(), [])
            },
            ConformanceCase(.write, "key.longestInOneSegment") { t in
                let limit = min(Key.maxBytes, t.store.capabilities.maxKeyBytes)
                let longest = Key(String(repeating: "s", count: limit))
                try await roundTrip(t, longest, "longest")
                try expectEqual(try await t.names(), [longest.string])
                let other = Key(String(repeating: "s", count: limit - 1) + "t")
                try await roundTrip(t, other, "other")
                try expectEqual(try await t.text(longest), "longest")
                try await t.store.delete(longest)
                try expectEqual(try await t.names(), [other.string])
            },
        ]

    private static func roundTrip(_ t: ConformanceContext, _ key: Key, _ text: String) async throws {
        let info = try await t.store.put(key, .string(text))
        try expectEqual(info.key, key, "the key that a write returns")
        try expectEqual(try await t.text(key), text)
        try expectEqual(try await t.store.stat(key).key, key, "the key that stat returns")
        try expect(try await t.store.exists(key), "'\(key)' exists")
    }
}
