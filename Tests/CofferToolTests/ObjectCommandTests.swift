import Foundation
import Testing

/// put, get, cat, stat, cp, mv, rm of single objects.
@Suite struct ObjectCommandTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test(arguments: [0, 1, 4096, 1 << 20, (3 << 20) + 17])
    func bytesComeBack(_ count: Int) async throws {
        let data = noise(count, seed: UInt64(count))
        try bench.directory.write("in", data)
        #expect(try await bench.run("put", "in", "dir/k").status == 0)
        #expect(try await bench.run("cat", "dir/k").output == data)
        #expect(try await bench.run("get", "dir/k", "-").output == data)
        let get = try await bench.run("get", "dir/k", "out")
        #expect(get.status == 0 && get.output.isEmpty && get.errors.isEmpty)
        #expect(try bench.directory.read("out") == data)
    }

    @Test func pipes() async throws {
        let data = noise(5 << 20, seed: 7)
        let pipe = Pipe()
        let run = try await bench.tool.run(["put", "-", "piped"], input: pipe) { _ in
            // In odd pieces, as pipes give them.
            var rest = data[...]
            while !rest.isEmpty {
                let piece = rest.prefix(99_991)
                try pipe.fileHandleForWriting.write(contentsOf: piece)
                rest = rest.dropFirst(piece.count)
            }
            try pipe.fileHandleForWriting.close()
        }
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await bench.run("cat", "piped").output == data)
    }

    @Test func fullURLs() async throws {
        try bench.directory.write("in", "content")
        var tool = ToolRunner(directory: bench.directory)
        tool.environment["COFFER_FS_DURABILITY"] = "relaxed"
        let root = bench.directory.path + "/root"
        #expect(try await tool.run("put", "in", "fs://\(root)/./a/b.txt").status == 0)
        #expect(try await tool.run("cat", "fs://\(root)/a/b.txt?root=\(root)").text == "content")
        #expect(try await tool.run("cat", "-o", "root=\(root)", "fs://\(root)/a/b.txt").text == "content")
        #expect(try await tool.run("cat", "--store", "fs://\(root)", "a/b.txt").text == "content")
        tool.environment["COFFER_STORE_PHOTOS"] = "fs://\(root)"
        #expect(try await tool.run("cat", "--store", "photos", "a/b.txt").text == "content")
        #expect(try await tool.run("ls", "fs://\(root)").lines == ["a/"])
        #expect(try await tool.run("ls", "-r", "fs://\(root)").lines == ["a/b.txt"])
    }

    @Test func directoriesAsTargets() async throws {
        try bench.directory.write("one.txt", "1")
        try bench.directory.write("two.txt", "2")
        #expect(try await bench.run("put", "one.txt", "two.txt", "dir/").status == 0)
        #expect(try await bench.run("put", "one.txt", "").status == 0)
        #expect(try await bench.run("ls", "-r", "").lines == ["dir/one.txt", "dir/two.txt", "one.txt"])
        try FileManager.default.createDirectory(
            at: bench.directory.url.appendingPathComponent("down"), withIntermediateDirectories: true)
        #expect(try await bench.run("get", "dir/two.txt", "down").status == 0)
        #expect(try bench.directory.read("down/two.txt") == Data("2".utf8))
        #expect(try await bench.run("get", "dir/two.txt", "fresh/").status == 0)
        #expect(try bench.directory.read("fresh/two.txt") == Data("2".utf8))
        #expect(try await bench.run("cp", "dir/two.txt", "other/").status == 0)
        #expect(try await bench.run("cat", "other/two.txt").text == "2")
        #expect(try await bench.run("put", "one.txt", "two.txt", "name").status == 2)
        #expect(try await bench.run("put", "-", "dir/").status == 2)
    }

    @Test func metadataIsKept() async throws {
        try bench.directory.write("in", "hello")
        let put = try await bench.run(
            "put", "--content-type", "text/plain", "-m", "color=blue", "--metadata=shape=round", "--cache-control",
            "no-store", "in", "k")
        #expect(put.status == 0, "\(put.errors)")
        #expect(try await bench.run("cp", "k", "copy").status == 0)
        #expect(try await bench.run("mv", "copy", "moved").status == 0)
        for key in ["k", "moved"] {
            let info = try #require(try await bench.run("stat", "--json", key).objects.first)
            #expect(info["contentType"] as? String == "text/plain")
            #expect(info["metadata"] as? [String: String] == ["color": "blue", "shape": "round"])
            #expect(info["cacheControl"] as? String == "no-store")
            #expect(info["size"] as? Int == 5)
            #expect(info["key"] as? String == key)
        }
        let text = try await bench.run("stat", "k").lines
        #expect(text.contains("content type   text/plain"))
        #expect(text.contains("metadata       color=blue"))
        #expect(try await bench.run("cp", "--content-type", "image/png", "k", "new").status == 0)
        let new = try #require(try await bench.run("stat", "--json", "new").objects.first)
        #expect(new["contentType"] as? String == "image/png" && new["metadata"] == nil)
    }

    @Test func ranges() async throws {
        try await bench.put("k", "0123456789")
        #expect(try await bench.run("cat", "--range", "2-4", "k").text == "234")
        #expect(try await bench.run("cat", "--range", "7-", "k").text == "789")
        #expect(try await bench.run("cat", "--range", "-2", "k").text == "89")
        #expect(try await bench.run("get", "--range", "0-0", "k", "out").status == 0)
        #expect(try bench.directory.read("out") == Data("0".utf8))
        let beyond = try await bench.run("cat", "--range", "10-", "k")
        #expect(beyond.status == 8 && beyond.errors.contains("rangeNotSatisfiable"))
    }

    @Test func conditions() async throws {
        try await bench.put("k", "1")
        let etag = try #require(try await bench.run("stat", "--json", "k").objects.first?["etag"] as? String)
        try bench.directory.write("two", "2")
        let again = try await bench.run("put", "--if-absent", "two", "k")
        #expect(again.status == 5 && again.errors.contains("alreadyExists"))
        #expect(try await bench.run("put", "--if-match", "nonsense", "two", "k").status == 5)
        #expect(try await bench.run("cat", "k").text == "1")
        #expect(try await bench.run("put", "--if-match", etag, "two", "k").status == 0)
        #expect(try await bench.run("cat", "k").text == "2")
        #expect(try await bench.run("cat", "--if-match", etag, "k").status == 5)
        #expect(try await bench.run("rm", "--if-match", etag, "k").status == 5)
        #expect(try await bench.run("put", "--if-absent", "--if-match", "x", "two", "k").status == 2)
        let current = try #require(try await bench.run("stat", "--json", "k").objects.first?["etag"] as? String)
        let unchanged = try await bench.run("get", "--if-none-match", current, "k", "out")
        #expect(unchanged.status == 5 && unchanged.errors.contains("notModified"))
        #expect(!bench.directory.exists("out"))
        #expect(try await bench.run("rm", "--if-match", current, "k").status == 0)
    }

    @Test func movingAndRemoving() async throws {
        for key in ["a", "b", "c", "d"] { try await bench.put(key, key) }
        #expect(try await bench.run("mv", "a", "z").status == 0)
        #expect(try await bench.run("cat", "z").text == "a")
        #expect(try await bench.run("stat", "a").status == 3)
        let removed = try await bench.run("rm", "-v", "b", "c", "missing")
        #expect(removed.status == 0 && removed.errors.contains("deleted fs://"))
        #expect(try await bench.run("ls", "").lines == ["d", "z"])
        let other = "fs://\(bench.directory.path)/other"
        #expect(try await bench.run("mv", "d", "\(other)/./d").status == 0)
        #expect(try await bench.run("ls", "").lines == ["z"])
        #expect(try await bench.run("ls", other).lines == ["d"])
    }

    @Test func strangeKeys() async throws {
        for key in ["a b", "é", "e\u{301}", "a\nb", "-", "--json", "100%", "a?b#c", "x//y", ".coffer", "./s3://b"] {
            let run = try await bench.run(["put", "--", "-", key], input: Data(key.utf8))
            #expect(run.status == 0, "\(key): \(run.errors)")
            #expect(try await bench.run("cat", "--", key).text == key)
        }
        let keys = try await bench.run("ls", "-r", "--json", "").objects.compactMap { $0["key"] as? String }
        #expect(keys.count == 11 && keys.contains("s3://b") && keys.contains("a\nb"))
    }
}
