import Coffer

extension ConformanceSuite {
    /// Limits, pages and tokens; the large ones share 2,500 objects.
    static let listPageCases: [ConformanceCase] = [
        ConformanceCase(.list, "pages.ofOne") { t in
            try await t.put("a", "b/1", "b/2", "c", "d/1")
            try expectEqual(
                try await pages(t.store, ListOptions(limit: 1)).flatMap { $0 }, ["a", "b/1", "b/2", "c", "d/1"])
            try expectEqual(
                try await pages(t.store, ListOptions(delimiter: "/", limit: 1)).flatMap { $0 }, ["a", "b/", "c", "d/"])
        },
        ConformanceCase(.list, "pages.ofTwoWithPrefixAndDelimiter") { t in
            try await t.put("p/a/1", "p/a/2", "p/b", "p/c/1", "p/c/2", "p/d", "q")
            let options = ListOptions(prefix: "p/", delimiter: "/", limit: 2)
            try expectEqual(try await pages(t.store, options).flatMap { $0 }, ["p/a/", "p/b", "p/c/", "p/d"])
        },
        ConformanceCase(.list, "pages.startAfterAndToken") { t in
            try await t.put("a", "b", "c", "d", "e")
            try expectEqual(
                try await pages(t.store, ListOptions(startAfter: "b", limit: 1)).flatMap { $0 }, ["c", "d", "e"])
        },
        ConformanceCase(.list, "pages.exactlyFull") { t in
            try await t.put("a", "b", "c", "d")
            try expectEqual(try await pages(t.store, ListOptions(limit: 2)).flatMap { $0 }, ["a", "b", "c", "d"])
            try expectEqual(try await pages(t.store, ListOptions(limit: 4)).flatMap { $0 }, ["a", "b", "c", "d"])
        },
        ConformanceCase(.list, "pages.limitOfAList") { t in
            try await t.put("a", "b/1", "b/2", "c")
            try expectEqual(try await t.names(ListOptions(limit: 3)), ["a", "b/1", "b/2"])
            try expectEqual(try await t.names(ListOptions(delimiter: "/", limit: 2)), ["a", "b/"])
            try expectEqual(try await t.names(ListOptions(limit: 100)), ["a", "b/1", "b/2", "c"])
        },
        ConformanceCase(.list, "pages.tokenInAnotherStore") { t in
            try await t.put("a/1", "a/2", "b ü+%", "c", "d")
            for delimiter in [nil, "/"] {
                var found: [String] = []
                var token: String?
                repeat {
                    // As another process would go on.
                    let store = try await t.openAgain()
                    let page = try await store.listPage(ListOptions(delimiter: delimiter, limit: 1, pageToken: token))
                    found += page.entries.map(\.name)
                    token = page.nextToken
                } while token != nil
                try expectEqual(found, try await t.names(ListOptions(delimiter: delimiter)))
            }
        },
        ConformanceCase(.list, "pages.whileOthersWrite") { t in
            try await t.put("b", "d", "f", "h")
            let first = try await t.store.listPage(ListOptions(limit: 2))
            try expectEqual(first.entries.map(\.name), ["b", "d"])
            try await t.put("a", "e", "g")
            try await t.store.delete("d")
            try await t.store.delete("f")
            let rest = try await pages(t.store, ListOptions(limit: 2, pageToken: first.nextToken)).flatMap { $0 }
            // What was there all the time is there once; nothing comes twice; the order holds.
            try expect(rest.contains("h"), "'h' was there all the time")
            try expect(!rest.contains("a") && !rest.contains("b"), "nothing from before the token")
            try expectEqual(rest, rest.sorted(), "the order")
            try expectEqual(Set(rest).count, rest.count, "each once")
        },
        ConformanceCase(.list, "pages.tokenWhoseObjectIsGone") { t in
            try await t.put("a", "b", "c", "d/1", "d/2", "e")
            let first = try await t.store.listPage(ListOptions(limit: 2))
            try await t.store.delete("b")
            let rest = try await pages(t.store, ListOptions(pageToken: first.nextToken)).flatMap { $0 }
            try expectEqual(rest, ["c", "d/1", "d/2", "e"])
            let prefixes = try await t.store.listPage(ListOptions(delimiter: "/", limit: 3))
            try expectEqual(prefixes.entries.map(\.name), ["a", "c", "d/"])
            _ = try await t.store.delete(["d/1", "d/2"])
            let behind = ListOptions(delimiter: "/", pageToken: prefixes.nextToken)
            try expectEqual(try await pages(t.store, behind).flatMap { $0 }, ["e"])
        },
        ConformanceCase(.list, "thousands.all") { t in
            let found = try await t.thousands().list().collect()
            try expectEqual(found.count, 2500)
            try expectEqual(found.map { Key($0.name) }, (0..<2500).map(ConformanceContext.numbered))
        },
        ConformanceCase(.list, "thousands.pagesAreBounded") { t in
            let store = try await t.thousands()
            let page = try await store.listPage()
            try expect(page.entries.count <= store.capabilities.maxPageSize, "a page has at most maxPageSize entries")
            let all = try await pages(store, ListOptions(limit: store.capabilities.maxPageSize + 1)).flatMap { $0 }
            try expectEqual(all.count, 2500)
        },
        ConformanceCase(.list, "thousands.limits") { t in
            let store = try await t.thousands()
            for limit in [1, 999, 1000, 1001, 2499, 2500, 2501] {
                let found = try await store.list(ListOptions(limit: limit)).collect()
                try expectEqual(found.count, min(limit, 2500), "the entries of a list limited to \(limit)")
            }
        },
        ConformanceCase(.list, "thousands.counts") { t in
            // Lists that have 1, 999, 1,000 and 1,001 entries.
            let store = try await t.thousands()
            for count in [1, 999, 1000, 1001] {
                let start = ConformanceContext.numbered(2499 - count).string
                let found = try await store.list(ListOptions(startAfter: start)).collect()
                try expectEqual(found.count, count)
            }
        },
        ConformanceCase(.list, "thousands.oddPages") { t in
            let store = try await t.thousands()
            let found = try await pages(store, ListOptions(limit: 333))
            try expectEqual(found.flatMap { $0 }.count, 2500)
            try expectEqual(found.flatMap { $0 }, (0..<2500).map { ConformanceContext.numbered($0).string })
        },
        ConformanceCase(.list, "thousands.rolledUp", requires: .anyDelimiter) { t in
            let store = try await t.thousands()
            let found = try await store.list(ListOptions(prefix: "key-", delimiter: "9")).collect().map(\.name)
            // Keys without a 9 are objects, all others one entry for each first place of a 9.
            let expected = (0..<2500).reduce(into: [String]()) { names, number in
                let key = ConformanceContext.numbered(number).string
                guard let nine = key.dropFirst(4).firstIndex(of: "9") else { return names.append(key) }
                let prefix = String(key[...nine])
                if names.last != prefix { names.append(prefix) }
            }
            try expectEqual(found, expected)
        },
    ]
}
