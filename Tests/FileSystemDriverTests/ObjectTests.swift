import Coffer
import Foundation
import Testing

@testable import FileSystemDriver

@Suite struct ObjectTests {
    static let metadata = ObjectMetadata(
        contentType: "text/plain; charset=utf-8", contentDisposition: "attachment", contentEncoding: "gzip",
        contentLanguage: "de", cacheControl: "no-store", user: ["one": "1", "two": "zwei: ü", "colon-": "a: b"])

    @Test func roundTripsBytesAndMetadata() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let put = try await store.put("a/b.txt", "hello", WriteOptions(metadata: Self.metadata))
        let (info, bytes) = try await store.get("a/b.txt")
        #expect(bytes.utf8String == "hello")
        #expect(info == put)
        #expect(info.metadata == Self.metadata)
        #expect(info.size == 5)
        #expect(info.etag != nil && info.lastModified != nil)
        #expect(try await store.stat("a/b.txt") == put)
        // What another program sees.
        #expect(try String(contentsOfFile: scratch.root + "/a/b.txt", encoding: .utf8) == "hello")
        // Another store on the same directory, as after a restart.
        #expect(try await scratch.store().stat("a/b.txt") == put)
        // Metadata does not stay behind when an object is replaced without.
        try await store.put("a/b.txt", "again")
        #expect(try await store.stat("a/b.txt").metadata.isEmpty)
    }

    @Test func metadataThatIsTooLargeForAnAttribute() async throws {
        // ext4 holds about 4 KiB of attributes; tmpfs 64 KiB.
        for base in ["/tmp", "/dev/shm"] {
            let scratch = Scratch(on: base)
            let store = try scratch.store(durability: .full)
            let large = ObjectMetadata(contentDisposition: String(repeating: "x", count: 100_000))
            let put = try await store.put("a", "1", WriteOptions(metadata: large))
            #expect(try await store.stat("a") == put)
            #expect(try await scratch.store().get("a").info.metadata == large)
            // It goes along with copies and moves, and goes when the object goes.
            try await store.copy("a", to: "b")
            try await store.move("a", to: "c/d")
            #expect(try await store.stat("b").metadata == large)
            #expect(try await store.stat("c/d").metadata == large)
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root + "/.coffer/meta").count == 2)
            try await store.put("b", "2")
            #expect(try await store.stat("b").metadata.isEmpty)
            try await store.delete("c/d")
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root + "/.coffer/meta").isEmpty)
            // A write that fails leaves none behind.
            #expect(
                await code {
                    try await store.put("b", "3", WriteOptions(metadata: large, condition: .absent))
                } == .alreadyExists)
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root + "/.coffer/meta").isEmpty)
        }
    }

    @Test func missingObjects() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        try await store.put("a/b", "x")
        for key in ["x", "a", "a/", "a/b/", "a/b/c", "a/c", "a//b", "/a/b"] as [Key] {
            #expect(await code { _ = try await store.stat(key) } == .notFound, "\(key)")
            #expect(await code { _ = try await store.get(key) } == .notFound, "\(key)")
            try await store.delete(key)
            #expect(await code { try await store.delete(key, DeleteOptions(ifMatch: "x")) } == .preconditionFailed)
            #expect(await code { try await store.move(key, to: "z/y") } == .notFound)
            #expect(await code { try await store.copy(key, to: "z/y") } == .notFound)
        }
        #expect(try scratch.tree() == ["a", "a/b"])
    }

    @Test func ranges() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        try await store.put("big", .bytes(bytes))
        #expect(try await store.get("big").bytes.array == bytes)
        for range in [0..<1, 5..<70_000, 1_000_000..<2_500_000, 2_999_999..<3_000_000] as [Range<Int64>] {
            let part = try await store.get("big", range: .bounded(range))
            #expect(part.array == Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
        }
        #expect(try await store.get("big", range: .suffix(10)).array == Array(bytes.suffix(10)))
        #expect(try await store.get("big", range: .from(2_999_000)).array == Array(bytes[2_999_000...]))
        #expect(await code { _ = try await store.get("big", range: .from(3_000_000)) } == .rangeNotSatisfiable)
    }

    @Test func readConditions() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let info = try await store.put("a", "x")
        let etag = try #require(info.etag)
        #expect(try await store.stat("a", ReadOptions(ifMatch: etag)) == info)
        #expect(await code { _ = try await store.stat("a", ReadOptions(ifMatch: "other")) } == .preconditionFailed)
        #expect(await code { _ = try await store.get("a", ReadOptions(ifNoneMatch: etag)) } == .notModified)
    }

    @Test func replacedWhileItIsRead() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let old = [UInt8](repeating: 1, count: 5 << 20)
        try await store.put("a", .bytes(old))
        let reader = try await store.reader("a")
        var read = try #require(try await reader.next()).array
        try await store.put("a", .bytes([UInt8](repeating: 2, count: 5 << 20)))
        while let chunk = try await reader.next() { read += chunk.array }
        #expect(read == old)
    }

    @Test func changedInPlaceWhileItIsRead() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        try await store.put("a", .bytes([UInt8](repeating: 1, count: 5 << 20)))
        let reader = try await store.reader("a")
        _ = try await reader.next()
        let file = try #require(FileHandle(forWritingAtPath: scratch.root + "/a"))
        try file.seek(toOffset: 4 << 20)
        try file.write(contentsOf: Data("changed".utf8))
        try file.close()
        #expect(await code { while try await reader.next() != nil {} } == .conflict)
    }

    @Test func etagsChangeWithEveryWriteAndSurvive() async throws {
        let scratch = Scratch(on: "/tmp")
        let store = try scratch.store()
        var seen: Set<String> = []
        for _ in 0..<500 {
            let etag = try await store.put("a", "same").etag
            #expect(seen.insert(try #require(etag?.value)).inserted)
            #expect(try await store.stat("a").etag == etag)
        }
        // A file of another program has one too, and it changes when the file is changed in place.
        try scratch.plant("b", "one")
        let first = try await store.stat("b").etag
        #expect(try await scratch.store().stat("b").etag == first)
        let listed = try await store.listPage(ListOptions(prefix: "b")).entries.first
        guard case .object(let info) = listed else { throw StoreError(.internal, "not listed") }
        #expect(info.etag == first)
        let file = try #require(FileHandle(forWritingAtPath: scratch.root + "/b"))
        try file.write(contentsOf: Data("two".utf8))
        try file.close()
        #expect(try await store.stat("b").etag != first)
        // A move keeps it: the bytes are the same.
        let before = try await store.stat("b").etag
        #expect(try await store.move("b", to: "c").etag == before)
    }

    @Test func keyAndKeysBelowIt() async throws {
        for durability in FileSystemOptions.Durability.allCases {
            let scratch = Scratch()
            let store = try scratch.store(durability: durability)
            let a = try await store.put("a", "A", WriteOptions(metadata: Self.metadata))
            try await store.put("a/b", "B")
            try await store.put("a/b/c", "C")
            try await store.put("a/", "slash")
            try await store.put("a//", "slashes")
            try await store.put("a.txt", "T")
            #expect(try await store.stat("a") == a)
            #expect(try await store.text("a/b") == "B")
            #expect(try await store.text("a/b/c") == "C")
            #expect(try await store.text("a/") == "slash")
            #expect(try await store.text("a//") == "slashes")
            #expect(try await store.names() == ["a", "a.txt", "a/", "a//", "a/b", "a/b/c"])
            #expect(try await store.names(delimiter: "/") == ["a", "a.txt", "a/"])
            #expect(try await store.names("a/", delimiter: "/") == ["a/", "a//", "a/b", "a/b/"])
            // The other way round: the directory is there first.
            try await store.put("d/e", "E")
            #expect(await code { try await store.put("d/e", "x", WriteOptions(condition: .absent)) } == .alreadyExists)
            try await store.put("d", "D", WriteOptions(condition: .absent))
            #expect(await code { try await store.put("d", "x", WriteOptions(condition: .absent)) } == .alreadyExists)
            let d = try await store.stat("d")
            try await store.put("d", "D2", WriteOptions(condition: .matches(try #require(d.etag))))
            #expect(try await store.text("d") == "D2")
            try await store.move("d", to: "m/n")
            #expect(try await store.text("m/n") == "D2")
            #expect(try await store.text("d/e") == "E")
            try await store.move("m/n", to: "d")
            #expect(try await store.text("d") == "D2")
            for key in try await store.names() { try await store.delete(Key(key)) }
            #expect(try scratch.tree() == [])
        }
    }

    @Test func emptyDirectoriesGo() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        try await store.put("a/b/c/d", "x")
        try await store.put("a/e", "x")
        try await store.delete("a/b/c/d")
        #expect(try scratch.tree() == ["a", "a/e"])
        try await store.move("a/e", to: "f")
        #expect(try scratch.tree() == ["f"])
        let keeping = try scratch.store(keepEmptyDirectories: true)
        try await keeping.put("k/l", "x")
        try await keeping.delete("k/l")
        #expect(try scratch.tree() == ["f", "k"])
        // A write that fails takes away what it made, and no more.
        #expect(
            await code { try await store.put("n/o", "x", WriteOptions(condition: .matches("no"))) }
                == .preconditionFailed)
        #expect(try scratch.tree() == ["f", "k"])
    }

    @Test func copyAndMove() async throws {
        let scratch = Scratch(on: "/tmp")
        let store = try scratch.store()
        let bytes = [UInt8](repeating: 5, count: 3_000_000)
        let source = try await store.put("s", .bytes(bytes), WriteOptions(metadata: Self.metadata))
        let copy = try await store.copy("s", to: "t/u")
        #expect(copy.metadata == Self.metadata && copy.etag != source.etag && copy.size == source.size)
        #expect(try await store.get("t/u").bytes.array == bytes)
        #expect(try await store.stat("t/u") == copy)
        let plain = ObjectMetadata(contentType: "a/b")
        #expect(try await store.copy("s", to: "s", CopyOptions(metadata: plain)).metadata == plain)
        #expect(try await store.stat("s").metadata == plain)
        #expect(
            await code { try await store.copy("s", to: "t/u", CopyOptions(condition: .absent)) } == .alreadyExists)
        #expect(
            await code { try await store.copy("s", to: "v", CopyOptions(ifSourceMatch: "no")) } == .preconditionFailed)
        #expect(await code { try await store.move("s", to: "t/u", CopyOptions(condition: .absent)) } == .alreadyExists)
        let moved = try await store.move("t/u", to: "s")
        #expect(moved.etag == copy.etag && moved.metadata == Self.metadata)
        #expect(try scratch.tree() == ["s"])
    }

    @Test func putsFilesAndManyPieces() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        try await store.put("a", .bytes(bytes))
        try await store.put("b", .file(scratch.root + "/a"))
        #expect(try await store.get("b").bytes.array == bytes)
        // From another file system, where copy_file_range may not help.
        try await store.put("c", .file("/etc/passwd"))
        #expect(
            try await store.get("c").bytes.array == Array(try Data(contentsOf: URL(fileURLWithPath: "/etc/passwd"))))
        let file = try OpenFile.reading(scratch.root + "/a")
        var payload = Payload(Chunk("head"))
        payload.append(Chunk("er"))
        let region = FileRegion(file: file, offset: 1000, count: 70_000)
        try await store.put("d", .payload(payload))
        #expect(try await store.text("d") == "header")
        try await store.put("e", .payload(Payload(region)))
        #expect(try await store.get("e").bytes.array == Array(bytes[1000..<71_000]))
    }

    @Test func batchDelete() async throws {
        for durability in FileSystemOptions.Durability.allCases {
            let scratch = Scratch()
            let store = try scratch.store(durability: durability)
            let keys = (0..<300).map { Key("d\($0 % 7)/k\($0)") }
            for key in keys { try await store.put(key, "x") }
            let driver = try #require(store.driver as? FileSystemDriver)
            let outcomes = try await driver.deleteBatch(keys + ["missing"])
            #expect(outcomes.count == 301 && outcomes.allSatisfy { $0.error == nil })
            #expect(try scratch.tree() == [])
        }
    }

    @Test func opensByURLAndRefusesWrongSettings() async throws {
        let scratch = Scratch()
        let store = try await Store.open("fs://\(scratch.root)?durability=relaxed", environment: [:])
        try await store.put("a", "x")
        #expect(try scratch.tree() == ["a"])
        await store.close()
        #expect(
            await code {
                _ = try await Store.open(
                    "fs://\(scratch.root)/none", options: ["create": "false"], environment: [:])
            } == .bucketNotFound)
        #expect(
            await code { _ = try await Store.open("fs://\(scratch.root)/a", environment: [:]) } == .bucketNotFound)
        for options in [["file_mode": "9"], ["durability": "some"], ["root": ""], ["symlinks": "yes"]] {
            var options = options
            if options["root"] == nil { options["root"] = scratch.root }
            let settings = options
            #expect(
                await code { _ = try await Store.open(driver: "fs", options: settings, environment: [:]) }
                    == .invalidConfiguration)
        }
    }

    @Test func modesAreThoseAskedFor() async throws {
        let scratch = Scratch()
        let volume = try Volume(
            FileSystemOptions(root: scratch.root, durability: .relaxed, fileMode: 0o640, directoryMode: 0o750))
        let store = Store(driver: FileSystemDriver(volume))
        try await store.put("d/f", "x")
        let file = try FileManager.default.attributesOfItem(atPath: scratch.root + "/d/f")[.posixPermissions] as? Int
        let directory = try FileManager.default.attributesOfItem(atPath: scratch.root + "/d")[.posixPermissions] as? Int
        let mask = umask(0)
        umask(mask)
        #expect(file == 0o640 & ~Int(mask))
        #expect(directory == 0o750 & ~Int(mask))
    }
}
