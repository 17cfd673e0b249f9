import Coffer
import CofferTesting

/// How objects are found.
let listingRows: [TableRow] = [
    TableRow("Listing", "by prefix, in the order of bytes") { table in
        let keys: [Key] = ["a", "p/", "p/B", "p/a", "p/ü", "q"]
        for key in keys { try await table.store.put(key, "x") }
        let found = try await table.store.list(prefix: "p/").collect().map(\.name)
        try table.expect(found == ["p/", "p/B", "p/a", "p/ü"])
    },
    TableRow("Listing", "with a delimiter") { table in
        for key: Key in ["a/1", "a/2", "b", "c/1"] { try await table.store.put(key, "x") }
        let found = try await table.store.list(prefix: "", delimiter: "/").collect().map(\.name)
        try table.expect(found == ["a/", "b", "c/"])
    },
    TableRow("Listing", "after a key, in pages") { table in
        for number in 0..<7 { try await table.store.put(Key("k\(number)"), "x") }
        var options = ListOptions(startAfter: "k1", limit: 2)
        var found: [[String]] = []
        repeat {
            let page = try await table.store.listPage(options)
            found.append(page.entries.map(\.name))
            options.pageToken = page.nextToken
        } while options.pageToken != nil
        try table.expect(found.filter { !$0.isEmpty } == [["k2", "k3"], ["k4", "k5"], ["k6"]])
    },
]
