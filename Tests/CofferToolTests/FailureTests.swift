import Foundation
import Testing

/// Errors: one line with the remedy, and a status a script can use.
@Suite struct FailureTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test(
        arguments: [
            (["frobnicate"], 2, "there is no command 'frobnicate'"),
            ([], 2, "a command is missing"),
            (["put", "x"], 2, "an argument is missing; it takes FILE... and TARGET"),
            (["get"], 2, "an argument is missing"),
            (["get", "a", "b", "c"], 2, "'c' is one argument too many"),
            (["put", "--conten-type", "x", "a", "b"], 2, "did you mean --content-type?"),
            (["put", "--part-size", "huge", "a", "b"], 2, "--part-size: 'huge' is not a size"),
            (["ls", "-o", "colour", "x"], 2, "--option needs NAME=VALUE"),
            (["get", "-r", "x"], 2, "--recursive needs a directory"),
            (["rm", "--all", "x"], 2, "--all has no meaning"),
            (["stat", "fs:///tmp/"], 2, "names a store, not an object"),
            (["cat", "missing"], 3, "notFound"),
            (["stat", "missing"], 3, "notFound"),
            (["put", "no-such-file", "k"], 3, "no-such-file"),
            (["cp", "missing", "k"], 3, "notFound"),
            (["cat", "../x"], 8, "invalidKey"),
            (["presign", "k"], 8, "unsupported"),
            (["ls", "nosuch://x"], 7, "there is no driver named 'nosuch'; known are fs, memory"),
            (["ls", "-o", "durabilty=full", "x"], 7, "did you mean 'durability'?"),
            (["ls", "-o", "durability=some", "x"], 7, "durability"),
            (["ls", "fs://host/x"], 7, "host"),
            (["put", ".", "k"], 8, "add --recursive"),
        ] as [([String], Int32, String)])
    func oneLineAndAStatus(_ arguments: [String], _ status: Int32, _ message: String) async throws {
        try bench.directory.write("store/present", "x")
        let run = try await bench.run(arguments, input: Data())
        #expect(run.status == status, "\(arguments): \(run.errors)")
        #expect(run.errors.hasPrefix("coffer"))
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(run.output.isEmpty)
        let json = try await bench.run(["--json"] + arguments, input: Data())
        #expect(json.status == status)
        #expect(try json.error["exit"] as? Int == Int(status))
        let code = try #require(try json.error["code"] as? String)
        #expect(status == 2 ? code == "usage" : code != "usage")
    }

    @Test func aFailedGetLeavesTheOldFile() async throws {
        try bench.directory.write("out", "old")
        let listing = try bench.directory.tree("")
        #expect(try await bench.run("get", "missing", "out").status == 3)
        #expect(try await bench.run("get", "missing", "new").status == 3)
        #expect(try bench.directory.tree("") == listing)
    }

    @Test func aTargetThatCannotBeWritten() async throws {
        try await bench.put("k", "x")
        #expect(try await bench.run("get", "k", "no/such/dir").status == 3)
        #expect(try await bench.run("get", "k", "/dev/null").status == 0)
        #expect(try await bench.run("get", "k", "/dev/full").status == 9)
        var isDirectory: ObjCBool = false
        #expect(
            FileManager.default.fileExists(atPath: "/dev/null", isDirectory: &isDirectory) && !isDirectory.boolValue)
    }

    @Test func lookingMakesNothing() async throws {
        let missing = "fs://\(bench.directory.path)/missing"
        for arguments in [["ls"], ["get", "-r"], ["stat"], ["rm", "-r", "--all"]] {
            var arguments = arguments + [arguments == ["stat"] ? "\(missing)/k" : missing]
            if arguments[0] == "get" { arguments.append("out") }
            let run = try await bench.run(arguments, input: Data())
            #expect(run.status == 3 && run.errors.contains("bucketNotFound"), "\(arguments): \(run.errors)")
        }
        #expect(try await bench.run("cp", "\(missing)/k", "k").status == 3)
        #expect(!bench.directory.exists("missing"))
    }

    @Test func severalStats() async throws {
        try await bench.put("k", "x")
        let run = try await bench.run("stat", "--json", "missing", "k")
        #expect(run.status == 1)
        #expect(try run.objects.map { $0["key"] as? String } == ["k"])
        #expect(try run.error["code"] as? String == "notFound")
    }

    @Test func secretsAreNotShown() async throws {
        let run = try await bench.run("put", "-o", "secret_key=hush", "x", "s3://b/k?access_key_id=AK&sekret=hush&")
        #expect(run.status != 0 && !run.errors.contains("hush"))
    }
}
