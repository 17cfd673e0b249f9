import Coffer

extension ConformanceSuite {
    /// What a listing contains and in which order.
    static let listCases: [ConformanceCase] = [
        ConformanceCase(.list, "emptyStore") { t in
            let page = try await t.store.listPage()
            try expectEqual(page.entries, [])
            try expectEqual(page.nextToken, nil)
            try expectEqual(try await t.names(ListOptions(prefix: "a", delimiter: "/")), [])
        },
        ConformanceCase(.list, "everything") { t in
            try await t.put("a", "b/c", "b/d/e", "f")
            try expectEqual(try await t.names(), ["a", "b/c", "b/d/e", "f"])
            try expectEqual(try await t.names(ListOptions(prefix: "")), ["a", "b/c", "b/d/e", "f"])
        },
        ConformanceCase(.list, "entriesSayWhatStatSays") { t in
            try await t.store.put("object", "hello")
            let info = try await t.store.stat("object")
            guard case .object(let listed)? = try await t.store.list().collect().first else {
                throw ConformanceFailure("the listing", expected: "an object", actual: "none")
            }
            try expectEqual(listed.key, info.key)
            try expectEqual(listed.size, 5)
            try expectEqual(listed.etag, info.etag, "the ETag")
            if let a = listed.lastModified, let b = info.lastModified {
                try expectEqual(a.seconds, b.seconds, "the time to the second")
            }
        },
        ConformanceCase(.list, "prefixIsNoDirectory") { t in
            try await t.put("foo", "foobar", "foo/x", "fo", "fop", "bar")
            try expectEqual(try await t.names(ListOptions(prefix: "foo")), ["foo", "foo/x", "foobar"])
            try expectEqual(try await t.names(ListOptions(prefix: "foo/")), ["foo/x"])
            try expectEqual(try await t.names(ListOptions(prefix: "fo")), ["fo", "foo", "foo/x", "foobar", "fop"])
            try expectEqual(try await t.names(ListOptions(prefix: "foo/x")), ["foo/x"])
            try expectEqual(try await t.names(ListOptions(prefix: "foo/x/")), [])
            try expectEqual(try await t.names(ListOptions(prefix: "/")), [])
            try expectEqual(try await t.names(ListOptions(prefix: "none")), [])
        },
        ConformanceCase(.list, "prefixThatLooksLikeDots") { t in
            try await t.put(".hidden", "..two", "a/.b", "a/..c", "a/d")
            try expectEqual(try await t.names(ListOptions(prefix: ".")), ["..two", ".hidden"])
            try expectEqual(try await t.names(ListOptions(prefix: "a/.")), ["a/..c", "a/.b"])
            try expectEqual(try await t.names(ListOptions(prefix: "a/..")), ["a/..c"])
        },
        ConformanceCase(.list, "prefixWithOddCharacters") { t in
            try await t.put("a b/c", "a+b/c", "a%20b/c", "ä/ö", "a?b", "a&b", "a*b")
            for prefix in ["a b/", "a+b", "a%20", "ä/", "ä", "a?", "a&", "a*"] {
                let found = try await t.names(ListOptions(prefix: prefix))
                try expectEqual(found.count, 1, "the objects below '\(prefix)'")
                try expect(found.allSatisfy { UTF8Order.hasPrefix($0, prefix) }, "'\(found)' begin with '\(prefix)'")
            }
        },
        ConformanceCase(.list, "delimiter") { t in
            try await t.put("a", "b/1", "b/2", "b/c/3", "d")
            let found = try await t.store.list(ListOptions(delimiter: "/")).collect()
            try expectEqual(found.map(\.name), ["a", "b/", "d"])
            try expect(found[1] == .prefix("b/"), "'b/' is a common prefix")
            try expectEqual(try await t.names(ListOptions(prefix: "b/", delimiter: "/")), ["b/1", "b/2", "b/c/"])
            try expectEqual(try await t.names(ListOptions(prefix: "b", delimiter: "/")), ["b/"])
            try expectEqual(try await t.names(ListOptions(prefix: "b/c", delimiter: "/")), ["b/c/"])
            try expectEqual(try await t.names(ListOptions(prefix: "b/c/", delimiter: "/")), ["b/c/3"])
        },
        ConformanceCase(.list, "delimiterAndDirectoryObject") { t in
            // `a/` is an object of its own; above it, it is rolled up; below it, it is listed.
            try await t.put("a/", "a/b", "a")
            let above = try await t.store.list(ListOptions(delimiter: "/")).collect()
            try expectEqual(above.map(\.name), ["a", "a/"])
            try expect(above.last == .prefix("a/"), "'a/' is a common prefix")
            let below = try await t.store.list(ListOptions(prefix: "a/", delimiter: "/")).collect()
            try expectEqual(below.map(\.name), ["a/", "a/b"])
            if case .prefix? = below.first {
                throw ConformanceFailure("'a/' below 'a/'", expected: "an object", actual: "a common prefix")
            }
        },
        ConformanceCase(.list, "delimiterAndEmptySegments") { t in
            try await t.put("/a", "//b", "c//d", "c/e")
            try expectEqual(try await t.names(ListOptions(delimiter: "/")), ["/", "c/"])
            try expectEqual(try await t.names(ListOptions(prefix: "/", delimiter: "/")), ["//", "/a"])
            try expectEqual(try await t.names(ListOptions(prefix: "c/", delimiter: "/")), ["c//", "c/e"])
        },
        ConformanceCase(.list, "siblingsBelowTheDelimiter") { t in
            // '-' and '.' sort before '/', '0' after it: directories and files are mixed.
            let keys = ["a", "a-b", "a.b", "a/1", "a/2", "a0", "a-/x", "a./x", "a!"]
            for key in keys { try await t.put(Key(key)) }
            try expectEqual(try await t.names(), ["a", "a!", "a-/x", "a-b", "a./x", "a.b", "a/1", "a/2", "a0"])
            try expectEqual(
                try await t.names(ListOptions(delimiter: "/")), ["a", "a!", "a-/", "a-b", "a./", "a.b", "a/", "a0"])
        },
        ConformanceCase(.list, "orderIsByBytes") { t in
            // Not by UTF-16 units, not by letters: U+FFFD sorts before U+10000 in UTF-8, after it in UTF-16.
            let keys = [
                "Z", "a", "z", "é", "e\u{301}", "\u{E000}", "\u{FFFD}", "\u{10000}", "😀", "~", "A", "_", "1", "10", "2",
            ]
            for key in keys { try await t.put(Key(key)) }
            let sorted = keys.map { Key($0) }.sorted()
            let found = try await t.names().map { Key($0) }
            if t.has(.ordersByScalars) {
                try expectEqual(Set(found), Set(sorted))
            } else {
                try expectEqual(found, sorted)
            }
        },
        ConformanceCase(.list, "orderAcrossDirectories") { t in
            let keys = ["b", "a/b/c", "a/b", "a-b/c", "a", "a/b-c", "a/b/", "b/a", "a/b0"]
            for key in keys { try await t.put(Key(key)) }
            let found = try await t.names().map { Key($0) }
            try expectEqual(found, keys.map { Key($0) }.sorted())
            // In pages of one the order is the same.
            try expectEqual(try await pages(t.store, ListOptions(limit: 1)).flatMap { $0 }, found.map(\.string))
        },
        ConformanceCase(.list, "escapedDelimiter") { t in
            try await t.put("a%2Fb", "a/b", "a\\b")
            try expectEqual(try await t.names(ListOptions(delimiter: "/")), ["a%2Fb", "a/", "a\\b"])
        },
        ConformanceCase(.list, "otherDelimiter", requires: .anyDelimiter) { t in
            try await t.put("2024-01-01", "2024-01-02", "2024-02-01", "2025", "x/y-z")
            try expectEqual(try await t.names(ListOptions(delimiter: "-")), ["2024-", "2025", "x/y-"])
            try expectEqual(try await t.names(ListOptions(prefix: "2024-", delimiter: "-")), ["2024-01-", "2024-02-"])
        },
        ConformanceCase(.list, "longDelimiter", requires: .anyDelimiter) { t in
            try await t.put("a::b", "a:b", "a::c::d", "e")
            try expectEqual(try await t.names(ListOptions(delimiter: "::")), ["a::", "a:b", "e"])
            try expectEqual(try await t.names(ListOptions(prefix: "a::", delimiter: "::")), ["a::b", "a::c::"])
        },
        ConformanceCase(.list, "emptyDelimiter") { t in
            try await expectError(.invalidArgument) { _ = try await t.store.listPage(ListOptions(delimiter: "")) }
        },
        ConformanceCase(.list, "startAfter") { t in
            try await t.put("a", "b", "b/c", "c")
            try expectEqual(try await t.names(ListOptions(startAfter: "a")), ["b", "b/c", "c"])
            try expectEqual(try await t.names(ListOptions(startAfter: "b")), ["b/c", "c"])
            try expectEqual(try await t.names(ListOptions(startAfter: "b/")), ["b/c", "c"])
            try expectEqual(try await t.names(ListOptions(startAfter: "aa")), ["b", "b/c", "c"])
            try expectEqual(try await t.names(ListOptions(startAfter: "c")), [])
            try expectEqual(try await t.names(ListOptions(startAfter: " ")), ["a", "b", "b/c", "c"])
        },
        ConformanceCase(.list, "startAfterWithPrefix") { t in
            try await t.put("a/1", "a/2", "a/3", "b/1")
            try expectEqual(try await t.names(ListOptions(prefix: "a/", startAfter: "a/1")), ["a/2", "a/3"])
            try expectEqual(try await t.names(ListOptions(prefix: "a/", startAfter: "a/3")), [])
            try expectEqual(try await t.names(ListOptions(prefix: "b/", startAfter: "a/2")), ["b/1"])
            try expectEqual(try await t.names(ListOptions(prefix: "a/", startAfter: "b")), [])
        },
        ConformanceCase(.list, "startAfterWithDelimiter") { t in
            try await t.put("a/1", "b", "c/1", "d")
            try expectEqual(try await t.names(ListOptions(delimiter: "/", startAfter: "b")), ["c/", "d"])
            try expectEqual(try await t.names(ListOptions(delimiter: "/", startAfter: "a0")), ["b", "c/", "d"])
        },
        ConformanceCase(.list, "deletedIsGone") { t in
            try await t.put("a/b/c", "a/d")
            try await t.store.delete("a/b/c")
            try expectEqual(try await t.names(), ["a/d"])
            try expectEqual(try await t.names(ListOptions(prefix: "a/", delimiter: "/")), ["a/d"])
            try await t.store.delete("a/d")
            try expectEqual(try await t.names(ListOptions(delimiter: "/")), [], "common prefixes without objects")
        },
        ConformanceCase(.list, "invalidOptions") { t in
            try await expectError(.invalidArgument) { _ = try await t.store.listPage(ListOptions(limit: 0)) }
            try await expectError(.invalidArgument) { _ = try await t.store.listPage(ListOptions(limit: -1)) }
            try await expectError(.invalidArgument) { _ = try await t.store.listPage(ListOptions(prefix: "a/../b")) }
            try await expectError(.invalidArgument) { _ = try await t.store.listPage(ListOptions(prefix: "a\0")) }
        },
        ConformanceCase(.list, "cancelled") { t in
            try await t.put("object")
            let store = t.store
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await store.list().collect()
            }
            try await expectError(.cancelled) { try await task.value }
        },
        ConformanceCase(.list, "cancelledBetweenPages") { t in
            let store = try await t.thousands()
            let task = Task {
                let page = try await store.listPage(ListOptions(limit: 10))
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await store.list(ListOptions(pageToken: page.nextToken)).collect()
            }
            try await expectError(.cancelled) { try await task.value }
        },
    ]

    /// The names, page by page, each page asked for by its token.
    static func pages(_ store: Store, _ options: ListOptions) async throws -> [[String]] {
        var options = options
        var pages: [[String]] = []
        repeat {
            let page = try await store.listPage(options)
            if let limit = options.limit {
                try expect(page.entries.count <= limit, "a page has at most \(limit) entries")
            }
            pages.append(page.entries.map(\.name))
            try expect(
                page.nextToken == nil || page.nextToken != options.pageToken,
                "a page's token differs from the one before")
            options.pageToken = page.nextToken
        } while options.pageToken != nil
        return pages
    }
}
