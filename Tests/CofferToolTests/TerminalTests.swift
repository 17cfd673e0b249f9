import Foundation
import Testing

/// The progress bar, and what is printed about the tool itself.
@Suite struct TerminalTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    /// Runs the tool with a terminal as standard error, and gives what appeared there.
    private func onTerminal(_ arguments: [String], columns: Int = 60) async throws -> (ToolRun, String) {
        // What posix_openpt, unlockpt and ptsname do; the overlay has none of them. Source: ioctl_tty(2).
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(master >= 0)
        var unlocked: Int32 = 0
        var number: UInt32 = 0
        try #require(ioctl(master, 0x4004_5431, &unlocked) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        let name = "/dev/pts/\(number)"
        let slave = try #require(FileHandle(forWritingAtPath: name))
        var tool = bench.tool
        tool.environment["COLUMNS"] = "\(columns)"
        tool.environment["TERM"] = "xterm"
        let pipe = Pipe()
        let run = try await tool.run(arguments, input: pipe, errors: slave) { _ in
            for _ in 0..<4 {
                try pipe.fileHandleForWriting.write(contentsOf: noise(1 << 20, seed: 3))
                try await Task.sleep(for: .milliseconds(120))
            }
            try pipe.fileHandleForWriting.close()
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        let count = read(master, &buffer, buffer.count)
        try slave.close()
        close(master)
        return (run, String(decoding: buffer.prefix(max(0, count)), as: UTF8.self))
    }

    @Test func aBarOnATerminal() async throws {
        let (run, shown) = try await onTerminal(["put", "-", "big.bin"])
        #expect(run.status == 0)
        let frames = shown.components(separatedBy: "\r").map { $0.replacingOccurrences(of: "\u{1B}[K", with: "") }
        #expect(frames.contains { $0.contains("big.bin") && $0.contains("MiB") && $0.contains("/s") }, "\(shown)")
        #expect(frames.allSatisfy { $0.count < 60 })
        // It is gone at the end.
        #expect(shown.hasSuffix("\r\u{1B}[K"))
    }

    @Test func noBarIfNotWanted() async throws {
        let (run, shown) = try await onTerminal(["put", "--no-progress", "-", "big.bin"])
        #expect(run.status == 0 && shown.isEmpty)
        let (json, quiet) = try await onTerminal(["put", "--json", "-", "big.bin"])
        #expect(json.status == 0 && quiet.isEmpty)
        #expect(try json.objects.count == 1)
    }

    @Test func drivers() async throws {
        let described = try await bench.run("drivers", "--json").objects
        let names = described.compactMap { $0["name"] as? String }
        #expect(names == names.sorted() && names.starts(with: ["fs", "memory"]))
        for driver in described {
            let options = try #require(driver["options"] as? [[String: Any]])
            for option in options {
                for field in ["name", "type", "doc"] { #expect((option[field] as? String)?.isEmpty == false) }
                #expect(option["required"] is Bool && option["secret"] is Bool && option["environment"] is [String])
            }
            #expect(options.contains { $0["name"] as? String == "prefix" })
        }
        let fs = try #require(described.first?["options"] as? [[String: Any]])
        #expect(fs.contains { $0["name"] as? String == "root" })
        let text = try await bench.run("drivers", "fs").text
        #expect(text.contains("fs://") && text.contains("  root "))
        #expect(!text.contains("memory://"))
        #expect(try await bench.run("drivers", "nosuch").status == 7)
    }

    @Test func helpAndVersion() async throws {
        let overview = try await bench.run("help")
        #expect(overview.status == 0)
        for command in ["put", "get", "cat", "ls", "stat", "rm", "cp", "mv", "presign", "drivers"] {
            #expect(overview.text.contains("\n  \(command) "))
            let help = try await bench.run(command, "--help")
            #expect(help.status == 0 && help.text.hasPrefix("coffer \(command): "))
            #expect(help.text == (try await bench.run("help", command)).text)
            #expect(help.lines.allSatisfy { $0.count <= 120 })
        }
        #expect(try await bench.run("help", "exit-codes").text.contains("130"))
        #expect(try await bench.run("help", "addresses").text.contains("/./"))
        #expect(try await bench.run("--version").text == (try await bench.run("version")).text)
        #expect(try await bench.run("--help").text == overview.text)
    }

    @Test func verbose() async throws {
        try bench.directory.write("f", "x")
        let put = try await bench.run("put", "-v", "f", "k")
        #expect(put.errors == "f -> \(bench.storeURL)/k\n" && put.output.isEmpty)
    }
}
