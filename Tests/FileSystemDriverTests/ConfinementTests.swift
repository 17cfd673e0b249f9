import Coffer
import Foundation
import Synchronization
import Testing

@testable import FileSystemDriver

private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}

/// Nothing leads out of the root, whatever others put there.
@Suite struct ConfinementTests {
    /// A root beside a secret, with links that lead to it.
    private func hostile() throws -> Scratch {
        let scratch = Scratch()
        let files = FileManager.default
        try files.createDirectory(atPath: scratch.path + "/outside/deep", withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: URL(fileURLWithPath: scratch.path + "/outside/secret"))
        try scratch.plant("inside/file")
        for (name, target) in [
            ("etc", "/etc"), ("passwd", "/etc/passwd"), ("up", ".."), ("upup", "../.."),
            ("secret", "../outside/secret"),
            ("out", "../outside"), ("absolute", scratch.path + "/outside"), ("self", "self"),
            ("self2", "inside/../self2"),
            ("good", "inside/file"), ("gooddir", "inside"), ("loop", "."), ("broken", "nowhere"),
            ("inside/back", "../inside/file"), ("proc", "/proc/self/root/etc/passwd"),
        ] {
            try files.createSymbolicLink(atPath: scratch.root + "/" + name, withDestinationPath: target)
        }
        mkfifo(scratch.root + "/pipe", 0o600)
        return scratch
    }

    static let escapes: [Key] = [
        "etc/passwd", "passwd", "up/outside/secret", "upup/x", "secret", "out/secret", "absolute/secret", "self",
        "self/x", "self2", "broken", "broken/x", "proc", "up/root/inside/file", "out/deep/x",
    ]

    @Test(arguments: [true, false], FileSystemOptions.Symlinks.allCases)
    func linksLeadNowhere(allowOpenat2: Bool, symlinks: FileSystemOptions.Symlinks) async throws {
        let scratch = try hostile()
        let store = try scratch.store(symlinks: symlinks, allowOpenat2: allowOpenat2)
        for key in Self.escapes {
            #expect(await code { _ = try await store.get(key) } == .notFound, "\(key)")
            #expect(await code { _ = try await store.stat(key) } == .notFound, "\(key)")
            #expect(await code { try await store.copy(key, to: "copied") } == .notFound)
            #expect(await code { try await store.move(key, to: "moved") } == .notFound)
            try await store.delete(key)
        }
        for key in ["etc/new", "up/new", "upup/new", "out/new", "absolute/new", "self/new", "out/deep/new"] as [Key] {
            #expect(await code { try await store.put(key, "x") } == .permissionDenied, "\(key)")
            #expect(await code { try await store.copy("inside/file", to: key) } == .permissionDenied)
            #expect(await code { try await store.move("inside/file", to: key) } == .permissionDenied)
            #expect(await code { _ = try await store.writer(key) } == .permissionDenied)
        }
        let outside = try FileManager.default.subpathsOfDirectory(atPath: scratch.path + "/outside").sorted()
        #expect(outside == ["deep", "secret"])
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/new"))
        #expect(!FileManager.default.fileExists(atPath: "/etc/new"))
        let names = try await store.names()
        if symlinks == .refuse {
            #expect(names == ["inside/file"])
            #expect(try await store.names(delimiter: "/") == ["inside/"])
            #expect(await code { _ = try await store.get("good") } == .notFound)
        } else if allowOpenat2 {
            #expect(names == ["good", "gooddir/back", "gooddir/file", "inside/back", "inside/file"])
            #expect(try await store.text("good") == "planted")
            #expect(try await store.text("gooddir/file") == "planted")
            #expect(try await store.text("loop/inside/file") == "planted")
            try await store.put("gooddir/new", "x")
            #expect(try await store.text("inside/new") == "x")
            // A write replaces the link, not what it leads to.
            try await store.put("good", "mine")
            #expect(try await store.text("inside/file") == "planted")
            #expect(try await store.text("good") == "mine")
        }
    }

    @Test func pipesAndDevicesAreNoObjects() async throws {
        let scratch = try hostile()
        let store = try scratch.store()
        #expect(await code { _ = try await store.get("pipe") } == .notFound)
        #expect(await code { _ = try await store.stat("pipe/x") } == .notFound)
        #expect(await code { try await store.put("pipe/x", "x") } == .conflict)
        try await store.delete("pipe")
        #expect(try scratch.tree().contains("pipe"))
        if getuid() == 0, mknod(scratch.root + "/null", S_IFCHR | 0o666, dev_t(1 << 8 | 3)) == 0 {
            #expect(await code { _ = try await store.get("null") } == .notFound)
            #expect(try await store.names() == ["inside/file"])
        }
    }

    /// Somebody swaps a directory for a link to the outside and back, as fast as possible.
    @Test(arguments: [true, false]) func swappedDirectories(allowOpenat2: Bool) async throws {
        let scratch = try hostile()
        let root = scratch.root
        try scratch.plant("swap/secret", "mine")
        try FileManager.default.createSymbolicLink(atPath: root + "/link", withDestinationPath: "../outside")
        let stop = Flag()
        let store = try scratch.store(allowOpenat2: allowOpenat2)
        // A thread of its own: the loop blocks.
        let swapper = Thread {
            while !stop.isSet {
                rename(root + "/swap", root + "/swap.1")
                rename(root + "/link", root + "/swap")
                rename(root + "/swap", root + "/link")
                rename(root + "/swap.1", root + "/swap")
            }
        }
        swapper.start()
        var hits = 0
        for index in 0..<400 {
            do {
                let text = try await store.text("swap/secret")
                #expect(text == "mine")
                hits += 1
            } catch {
                let code = StoreError(wrapping: error).code
                #expect(code == .notFound || code == .permissionDenied || code == .conflict)
            }
            _ = await code { try await store.put(Key("swap/new\(index % 5)"), "x") }
            _ = await code { try await store.delete(Key("swap/new\(index % 5)")) }
            _ = await code { _ = try await store.names("swap/") }
        }
        stop.set()
        while !swapper.isFinished { usleep(1000) }
        #expect(hits > 0)
        let outside = try FileManager.default.subpathsOfDirectory(atPath: scratch.path + "/outside").sorted()
        #expect(outside == ["deep", "secret"])
        #expect(try String(contentsOfFile: scratch.path + "/outside/secret", encoding: .utf8) == "secret")
    }
}
