import Coffer
import Foundation
import MemoryDriver
import Testing

@testable import FileSystemDriver

@Suite struct ListingTests {
    /// Random trees, listed in all ways, are what the memory driver says.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func sameAsMemory(seed: UInt64) async throws {
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        // Characters on both sides of the slash, names that begin alike, and those that are escaped.
        let segments = [
            "a", "b", "a-b", "a.b", "a0", "ab", "", ".coffer", "é", "aa", "-", "~", "A",
            String(repeating: "x", count: 300), String(repeating: "x", count: 246) + "y",
        ]
        func name() -> String { (0...random(4)).map { _ in segments[random(segments.count)] }.joined(separator: "/") }
        let scratch = Scratch()
        let store = try scratch.store(allowOpenat2: seed % 2 == 0)
        let memory = Store(driver: MemoryDriver())
        func compare(_ options: ListOptions) async throws {
            let limit = options.limit ?? 1000
            let expected = try await memory.names(
                options.prefix, delimiter: options.delimiter, startAfter: options.startAfter, pageSize: limit)
            let found = try await store.names(
                options.prefix, delimiter: options.delimiter, startAfter: options.startAfter, pageSize: limit)
            #expect(found == expected, "seed \(seed), \(options)")
        }
        for _ in 0..<15 {
            for _ in 0..<30 {
                let key = Key(name())
                guard !key.string.isEmpty, key.string.utf8.count <= 1024 else { continue }
                if random(3) == 0 {
                    try await store.delete(key)
                    try await memory.delete(key)
                } else {
                    try await store.put(key, "x")
                    try await memory.put(key, "x")
                }
            }
            for _ in 0..<30 {
                var options = ListOptions(limit: 1 + random(20))
                if random(3) > 0 { options.prefix = String(name().prefix(1 + random(20))) }
                if random(3) > 0 { options.delimiter = ["/", "/", "a", "-", "//", "a/"][random(6)] }
                if random(3) == 0 { options.startAfter = name() }
                try await compare(options)
            }
            try await compare(ListOptions())
        }
    }

    /// More names than a window holds.
    @Test func directoryLargerThanTheWindow() throws {
        let scratch = Scratch()
        let volume = try scratch.volume()
        let count = 3 * TreeWalk.windowSize + 17
        let root = open(scratch.root, O_RDONLY | O_DIRECTORY)
        for index in 0..<count { close(openat(root, "f\(index)", O_CREAT | O_WRONLY, 0o644)) }
        close(root)
        var names: [String] = []
        var options = ListOptions()
        while true {
            let page = try volume.list(options, nil)
            names += page.entries.map(\.name)
            guard let token = page.nextToken else { break }
            options.pageToken = token
        }
        let expected = (0..<count).map { "f\($0)" }.sorted { UTF8Order.compare($0, $1) < 0 }
        #expect(names == expected)
        // From the middle, in a store that has not begun the listing.
        let page = try scratch.volume().list(ListOptions(pageToken: "k" + expected[50_000]), nil)
        #expect(page.entries.first?.name == expected[50_001])
        #expect(page.entries.count == 1000)
    }

    /// Keys that are there all the time are listed once each, whatever comes and goes between the pages; what was
    /// written behind the last page's end is seen by the next.
    @Test func pagesWhileTheTreeChanges() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let other = try scratch.store()
        let constant = (0..<300).map { "d\($0 % 9)/k\($0)" }
        for key in constant { try await store.put(Key(key), "x") }
        var options = ListOptions(limit: 7)
        var seen: [String] = []
        var added = 0
        while true {
            let page = try await store.listPage(options)
            seen += page.entries.map(\.name)
            guard let token = page.nextToken else { break }
            options.pageToken = token
            for key in ["d0/a", "d\(added % 9)/new\(added)", "e/x", "d4"] { try await other.put(Key(key), "x") }
            if added % 3 == 0 { try await other.delete("e/x") }
            if added % 5 == 0 { try await other.delete("d4") }
            added += 1
        }
        #expect(seen == seen.sorted { UTF8Order.compare($0, $1) < 0 })
        #expect(Set(seen).count == seen.count)
        #expect(Set(constant).isSubset(of: seen))
        // Written and deleted behind the token.
        var page = try await store.listPage(ListOptions(limit: 3))
        let token = try #require(page.nextToken)
        try await other.put("d0/k0+", "x")
        let last = try #require(page.entries.last?.name)
        try await other.put(Key(last + "!"), "x")
        page = try await store.listPage(ListOptions(limit: 3, pageToken: token))
        #expect(page.entries.first?.name == last + "!")
        try await other.delete(Key(last + "!"))
        page = try await store.listPage(ListOptions(limit: 3, pageToken: token))
        #expect(page.entries.first?.name != last + "!")
    }

    @Test func tokensAreGoodInOtherProcessesAndBadOnesAreRefused() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        for key in ["a/1", "a/2", "b", "c/1"] as [Key] { try await store.put(key, "x") }
        let first = try await store.listPage(ListOptions(delimiter: "/", limit: 1))
        #expect(first.entries.map(\.name) == ["a/"])
        let second = try await scratch.store().listPage(
            ListOptions(delimiter: "/", limit: 5, pageToken: first.nextToken))
        #expect(second.entries.map(\.name) == ["b", "c/"] && second.nextToken == nil)
        #expect(await code { _ = try await store.listPage(ListOptions(pageToken: "nonsense")) } == .invalidArgument)
    }

    /// A directory without objects is no common prefix; one with a deep one is.
    @Test func emptyDirectoriesAreNoPrefixes() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        for name in ["empty", "deep/er/still", "full/er"] {
            try FileManager.default.createDirectory(
                atPath: scratch.root + "/" + name, withIntermediateDirectories: true)
        }
        try scratch.plant("full/er/file")
        #expect(try await store.names(delimiter: "/") == ["full/"])
        try await store.put("deep", "own")
        #expect(try await store.names(delimiter: "/") == ["deep", "full/"])
    }

    /// The tree deeper than the descriptors that are held.
    @Test func holdsFewDescriptors() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        for depth in 0..<60 {
            try await store.put(Key(String(repeating: "d/", count: depth) + "f"), "x")
        }
        let page = try await store.listPage(ListOptions(limit: 1))
        #expect(page.entries.count == 1 && page.nextToken != nil)
        // Between pages none but the root and a lock file or two.
        #expect(try scratch.openDescriptors() < 5)
        #expect(try await store.names(pageSize: 7).count == 60)
    }
}
