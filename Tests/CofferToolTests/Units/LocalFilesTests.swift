import Coffer
import Foundation
import Testing

@testable import CofferTool

@Suite struct LocalFilesTests {
    @Test func aTreeIsWalkedInOrder() async throws {
        let directory = try TemporaryDirectory()
        for name in ["b/2", "a", "b/1", "b/c/3", "z"] { try directory.write(name, name) }
        let manager = FileManager.default
        try manager.createDirectory(
            at: directory.url.appendingPathComponent("empty"), withIntermediateDirectories: true)
        try manager.createSymbolicLink(
            atPath: directory.path + "/b/circle", withDestinationPath: directory.path)
        try manager.createSymbolicLink(atPath: directory.path + "/b/dangling", withDestinationPath: "nowhere")
        try manager.createSymbolicLink(atPath: directory.path + "/link", withDestinationPath: "b/c")
        #expect(mkfifo(directory.path + "/pipe", 0o600) == 0)
        let failures = Lock<[StoreError]>([])
        let tree = try LocalTree(directory.path) { failure in failures.withLock { $0.append(failure) } }
        var found: [String] = []
        while let file = try await tree.next() {
            found.append(file.relative)
            #expect(file.size == Int64(file.relative.hasPrefix("link") ? 5 : file.relative.utf8.count))
        }
        #expect(found.sorted() == ["a", "b/1", "b/2", "b/c/3", "link/3", "z"])
        let messages = failures.withLock { $0.map(\.message).sorted() }
        #expect(messages.count == 3)
        #expect(messages.contains { $0.contains("b/circle' leads back") })
        #expect(messages.contains { $0.contains("b/dangling") })
        #expect(messages.contains { $0.contains("pipe' is neither") })
    }

    @Test func aFileIsOldOrNew() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("f", "old")
        chmod(path, 0o640)
        let file = try AtomicFile(path)
        try file.write(Chunk("new"))
        #expect(try directory.read("f") == Data("old".utf8))
        try file.commit()
        file.discard()
        #expect(try directory.read("f") == Data("new".utf8))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
        let abandoned = try AtomicFile(path)
        try abandoned.write(Chunk("x"))
        abandoned.discard()
        #expect(try directory.tree("") == ["f": Data("new".utf8)])
    }

    @Test func linksAreWrittenThrough() throws {
        let directory = try TemporaryDirectory()
        try directory.write("real", "old")
        let link = directory.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real")
        let file = try AtomicFile(link)
        try file.write(Chunk("new"))
        try file.commit()
        #expect(try directory.read("real") == Data("new".utf8))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real")
    }

    @Test func directoriesAreMade() throws {
        let directory = try TemporaryDirectory()
        let file = try AtomicFile(directory.path + "/a/b/c", makingDirectories: true)
        try file.commit()
        #expect(directory.exists("a/b/c"))
        #expect(throws: StoreError.self) { try AtomicFile(directory.path + "/a/b/c/d", makingDirectories: true) }
        #expect(throws: StoreError.self) { try AtomicFile(directory.path + "/x/y") }
        #expect(throws: StoreError.self) { try AtomicFile(directory.path) }
    }

    @Test(arguments: ["a//b", "/a", "a/", "../a", "a/../b", ".", "a/./b", "", "a\0b"])
    func keysThatAreNoFileNames(_ key: String) {
        #expect(throws: StoreError.self) { try LocalNames.path(for: key, below: "dir") }
    }

    @Test func names() throws {
        #expect(try LocalNames.path(for: "a/b c/..d", below: "dir") == "dir/a/b c/..d")
        #expect(try LocalNames.path(for: "a", below: "/") == "/a")
        #expect(LocalNames.last("a/b/c.txt") == "c.txt")
        #expect(LocalNames.last("/x/dir/") == "dir")
        #expect(LocalNames.last("x") == "x")
    }
}
