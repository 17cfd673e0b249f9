import CofferTesting
import MemoryDriver
import Testing

@testable import Coffer

@Suite("Uploads that are resumed")
struct ResumeTests {
    static let partSize = 1000
    static let options = WriteOptions(partSize: Int64(partSize), concurrency: 3)

    /// A store whose n-th part fails for good.
    static func failing(_ driver: any Driver, at call: Int) -> Store {
        Store(
            driver: driver,
            layers: [FaultLayer(FaultPlan([Fault(.uploadPart, at: call, isPersistent: true, .fail(.permanent()))]))])
    }

    @Test("A token survives as text, and what is no token is refused")
    func token() async throws {
        let store = Store(driver: MemoryDriver())
        for condition in [WriteCondition.none, .absent, .matches("a&b=\"%\"")] {
            var options = Self.options
            options.condition = condition
            let upload = try await store.beginUpload("kä/ &=?#%\u{1F600}", .bytes([1, 2, 3]), options)
            let text = upload.token.text
            #expect(text.utf8.allSatisfy { $0 > 32 && $0 < 127 })
            #expect(try UploadToken(" \(text)\n") == upload.token)
            for end in [0, 10, text.count / 2, text.count - 1] {
                #expect(throws: StoreError.self) { try UploadToken(String(text.prefix(end))) }
            }
            let damaged = text.replacing("part=1000", with: "part=1001")
            #expect(throws: StoreError.self) { try UploadToken(damaged) }
            let later = text.replacing("coffer-upload-1", with: "coffer-upload-2")
            let error = #expect(throws: StoreError.self) { try UploadToken(later) }
            #expect(error?.code == .invalidArgument && error?.message.contains("coffer-upload-2") == true)
            try await upload.abort()
            await #expect(throws: StoreError.self) { try await upload.finish() }
        }
        #expect(try await store.uploads().isEmpty)
    }

    @Test(
        "Interrupted at each part, continued elsewhere: every part that arrived is sent once", arguments: [false, true])
    func everyPart(_ isFile: Bool) async throws {
        let bytes = ConformanceContext.pattern(9_500)
        let directory = try ScratchDirectory()
        let source = isFile ? Body.file(try directory.write("source", bytes)) : .chunk(bytes)
        for call in 1...10 {
            let driver = MemoryDriver()
            let first = try await Self.failing(driver, at: call).beginUpload("a", source, Self.options)
            await #expect(throws: StoreError.self) { try await first.finish() }
            let store = Store(driver: driver)
            #expect(try await store.exists("a") == false)
            let id = first.token.upload
            let before = try await driver.listParts(id)
            let plan = FaultPlan()
            let other = Store(driver: driver, layers: [FaultLayer(plan)])
            let second = try await other.resumeUpload(try UploadToken(first.token.text), source, Self.options)
            #expect(second.bytesStored == before.reduce(0) { $0 + $1.size })
            let info = try await second.finish()
            #expect(info.size == 9_500)
            #expect(plan.calls.filter { $0 == .uploadPart }.count == 10 - before.count)
            #expect(try await store.get("a").bytes == bytes)
            #expect(try await store.uploads().isEmpty)
            // After completion: the same object, nothing sent.
            let third = try await other.resumeUpload(first.token, source, Self.options)
            #expect(third.bytesStored == 9_500)
            #expect(try await third.finish().etag == info.etag)
        }
    }

    @Test("The same object goes on after a failure; a pause stops it, and nothing is aborted")
    func again() async throws {
        let bytes = ConformanceContext.pattern(20_000)
        let driver = MemoryDriver()
        let plan = FaultPlan([Fault(.uploadPart, at: 5, .fail(.permanent()))])
        let store = Store(driver: driver, layers: [FaultLayer(plan)])
        let upload = try await store.beginUpload("a", .chunk(bytes), Self.options)
        await #expect(throws: StoreError.self) { try await upload.finish() }
        plan.add(Fault(.uploadPart, isPersistent: true, .delay(.milliseconds(10))))
        let before = upload.bytesStored
        let running = Task { try await upload.finish() }
        while upload.bytesStored <= before { await Task.yield() }
        upload.pause()
        let error = await #expect(throws: StoreError.self) { try await running.value }
        #expect(error?.code == .cancelled)
        #expect(try await store.uploads().count == 1)
        plan.clear()
        _ = try await upload.finish()
        #expect(try await store.get("a").bytes == bytes)
    }

    @Test("A source that changed is refused, and says how", arguments: [false, true])
    func changed(_ isFile: Bool) async throws {
        let bytes = ConformanceContext.pattern(5_500)
        let directory = try ScratchDirectory()
        func body(_ bytes: Chunk) throws -> Body { isFile ? .file(try directory.write("s", bytes)) : .chunk(bytes) }
        let driver = MemoryDriver()
        let first = try await Self.failing(driver, at: 4).beginUpload("a", try body(bytes), Self.options)
        await #expect(throws: StoreError.self) { try await first.finish() }
        let store = Store(driver: driver)
        var other = bytes.array
        other[1500] ^= 1
        let cases = [(Chunk(bytes.array + [0]), "5501"), (bytes.dropFirst(1), "5499"), (Chunk(other), "part 2")]
        for (changed, hint) in cases {
            let error = await #expect(throws: StoreError.self) {
                try await store.resumeUpload(first.token, try body(changed), Self.options)
            }
            #expect(error?.code == .conflict && error?.message.contains(hint) == true, "\(String(describing: error))")
        }
        let stream = await #expect(throws: StoreError.self) {
            try await store.resumeUpload(first.token, .stream { nil }, Self.options)
        }
        #expect(stream?.code == .invalidArgument)
        // The right one still works.
        let upload = try await store.resumeUpload(first.token, try body(bytes), Self.options)
        try await upload.finish()
        #expect(try await store.get("a").bytes == bytes)
    }

    @Test("Where nobody can compare parts, a file that was touched is refused")
    func incomparable() async throws {
        let driver = ScriptedDriver()
        let directory = try ScratchDirectory()
        let bytes = ConformanceContext.pattern(55)
        let path = try directory.write("s", bytes)
        let upload = try await Store(driver: driver).beginUpload("a", .file(path))
        _ = try await driver.uploadPart(upload.token.upload, number: 2, Payload(bytes.slice(10..<20)))
        // A part of a wrong size is not counted.
        _ = try await driver.uploadPart(upload.token.upload, number: 1, Payload(bytes.slice(0..<3)))
        let resumed = try await Store(driver: driver).resumeUpload(upload.token, .file(path))
        #expect(resumed.bytesStored == 10)
        _ = try directory.write("s", bytes)
        let error = await #expect(throws: StoreError.self) {
            try await Store(driver: driver).resumeUpload(upload.token, .file(path))
        }
        #expect(error?.code == .conflict)
        _ = try await resumed.finish()
        #expect(try await Store(driver: driver).get("a").bytes == bytes)
    }

    @Test("An upload that was aborted is not found; conditions of the beginning count at the end")
    func ends() async throws {
        let driver = MemoryDriver()
        let store = Store(driver: driver)
        let gone = try await store.beginUpload("a", .bytes([1]), Self.options)
        try await store.abortUpload(gone.token)
        try await store.abortUpload(gone.token)
        let error = await #expect(throws: StoreError.self) { try await store.resumeUpload(gone.token, .bytes([1])) }
        #expect(error?.code == .notFound)
        var absent = Self.options
        absent.condition = .absent
        let upload = try await store.beginUpload("a", .bytes([1]), absent)
        try await store.put("a", "other")
        let resumed = try await store.resumeUpload(upload.token, .bytes([1]))
        let refused = await #expect(throws: StoreError.self) { try await resumed.finish() }
        #expect(refused?.code == .alreadyExists)
        try await resumed.abort()
        #expect(try await store.uploads().isEmpty)
    }

    @Test("Uploads older than a time are aborted, younger ones stay")
    func stale() async throws {
        let store = Store(driver: MemoryDriver(), layers: [PrefixLayer(prefix: "p/")])
        for key in ["a/1", "a/2", "b"] as [Key] { _ = try await store.beginUpload(key, .bytes([1]), Self.options) }
        let all = try await store.uploads()
        #expect(Set(all.map(\.id.key.string)) == ["a/1", "a/2", "b"])
        #expect(all.allSatisfy { $0.started != nil })
        let past = Timestamp.now().advanced(by: .seconds(-3600))
        #expect(try await store.abortUploads(startedBefore: past).isEmpty)
        let future = Timestamp.now().advanced(by: .seconds(3600))
        let outcomes = try await store.abortUploads(prefix: "a/", startedBefore: future)
        #expect(outcomes.count == 2 && outcomes.allSatisfy { $0.error == nil })
        #expect(try await store.uploads().map(\.id.key.string) == ["b"])
    }

    @Test("Progress counts what has been stored, and goes on where it stopped")
    func progress() async throws {
        let bytes = ConformanceContext.pattern(9_500)
        let driver = MemoryDriver()
        let first = try await Self.failing(driver, at: 6).beginUpload("a", .chunk(bytes), Self.options)
        await #expect(throws: StoreError.self) { try await first.finish() }
        let stored = first.bytesStored
        let seen = Lock<[Int64]>([])
        var options = Self.options
        options.progress = Progress { bytes in seen.withLock { $0.append(bytes) } }
        try await Store(driver: driver).resumeUpload(first.token, .chunk(bytes), options).finish()
        let all = seen.withLock { $0 }
        #expect(all.first == stored && all.last == 9_500 && all == all.sorted())
    }

    @Test("Progress of a put is what has been stored, not what was begun")
    func putProgress() async throws {
        let driver = ScriptedDriver()
        let seen = Lock<[(told: Int64, stored: Int)]>([])
        let options = WriteOptions(
            concurrency: 4,
            progress: Progress { bytes in
                let stored = driver.state.withLock { $0.partSizes.reduce(0, +) }
                seen.withLock { $0.append((bytes, stored)) }
            })
        driver.state.withLock { $0.delays = [.uploadPart: .milliseconds(2)] }
        let store = Store(driver: driver)
        for body in [
            Body.bytes([UInt8](repeating: 1, count: 95)),
            .stream { [left = Counter()] in left.next() > 9 ? nil : Chunk("0123456789") },
        ] {
            driver.state.withLock { $0.partSizes = [] }
            seen.withLock { $0 = [] }
            let info = try await store.put("a", body, options)
            let all = seen.withLock { $0 }
            #expect(all.allSatisfy { $0.told <= $0.stored })
            #expect(all.map(\.told) == all.map(\.told).sorted() && all.last?.told == info.size && all.count > 2)
        }
    }
}
