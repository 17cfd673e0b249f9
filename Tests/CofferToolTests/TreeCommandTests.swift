import Foundation
import Testing

/// Commands on whole trees.
@Suite struct TreeCommandTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test(.timeLimit(.minutes(3))) func threeThousandFilesThereAndBack() async throws {
        var expected: [String: Data] = [:]
        for index in 0..<3000 {
            let name = "d\(index % 37)/e\(index % 11)/file \(index).bin"
            // Most are small; some are larger than what is fetched in one piece.
            let data = noise(index % 500 == 0 ? 1_500_000 : index % 4000, seed: UInt64(index))
            expected[name] = data
            try bench.directory.write("tree/" + name, data)
        }
        let put = try await bench.run("put", "--json", "-r", "tree", "copy/of/tree")
        #expect(put.status == 0, "\(put.errors)")
        let summary = try #require(try put.objects.last?["summary"] as? [String: Any])
        #expect(summary["objects"] as? Int == 3000 && summary["failed"] as? Int == 0)
        #expect(summary["bytes"] as? Int == expected.values.reduce(0) { $0 + $1.count })
        #expect(try put.objects.count == 3001)

        let other = "fs://\(bench.directory.path)/second/./moved"
        #expect(try await bench.run("cp", "-r", "copy/of/tree", other).status == 0)
        #expect(try await bench.run("get", "-r", other, "back").status == 0)
        let back = try bench.directory.tree("back")
        #expect(back.count == 3000 && back == expected)

        #expect(try await bench.run("ls", "-r", "copy/").lines.count == 3000)
        #expect(try await bench.run("rm", "-r", "copy/of").status == 0)
        #expect(try await bench.run("ls", "-r", "").output.isEmpty)
    }

    @Test func moving() async throws {
        for name in ["a", "b/c"] { try bench.directory.write("tree/" + name, name) }
        #expect(try await bench.run("put", "-r", "tree", "from").status == 0)
        #expect(try await bench.run("mv", "-r", "from", "to").status == 0)
        #expect(try await bench.run("ls", "-r", "").lines == ["to/a", "to/b/c"])
        #expect(try await bench.run("cp", "-r", "to", "to/inner").status == 2)
    }

    @Test func neighboursAreLeftAlone() async throws {
        for key in ["photos/1", "photos2/1", "photos"] { try await bench.put(key, key) }
        #expect(try await bench.run("rm", "-r", "photos").status == 0)
        #expect(try await bench.run("ls", "-r", "").lines == ["photos", "photos2/1"])
        let refused = try await bench.run("rm", "-r", "")
        #expect(refused.status == 2 && refused.errors.contains("--all"))
        #expect(try await bench.run("rm", "-r", "--all", "").status == 0)
        #expect(try await bench.run("ls", "-r", "").output.isEmpty)
    }

    @Test func oneFailureDoesNotStopTheRest() async throws {
        for key in ["a", "b//c", "d/e"] { try await bench.put(key, key) }
        try bench.directory.write("out/d", "in the way")
        let get = try await bench.run("get", "--json", "-r", "", "out")
        #expect(get.status == 1)
        #expect(try bench.directory.tree("out") == ["a": Data("a".utf8), "d": Data("in the way".utf8)])
        let failed = try get.errors.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (object?["error"] as? [String: Any])?["key"] as? String
        }
        #expect(Set(failed) == ["b//c", "d/e"])
        let summary = try #require(try get.objects.last?["summary"] as? [String: Any])
        #expect(summary["objects"] as? Int == 1 && summary["failed"] as? Int == 2)
    }

    @Test func whatCannotBeReadIsNamed() async throws {
        try bench.directory.write("tree/good", "1")
        try FileManager.default.createSymbolicLink(
            atPath: bench.directory.path + "/tree/bad", withDestinationPath: "nowhere")
        let put = try await bench.run("put", "-r", "tree", "t")
        #expect(put.status == 1)
        #expect(put.errors.contains("tree/bad") && put.errors.split(separator: "\n").count == 1)
        #expect(try await bench.run("ls", "-r", "").lines == ["t/good"])
    }

    @Test func createOnlyForATree() async throws {
        for name in ["a", "b"] { try bench.directory.write("tree/" + name, "new") }
        try await bench.put("t/a", "old")
        let put = try await bench.run("put", "-r", "--if-absent", "tree", "t")
        #expect(put.status == 1 && put.errors.contains("alreadyExists"))
        #expect(try await bench.run("cat", "t/a", "t/b").text == "oldnew")
    }
}
