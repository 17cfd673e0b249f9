import Coffer
import Foundation
import Testing

@testable import FileSystemDriver

/// A process that writes and is killed.
private struct Worker {
    /// The executable lies beside the test bundle.
    static var executable: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("FileSystemCrashWorker")
    }

    /// Runs it; kills it after some time if that is given.
    ///
    /// - Returns: What it said, and whether it was killed.
    static func run(_ arguments: [String], killAfter: TimeInterval? = nil) throws -> (lines: [String], killed: Bool) {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        if let killAfter {
            Thread.sleep(forTimeInterval: killAfter)
            kill(process.processIdentifier, SIGKILL)
        }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        return (text.split(separator: "\n").map(String.init), process.terminationReason == .uncaughtSignal)
    }
}

/// What `FileSystemCrashWorker` writes: the version that bytes and metadata agree on, or an error if they do not.
private func version(_ key: String, in store: Store) async throws -> Int? {
    let result: (info: ObjectInfo, bytes: Chunk)
    do {
        result = try await store.get(Key(key))
    } catch {
        guard error.code == .notFound else { throw error }
        return nil
    }
    let number = try #require(result.info.metadata.user["version"].flatMap { Int($0) }, "no metadata: \(key)")
    // The object may have been copied or moved: its lines name the key under which it was written.
    let text = try #require(result.bytes.utf8String)
    let line = try #require(text.split(separator: "\n").first)
    #expect(line.hasSuffix(" \(number)"), "metadata of version \(number) with the bytes '\(line)'")
    #expect(text == String(repeating: line + "\n", count: 1 + number * 7919 % 3000), "torn: \(key)")
    #expect((result.info.metadata.contentDisposition != nil) == (number % 5 == 0), "metadata of \(key) is not whole")
    #expect(try await store.stat(Key(key)) == result.info)
    return number
}

private func write(_ key: String, _ version: Int, to store: Store) async throws {
    var metadata = ObjectMetadata(contentType: "text/plain", user: ["version": String(version)])
    if version % 5 == 0 { metadata.contentDisposition = String(repeating: "m", count: 70_000) }
    let text = String(repeating: "\(key) \(version)\n", count: 1 + version * 7919 % 3000)
    try await store.put(Key(key), .string(text), WriteOptions(metadata: metadata))
}

@Suite struct CrashTests {
    /// What each operation may leave behind: the versions of the keys before it or after it, nothing else.
    static let operations: [(name: String, before: [String: Int], after: [String: Int])] = {
        let base = ["old": 1, "large": 5, "dir/a": 3]
        func with(_ changes: [String: Int?]) -> [String: Int] {
            var result = base
            for (key, version) in changes { result[key] = version }
            return result
        }
        return [
            ("create", base, with(["new": 2])), ("create-below", base, with(["x/y/z": 2])),
            ("create-only", base, with(["new": 2])), ("overwrite", base, with(["old": 2])),
            ("overwrite-large-metadata", base, with(["old": 10])),
            ("replace-large-metadata", base, with(["large": 2])), ("compare-and-swap", base, with(["old": 2])),
            ("promote", base, with(["old/below": 2])), ("own-object", base, with(["dir": 2])),
            ("writer", base, with(["old": 2])), ("copy", base, with(["other": 1])),
            ("copy-large-metadata", base, with(["other": 5])), ("move", base, with(["old": nil, "other": 1])),
            ("move-below", base, with(["dir/a": nil, "p/q/r": 3])),
            ("move-onto", base, with(["old": nil, "large": 1])), ("delete", base, with(["old": nil])),
            ("delete-last", base, with(["dir/a": nil])), ("delete-large-metadata", base, with(["large": nil])),
        ]
    }()

    @Test(arguments: operations.indices) func killedBeforeEachSystemCall(_ index: Int) async throws {
        let operation = Self.operations[index]
        var isClean = false
        var n = 0
        while !isClean && n < 200 {
            n += 1
            let scratch = Scratch()
            do {
                let store = try scratch.store()
                for (key, version) in operation.before.sorted(by: { $0.key < $1.key }) {
                    try await write(key, version, to: store)
                }
                await store.close()
            }
            let (lines, killed) = try Worker.run([scratch.root, "kill", operation.name, String(n)])
            isClean = lines == ["clean"]
            #expect(killed != isClean)
            let store = try scratch.store()
            var found: [String: Int] = [:]
            for key in try await store.names() { found[key] = try await version(key, in: store) }
            let context = "\(operation.name) killed before call \(n): \(found)"
            #expect(found == operation.after || (!isClean && found == operation.before), "\(context)")
            // No temporary file survives the next start.
            #expect(try scratch.tree().allSatisfy { !$0.contains(".coffer.tmp") }, "\(context)")
            // The store still works.
            try await write("old", 7, to: store)
            #expect(try await version("old", in: store) == 7)
        }
        #expect(isClean && n > 3)
    }

    @Test func killedAtRandomMoments() async throws {
        let rounds = ProcessInfo.processInfo.environment["COFFER_CRASH_ROUNDS"].flatMap { Int($0) } ?? 200
        let scratch = Scratch()
        var state: [String: Int] = [:]
        var writes = 0
        for round in 0..<rounds {
            let (lines, killed) = try Worker.run(
                [scratch.root, "random", String(round + 1)], killAfter: Double.random(in: 0.02...0.06))
            #expect(killed)
            var pending: (key: String, version: Int?)?
            for line in lines {
                let words = line.split(separator: " ").map(String.init)
                if words == ["done"] {
                    if let (key, version) = pending { state[key] = version }
                    pending = nil
                    writes += 1
                } else if words.count == 4, words[0] == "begin" {
                    pending = (words[2], words[1] == "delete" ? nil : Int(words[3]))
                }
            }
            let store = try scratch.store()
            var found: [String: Int] = [:]
            for key in try await store.names() { found[key] = try await version(key, in: store) }
            var published = state
            if let (key, version) = pending { published[key] = version }
            #expect(found == state || found == published, "round \(round), pending \(String(describing: pending))")
            #expect(try scratch.tree().allSatisfy { !$0.contains(".coffer.tmp") })
            state = found
        }
        #expect(writes > rounds)
    }
}
