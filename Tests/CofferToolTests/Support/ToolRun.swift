import Foundation
import Testing

/// One run of the built tool.
struct ToolRun {
    let status: Int32
    let output: Data
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }
    /// Each line of standard output as a JSON object.
    var objects: [[String: Any]] { get throws { try lines.map { try object($0) } } }
    /// The error of a `--json` run.
    var error: [String: Any] {
        get throws {
            let line = try #require(errors.split(separator: "\n").first.map(String.init))
            return try #require(try object(line)["error"] as? [String: Any])
        }
    }

    private func object(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
}

/// Runs the tool, which lies beside the test program.
struct ToolRunner {
    static let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("coffer")

    /// A tool that ended early must not end the tests with it.
    private static let ignoresBrokenPipes: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return true
    }()

    /// Where it runs, and where its scratch files go.
    let directory: TemporaryDirectory
    var environment: [String: String] = [:]

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - arguments: The command line.
    ///   - input: What standard input holds.
    ///   - limit: Seconds after which it is killed and the test fails.
    func run(_ arguments: [String], input: Data = Data(), limit: Double = 60) async throws -> ToolRun {
        let inputFile = directory.scratch()
        try input.write(to: inputFile)
        return try await run(arguments, input: try FileHandle(forReadingFrom: inputFile), limit: limit)
    }

    func run(_ arguments: String...) async throws -> ToolRun { try await run(arguments) }

    func run(
        _ arguments: [String], input: Any, errors: FileHandle? = nil, limit: Double = 60,
        whileRunning: (Process) async throws -> Void = { _ in }
    ) async throws -> ToolRun {
        _ = Self.ignoresBrokenPipes
        let outputFile = directory.scratch()
        let errorFile = directory.scratch()
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = Self.binary
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": directory.path].merging(environment) { $1 }
        process.currentDirectoryURL = directory.url
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try errors ?? FileHandle(forWritingTo: errorFile)
        try process.run()
        try await whileRunning(process)
        let deadline = Date(timeIntervalSinceNow: limit)
        while process.isRunning {
            if Date() > deadline {
                kill(process.processIdentifier, SIGKILL)
                Issue.record("'coffer \(arguments.joined(separator: " "))' ran longer than \(limit) s")
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        let status = process.terminationReason == .exit ? process.terminationStatus : 1000 + process.terminationStatus
        return ToolRun(
            status: status, output: try Data(contentsOf: outputFile),
            errors: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self))
    }
}

/// A directory that goes away with its owner.
final class TemporaryDirectory: Sendable {
    let url: URL
    private let hidden: URL

    init() throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-tool-\(UUID().uuidString)")
        url = base.appendingPathComponent("work")
        hidden = base.appendingPathComponent("scratch")
        for directory in [url, hidden] {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        }
    }

    var path: String { url.path }

    /// A name for a file that the tests' own machinery needs.
    func scratch() -> URL { hidden.appendingPathComponent(UUID().uuidString) }

    @discardableResult
    func write(_ name: String, _ data: Data) throws -> String {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
        return file.path
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    func read(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path)
    }

    /// All regular files below a directory, with their bytes, by relative path; the fs driver's own names left out.
    func tree(_ name: String) throws -> [String: Data] {
        var result: [String: Data] = [:]
        let root = url.appendingPathComponent(name).path
        for relative in try FileManager.default.subpathsOfDirectory(atPath: root) {
            var isDirectory: ObjCBool = false
            let path = root + "/" + relative
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
                continue
            }
            if relative.split(separator: "/").contains(where: { $0.hasPrefix(".coffer") && $0 == ".coffer" }) {
                continue
            }
            result[relative] = try Data(contentsOf: URL(fileURLWithPath: path))
        }
        return result
    }

    deinit { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }
}

/// A tool with a store in the file system, named by COFFER_STORE.
struct Workbench {
    let directory: TemporaryDirectory
    var tool: ToolRunner
    var storeURL: String { "fs://\(directory.path)/store" }

    init() throws {
        directory = try TemporaryDirectory()
        tool = ToolRunner(directory: directory)
        tool.environment["COFFER_STORE"] = "fs://\(directory.path)/store"
        // What is tested here is the tool; waiting for the disk is the driver's own subject.
        tool.environment["COFFER_FS_DURABILITY"] = "relaxed"
    }

    func run(_ arguments: String...) async throws -> ToolRun { try await tool.run(arguments) }

    func run(_ arguments: [String], input: Data) async throws -> ToolRun { try await tool.run(arguments, input: input) }

    /// Stores a text under a key.
    func put(_ key: String, _ text: String) async throws {
        let run = try await tool.run(["put", "-", key], input: Data(text.utf8))
        #expect(run.status == 0, "\(run.errors)")
    }
}

/// Bytes without a pattern that anything could exploit, the same for the same seed.
func noise(_ count: Int, seed: UInt64) -> Data {
    var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
    var data = Data(capacity: count)
    while data.count < count {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        withUnsafeBytes(of: state) { data.append(contentsOf: $0.prefix(count - data.count)) }
    }
    return data
}
