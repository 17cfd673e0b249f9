import Foundation
import Testing

@Suite struct ListCommandTests {
    private let bench: Workbench

    init() async throws {
        bench = try Workbench()
        for name in ["a.txt", "logs/1", "logs/2", "logs/old/3", "z"] { try bench.directory.write("tree/" + name, name) }
        #expect(try await bench.run("put", "-r", "tree", "").status == 0)
    }

    @Test func levels() async throws {
        #expect(try await bench.run("ls").lines == ["a.txt", "logs/", "z"])
        #expect(try await bench.run("ls", "lo").lines == ["logs/"])
        #expect(try await bench.run("ls", "logs/").lines == ["logs/1", "logs/2", "logs/old/"])
        #expect(try await bench.run("ls", "-r", "logs/").lines == ["logs/1", "logs/2", "logs/old/3"])
        #expect(try await bench.run("ls", "--delimiter", "o", "").lines == ["a.txt", "lo", "z"])
        #expect(try await bench.run("ls", "nothing/").output.isEmpty)
    }

    @Test func partsOfAListing() async throws {
        #expect(try await bench.run("ls", "-r", "--limit", "2", "").lines == ["a.txt", "logs/1"])
        #expect(try await bench.run("ls", "-r", "--start-after", "logs/1", "").lines == ["logs/2", "logs/old/3", "z"])
        #expect(try await bench.run("ls", "--limit", "0", "").status == 2)
    }

    @Test func long() async throws {
        let line = try #require(try await bench.run("ls", "-l", "a.txt").lines.first)
        #expect(line.wholeMatch(of: /\s+5  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  a\.txt/) != nil, "\(line)")
        #expect(try await bench.run("ls", "-l", "--human", "a.txt").lines.first?.contains(" 5 B  ") == true)
    }

    @Test func json() async throws {
        let lines = try await bench.run("ls", "--json", "").objects
        #expect(lines.count == 3)
        #expect(lines[0]["key"] as? String == "a.txt" && lines[0]["size"] as? Int == 5)
        #expect(lines[0]["modified"] is String && lines[0]["etag"] is String)
        #expect(lines[1]["prefix"] as? String == "logs/" && lines[1].count == 1)
    }

    @Test func aReaderThatLeaves() async throws {
        let shell = Process()
        let output = Pipe()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = [
            "-c", "'\(ToolRunner.binary.path)' cat big big big big | head -c 10; echo \" ${PIPESTATUS[0]}\"",
        ]
        shell.environment = bench.tool.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }
        shell.standardOutput = output
        let errors = Pipe()
        shell.standardError = errors
        let put = try await bench.run(["put", "-", "big"], input: Data(repeating: 65, count: 4 << 20))
        #expect(put.status == 0)
        try shell.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text == "AAAAAAAAAA 141\n")
        #expect(errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
    }
}
