import Coffer
import Foundation
import Testing

@testable import FileSystemDriver

/// Each system call fails in turn: the old object or the new one is there, nothing is left behind, and the store works.
@Suite struct FaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// The keys and texts afterwards, if it succeeds.
        let after: [String: String]
        let run: @Sendable (Volume) throws -> Void

        var testDescription: String { name }
    }

    static let before = ["old": "old", "dir/a": "a", "large": "large"]
    private static let large = ObjectMetadata(contentDisposition: String(repeating: "x", count: 100_000))

    private static func after(_ changes: [String: String?]) -> [String: String] {
        var result = before
        for (key, text) in changes { result[key] = text }
        return result
    }

    private static func put(
        _ volume: Volume, _ key: Key, _ metadata: ObjectMetadata = ObjectMetadata(), _ condition: WriteCondition = .none
    ) throws {
        _ = try volume.put(key, Payload(Chunk("new")), WriteOptions(metadata: metadata, condition: condition), nil)
    }

    static let cases: [Case] = [
        Case(name: "create", after: after(["new": "new"])) { try put($0, "new") },
        Case(name: "create below", after: after(["x/y/z": "new"])) { try put($0, "x/y/z") },
        Case(name: "create only", after: after(["x/n": "new"])) { try put($0, "x/n", ObjectMetadata(), .absent) },
        Case(name: "overwrite", after: after(["old": "new"])) {
            try put($0, "old", ObjectMetadata(contentType: "a/b", user: ["k": "v"]))
        },
        Case(name: "large metadata", after: after(["old": "new"])) { try put($0, "old", large) },
        Case(name: "replace large metadata", after: after(["large": "new"])) { try put($0, "large") },
        Case(name: "compare and swap", after: after(["old": "new"])) {
            try put($0, "old", ObjectMetadata(), .matches(try $0.stat("old", StatOptions()).etag ?? ""))
        },
        Case(name: "promote", after: after(["old/below": "new"])) { try put($0, "old/below") },
        Case(name: "own object", after: after(["dir": "new"])) { try put($0, "dir") },
        Case(name: "copy", after: after(["x/copy": "old"])) {
            _ = try $0.copy("old", to: "x/copy", CopyOptions(), nil)
        },
        Case(name: "copy with large metadata", after: after(["copy": "large"])) {
            _ = try $0.copy("large", to: "copy", CopyOptions(), nil)
        },
        Case(name: "move", after: after(["old": nil, "x/moved": "old"])) {
            _ = try $0.move("old", to: "x/moved", CopyOptions())
        },
        Case(name: "move onto", after: after(["dir/a": nil, "large": "a"])) {
            _ = try $0.move("dir/a", to: "large", CopyOptions())
        },
        Case(name: "delete", after: after(["old": nil])) { try $0.delete("old", ifMatch: nil) },
        Case(name: "delete the last", after: after(["dir/a": nil])) { try $0.delete("dir/a", ifMatch: nil) },
        Case(name: "delete with large metadata", after: after(["large": nil])) { try $0.delete("large", ifMatch: nil) },
        Case(name: "batch delete", after: after(["old": nil, "dir/a": nil])) {
            for outcome in $0.deleteBatch(["old", "dir/a"], nil) { if let error = outcome.error { throw error } }
        },
    ]

    /// Reads all objects.
    private func contents(_ volume: Volume) throws -> [String: String] {
        var found: [String: String] = [:]
        for entry in try volume.list(ListOptions(), nil).entries {
            guard case .object(let info) = entry else { continue }
            let response = try volume.read(info.key, ReadOptions())
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
            defer { buffer.deallocate() }
            nonisolated(unsafe) let memory = buffer
            let stream = response.stream
            let count = try CallingThread.run { () async throws(StoreError) in try await stream.read(into: memory) }
            found[info.key.string] = String(decoding: buffer[..<count], as: UTF8.self)
            // Metadata belongs to its bytes.
            let isLarge = response.info.metadata.contentDisposition != nil
            if found[info.key.string] == "old" || found[info.key.string] == "a" { #expect(!isLarge) }
            if found[info.key.string] == "large" { #expect(isLarge) }
        }
        return found
    }

    static let errors: [Int32] = [EIO, ENOSPC, EACCES, EINTR, EDQUOT]

    @Test(arguments: cases, errors) func failsAtTheNthCall(_ test: Case, _ number: Int32) throws {
        var n = 0
        var isClean = false
        while !isClean && n < 200 {
            n += 1
            let scratch = Scratch()
            let volume = try scratch.volume(durability: .full)
            for (key, text) in Self.before {
                let metadata = key == "large" ? Self.large : ObjectMetadata()
                _ = try volume.put(Key(key), Payload(Chunk(text)), WriteOptions(metadata: metadata), nil)
            }
            let failing = n
            var failure: StoreError?
            var calls = 0
            (_, calls) = SyscallFaults.with({ _, index in index == failing ? .fail(number) : nil }) {
                do { try test.run(volume) } catch { failure = StoreError(wrapping: error) }
            }
            isClean = calls < failing
            let context =
                "\(test.name), call \(failing), \(systemMessage(number)): \(failure.map { "\($0)" } ?? "done")"
            let found = try contents(volume)
            if let failure {
                #expect(number != EINTR, "\(context)")
                // After the name is there, only bringing it to the disk can fail, which is an error too.
                let outcomes: [[String: String]] =
                    test.name == "batch delete"
                    ? [Self.before, test.after, Self.after(["old": nil]), Self.after(["dir/a": nil])]
                    : [Self.before, test.after]
                #expect(outcomes.contains(found), "\(context): \(found)")
                #expect([.io, .permissionDenied].contains(failure.code), "\(context)")
            } else {
                #expect(found == test.after, "\(context): \(found)")
            }
            let tree = try scratch.tree()
            #expect(!tree.contains { $0.contains(".coffer.tmp") }, "\(context): \(tree)")
            #expect(
                tree.filter { $0.hasPrefix("x") }.isEmpty || found.keys.contains { $0.hasPrefix("x") }, "\(context)")
            // The store still works.
            _ = try volume.put("old", Payload(Chunk("again")), WriteOptions(), nil)
            #expect(try contents(volume)["old"] == "again")
        }
        #expect(isClean && n > 5)
    }

    @Test func shortReadsAndWrites() throws {
        let scratch = Scratch()
        let volume = try scratch.volume()
        let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try scratch.plant("source")
        try Data(bytes).write(to: URL(fileURLWithPath: scratch.root + "/source"))
        let region = try OpenFile.reading(scratch.root + "/source").wholeRegion()
        let (_, calls) = try SyscallFaults.with({ _, index in .short(1 + index % 1000) }) {
            _ = try volume.put("memory", Payload(Chunk(bytes)), WriteOptions(), nil)
            _ = try volume.put("file", Payload(region), WriteOptions(), nil)
            _ = try volume.copy("memory", to: "copy", CopyOptions(), nil)
            for key in ["memory", "file", "copy"] as [Key] {
                let stream = try volume.read(key, ReadOptions()).stream
                let read = try CallingThread.run { () async throws(StoreError) in
                    var read: [UInt8] = []
                    while let chunk = try await stream.next() { read += chunk.array }
                    return read
                }
                #expect(read == bytes, "\(key)")
            }
        }
        #expect(calls > 200)
    }

    @Test func copyingByHandWhereTheKernelCannot() throws {
        let scratch = Scratch()
        let volume = try scratch.volume()
        let bytes = [UInt8](repeating: 9, count: 3_000_000)
        _ = try volume.put("a", Payload(Chunk(bytes)), WriteOptions(), nil)
        for number in [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP] {
            _ = try SyscallFaults.with({ call, _ in call == .copyRange || call == .clone ? .fail(number) : nil }) {
                _ = try volume.copy("a", to: "b", CopyOptions(), nil)
            }
            #expect(try volume.stat("b", StatOptions()).size == 3_000_000)
        }
    }

    /// File systems without some of what ext4 and tmpfs have.
    @Test func plainerFileSystems() throws {
        let scratch = Scratch()
        let volume = try scratch.volume()
        let metadata = ObjectMetadata(contentType: "a/b", user: ["k": "v"])
        // No extended attributes: the metadata goes into a file of its own.
        _ = try SyscallFaults.with({ call, _ in
            call == .setAttribute || call == .getAttribute ? .fail(EOPNOTSUPP) : nil
        }) {
            _ = try volume.put("a", Payload(Chunk("1")), WriteOptions(metadata: metadata), nil)
            #expect(try volume.stat("a", StatOptions()).metadata == metadata)
            _ = try volume.copy("a", to: "b", CopyOptions(), nil)
            _ = try volume.move("b", to: "c", CopyOptions())
            #expect(try volume.stat("c", StatOptions()).metadata == metadata)
            _ = try volume.put("c", Payload(Chunk("2")), WriteOptions(), nil)
            #expect(try volume.stat("c", StatOptions()).metadata.isEmpty)
            try volume.delete("a", ifMatch: nil)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root + "/.coffer/meta").isEmpty)
        // No renameat2 flags: create-only by link.
        _ = try SyscallFaults.with({ call, index in call == .rename ? .fail(EINVAL) : nil }) {
            let options = WriteOptions(metadata: metadata, condition: .absent)
            _ = try volume.put("new", Payload(Chunk("1")), options, nil)
            #expect(throws: StoreError.self) { try volume.put("new", Payload(Chunk("2")), options, nil) }
            #expect(try volume.stat("new", StatOptions()).metadata == metadata)
            // And no exchange: said clearly, nothing broken.
            do {
                _ = try volume.put("new/below", Payload(Chunk("2")), WriteOptions(), nil)
                Issue.record("a key below an object without exchange")
            } catch {
                #expect(StoreError(wrapping: error).code == .unsupported)
            }
        }
        #expect(try scratch.tree() == ["c", "new"])
    }

    @Test func errorsSayWhatToDo() throws {
        let scratch = Scratch()
        let volume = try scratch.volume()
        _ = try volume.put("a", Payload(Chunk("1")), WriteOptions(), nil)
        func failing(_ kind: SystemCall, _ number: Int32, _ body: () throws -> Void) -> StoreError? {
            var failure: StoreError?
            _ = SyscallFaults.with({ call, _ in call == kind ? .fail(number) : nil }) {
                do { try body() } catch { failure = StoreError(wrapping: error) }
            }
            return failure
        }
        let put: () throws -> Void = { _ = try volume.put("a", Payload(Chunk("2")), WriteOptions(), nil) }
        let full = failing(.write, ENOSPC, put)
        #expect(full?.code == .io && full?.message.contains("free some space") == true)
        #expect(failing(.open, EROFS, put)?.code == .permissionDenied)
        #expect(failing(.rename, EPERM, put)?.code == .permissionDenied)
        #expect(failing(.open, EMFILE, put)?.isRetryable == true)
        #expect(failing(.close, EIO, put)?.code == .io)
        #expect(failing(.write, EFBIG, put)?.code == .tooLarge)
        let read = failing(.open, EACCES) { _ = try volume.read("a", ReadOptions()) }
        #expect(read?.code == .permissionDenied && read?.message.contains("'a'") == true)
        #expect(try scratch.tree() == ["a"])
    }
}
