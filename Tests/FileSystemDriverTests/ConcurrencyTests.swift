import Coffer
import Foundation
import Synchronization
import Testing

@testable import FileSystemDriver

/// A number that many tasks count up.
private final class Counter: Sendable {
    private let value = Atomic(0)
    var count: Int { value.load(ordering: .sequentiallyConsistent) }
    func add() { value.wrappingAdd(1, ordering: .sequentiallyConsistent) }
}

@Suite struct ConcurrencyTests {
    @Test func oneOfSixteenCreatesWins() async throws {
        let scratch = Scratch()
        for round in 0..<20 {
            // Two stores: what holds between threads holds between processes.
            let stores = [try scratch.store(), try scratch.store()]
            let key = Key(round % 2 == 0 ? "k\(round)" : "d\(round)/e/k")
            let winners = await withTaskGroup(of: Int?.self) { group in
                for writer in 0..<16 {
                    group.addTask {
                        let error = await code {
                            try await stores[writer % 2].put(
                                key, .string("\(writer)"), WriteOptions(condition: .absent))
                        }
                        #expect(error == nil || error == .alreadyExists)
                        return error == nil ? writer : nil
                    }
                }
                return await group.reduce(into: [Int]()) { if let winner = $1 { $0.append(winner) } }
            }
            #expect(winners.count == 1)
            #expect(try await stores[0].text(key) == winners.first.map(String.init))
        }
    }

    @Test func compareAndSwapLosesNoIncrement() async throws {
        let scratch = Scratch()
        let first = try scratch.store()
        try await first.put("counter", "0")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    do {
                        let store = try scratch.store()
                        for _ in 0..<10 {
                            while true {
                                let (info, bytes) = try await store.get("counter")
                                let value = (bytes.utf8String.flatMap { Int($0) } ?? -1) + 1
                                let condition = WriteCondition.matches(try #require(info.etag))
                                let error = await code {
                                    try await store.put(
                                        "counter", .string(String(value)), WriteOptions(condition: condition))
                                }
                                if error == nil { break }
                                #expect(error == .preconditionFailed)
                            }
                        }
                    } catch {
                        Issue.record(error)
                    }
                }
            }
        }
        #expect(try await first.text("counter") == "50")
    }

    @Test func deleteIfMatchDeletesNothingElse() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let deleted = Counter()
        let written = Counter()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for _ in 0..<50 {
                        if worker % 2 == 0 {
                            let error = await code {
                                try await store.put("a", "x", WriteOptions(condition: .absent))
                            }
                            if error == nil { written.add() }
                        } else if let etag = try? await store.stat("a").etag {
                            let error = await code { try await store.delete("a", DeleteOptions(ifMatch: etag)) }
                            if error == nil { deleted.add() }
                        }
                    }
                }
            }
        }
        let left = try await store.exists("a") ? 1 : 0
        #expect(written.count == deleted.count + left)
    }

    /// Directories come and go while others write into them; a key and the keys below it change places.
    @Test func directoriesThatComeAndGo() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    do {
                        let own = Key("a/b/c/\(worker)")
                        for index in 0..<60 {
                            try await store.put(own, .string("\(index)"))
                            #expect(try await store.text(own) == "\(index)")
                            if worker == 0 { try await store.put("a/b", .string("\(index)")) }
                            if worker == 1 { try await store.put("a", .string("\(index)")) }
                            if worker == 2 { try await store.delete("a/b") }
                            if worker == 3 {
                                try await store.move(own, to: Key("m/\(index % 3)/\(worker)"))
                            } else {
                                try await store.delete(own)
                            }
                            #expect(await code { _ = try await store.stat(own) } == .notFound)
                        }
                    } catch {
                        Issue.record(error)
                    }
                }
            }
        }
        #expect(try await store.text("a") == "59")
        for key in try await store.names() { try await store.delete(Key(key)) }
        #expect(try scratch.tree() == [])
    }

    /// Readers of a key that is always there always find a whole object, with the metadata of its bytes.
    @Test func readersSeeWholeObjects() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        @Sendable func write(_ version: Int) async throws {
            var metadata = ObjectMetadata(user: ["v": String(version)])
            if version % 3 == 0 { metadata.cacheControl = String(repeating: "c", count: 70_000) }
            let body = Body.string(String(repeating: "\(version),", count: 1 + version * 31 % 4000))
            try await store.put("a", body, WriteOptions(metadata: metadata))
        }
        try await write(0)
        let isDone = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for version in 1...150 {
                    try await write(version)
                    // The object moves into the directory of its name and back out of nothing.
                    if version == 50 { try await store.put("a/b", "x") }
                    if version == 100 { try await store.delete("a/b") }
                }
                isDone.add()
            }
            for _ in 0..<4 {
                group.addTask {
                    while isDone.count == 0 {
                        let (info, bytes) = try await store.get("a")
                        let version = try #require(info.metadata.user["v"].flatMap { Int($0) })
                        let expected = String(repeating: "\(version),", count: 1 + version * 31 % 4000)
                        #expect(bytes.utf8String == expected)
                        #expect((info.metadata.cacheControl != nil) == (version % 3 == 0))
                        #expect(try await store.names() == ["a"] || version >= 49)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func writersLeaveNothingBehind() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        try await store.put("a", "old")
        for size in [0, 1, 65_535, 65_536, 65_537, 1_000_000] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 3) }
            let writer = try await store.writer("x/y", WriteOptions(metadata: ObjectMetadata(contentType: "a/b")))
            var offset = 0
            while offset < size {
                let next = min(size, offset + 1 + offset * 5 % 300_000)
                try await writer.write(Array(bytes[offset..<next]))
                offset = next
            }
            #expect(await code { _ = try await store.stat("x/y") } == .notFound)
            let info = try await writer.finish()
            #expect(info.size == Int64(size) && info.metadata.contentType == "a/b")
            #expect(try await store.get("x/y").bytes.array == bytes)
            #expect(await code { _ = try await writer.finish() } == .closed)
            try await store.delete("x/y")
        }
        // Aborted, dropped, failed, cancelled.
        for key in ["a", "p/q"] as [Key] {
            let aborted = try await store.writer(key)
            try await aborted.write([1, 2, 3])
            await aborted.abort()
            #expect(await code { try await aborted.write([1]) } == .closed)
            do {
                let dropped = try await store.writer(key)
                try await dropped.write([UInt8](repeating: 1, count: 100_000))
            }
            #expect(
                await code {
                    try await store.put(key, .stream { throw StoreError(.io, "the source failed") })
                } == .io)
            let task = Task { () async throws -> Void in
                let writer = try await store.writer(key)
                try await writer.write([1, 2, 3])
                while !Task.isCancelled { await Task.yield() }
                _ = try await writer.finish()
            }
            task.cancel()
            #expect(await code { try await task.value } == .cancelled)
            let exists = try await store.exists("a")
            #expect(exists)
            let stale = try await store.writer(key, WriteOptions(condition: .none))
            try await stale.write([1])
            await stale.abort()
        }
        #expect(try scratch.tree() == ["a"])
        #expect(try await store.text("a") == "old")
        await store.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root + "/.coffer/writers").isEmpty)
        // The root itself.
        #expect(try scratch.openDescriptors() == 1)
    }

    @Test func conditionOfAWriterCountsWhenItFinishes() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let writer = try await store.writer("a", WriteOptions(condition: .absent))
        try await writer.write([1])
        try await store.put("a", "first")
        #expect(await code { _ = try await writer.finish() } == .alreadyExists)
        #expect(try await store.text("a") == "first")
        #expect(try scratch.tree() == ["a"])
    }

    @Test func sweepingSparesTheLiving() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let writer = try await store.writer("d/a")
        try await writer.write([UInt8](repeating: 1, count: 100_000))
        let maker = TemporaryName.maker
        let system = String(maker.system, radix: 16)
        // Of a process that has ended, of one whose number is used again, of another machine (young and old).
        let names = [
            ".coffer.tmp.\(system).3ffffff.1.1", ".coffer.tmp.\(system).\(String(getpid(), radix: 16)).1.1",
            ".coffer.tmp.1234.1.1.1", ".coffer.tmp.1234.1.1.2",
        ]
        for name in names { try scratch.plant("d/" + name) }
        try FileManager.default.createDirectory(
            atPath: scratch.root + "/d/.coffer.tmp.\(system).3ffffff.1.2", withIntermediateDirectories: true)
        try scratch.plant("d/.coffer.tmp.\(system).3ffffff.1.2/.coffer.self")
        // Only a clock that stood elsewhere can make ctime old: so the young one is what can be shown to stay.
        let volume = try scratch.volume()
        volume.sweepAll()
        let left = try scratch.tree().filter { $0.contains(".coffer.tmp") }
        #expect(left.count == 3 && left.contains("d/" + names[2]) && left.contains("d/" + names[3]))
        let info = try await writer.finish()
        #expect(info.size == 100_000)
        #expect(try await store.names() == ["d/a"])
    }
}
