import Coffer
import Testing

@Suite("Store")
struct StoreTests {
    @Test("What a driver does not claim is refused by name, and reaches no driver")
    func unsupported() async throws {
        let driver = ScriptedDriver(features: [])
        let store = Store(driver: driver)
        func refused(_ what: String, _ body: () async throws -> Void) async {
            let error = await #expect(throws: StoreError.self) { try await body() }
            #expect(error?.code == .unsupported, "\(what)")
            #expect(error?.message.contains(what) == true, "\(error?.message ?? "")")
        }
        await refused("ifMatch") { _ = try await store.get("a", ReadOptions(ifMatch: "x")) }
        await refused("ifModifiedSince") { _ = try await store.stat("a", StatOptions(ifModifiedSince: .now())) }
        await refused("version") { _ = try await store.get("a", ReadOptions(version: "1")) }
        await refused("absent") { try await store.put("a", "", WriteOptions(condition: .absent)) }
        await refused("matches") { try await store.put("a", "", WriteOptions(condition: .matches("x"))) }
        await refused("contentType") {
            try await store.put("a", "", WriteOptions(metadata: ObjectMetadata(contentType: "a/b")))
        }
        await refused("user metadata") {
            try await store.put("a", "", WriteOptions(metadata: ObjectMetadata(user: ["a": "b"])))
        }
        await refused("delete option") { try await store.delete("a", DeleteOptions(ifMatch: "x")) }
        await refused("presigned") { _ = try await store.presign("a") }
        await refused("delimiter") { _ = try await store.listPage(ListOptions(delimiter: "-")) }
        #expect(driver.calls.isEmpty)
    }

    @Test("A closed store refuses every verb; closing waits for what runs")
    func closing() async throws {
        let driver = ScriptedDriver()
        driver.state.withLock { $0.delays = [.stat: .milliseconds(50)] }
        let store = Store(driver: driver)
        try await store.put("a", "1")
        async let running = store.stat("a")
        try await Task.sleep(for: .milliseconds(10))
        await store.close()
        #expect(driver.state.withLock { $0.running } == 0)
        #expect(try await running.size == 1)
        await store.close()
        let error = await #expect(throws: StoreError.self) { _ = try await store.get("a") }
        #expect(error?.code == .closed)
    }

    @Test("A batch delete gives an outcome for each key, in order, and hides no failure")
    func batch() async throws {
        let driver = ScriptedDriver()
        let store = Store(driver: driver)
        for index in 0..<5 { try await store.put("k\(index)", "x") }
        driver.state.withLock { $0.faults = [.delete: [StoreError(.permissionDenied, "no")]] }
        let outcomes = try await store.delete(["k0", "../x", "k1", "missing", "k1"])
        #expect(outcomes.map(\.key.string) == ["k0", "../x", "k1", "missing", "k1"])
        #expect(outcomes[1].error?.code == .invalidKey)
        #expect(outcomes.filter { $0.error?.code == .permissionDenied }.count >= 1)
        #expect(try await store.exists("k4"))
    }

    @Test("Copy and move go through the client where the driver has neither")
    func emulated() async throws {
        let store = Store(driver: ScriptedDriver())
        try await store.put("a", "0123456789abcdef")
        try await store.copy("a", to: "b")
        #expect(try await store.get("b").bytes.utf8String == "0123456789abcdef")
        try await store.move("a", to: "c")
        #expect(try await store.exists("a") == false)
        #expect(try await store.get("c").bytes.utf8String == "0123456789abcdef")
        let missing = await #expect(throws: StoreError.self) { try await store.copy("nosuch", to: "d") }
        #expect(missing?.code == .notFound && missing?.operation == .copy && missing?.key == "nosuch")
        let taken = await #expect(throws: StoreError.self) {
            try await store.copy("b", to: "c", CopyOptions(condition: .absent))
        }
        #expect(taken?.code == .alreadyExists)
        let other = Store(driver: ScriptedDriver())
        try await store.copy("b", to: other, "x")
        #expect(try await other.get("x").bytes.utf8String == "0123456789abcdef")
    }

    @Test(
        "Metadata that headers cannot carry is refused",
        arguments: [
            ["a b": "x"], ["": "x"], ["a": "x\ny"], ["a": " x"], ["A": "1", "a": "2"], ["é": "x"],
            ["a": String(repeating: "v", count: 2048)],
        ])
    func metadata(user: [String: String]) async {
        let store = Store(driver: ScriptedDriver(features: [.userMetadata]))
        let error = await #expect(throws: StoreError.self) {
            try await store.put("a", "", WriteOptions(metadata: ObjectMetadata(user: user)))
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test("A listing goes over pages and stops at its limit")
    func pages() async throws {
        let store = Store(driver: ScriptedDriver())
        for index in 100..<125 { try await store.put("k\(index)", "x") }
        let page = try await store.listPage(ListOptions(limit: 10))
        #expect(page.entries.count == 10)
        #expect(page.nextToken != nil)
        #expect(try await store.list(ListOptions(limit: 17)).collect().count == 17)
        #expect(try await store.list().collect().count == 25)
    }

    @Test("Ranges: kinds, clipping, beyond the end")
    func ranges() async throws {
        let store = Store(driver: ScriptedDriver())
        try await store.put("a", "0123456789")
        func text(_ range: ByteRange) async throws -> String? { try await store.get("a", range: range).utf8String }
        #expect(try await text(.bounded(2..<5)) == "234")
        #expect(try await text(.bounded(8..<100)) == "89")
        #expect(try await text(.bounded(3..<3)) == "")
        #expect(try await text(.from(7)) == "789")
        #expect(try await text(.suffix(3)) == "789")
        #expect(try await text(.suffix(100)) == "0123456789")
        #expect(try await text(.suffix(0)) == "")
        for range: ByteRange in [.from(10), .bounded(10..<12), .bounded(11..<11), .from(99)] {
            let error = await #expect(throws: StoreError.self) { _ = try await text(range) }
            #expect(error?.code == .rangeNotSatisfiable)
        }
        let negative = await #expect(throws: StoreError.self) { _ = try await text(.from(-1)) }
        #expect(negative?.code == .invalidArgument)
    }

    @Test("Bytes into the caller's memory, or an error if they do not fit")
    func into() async throws {
        let store = Store(driver: ScriptedDriver())
        try await store.put("a", "0123456789")
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 10, alignment: 1)
        defer { memory.deallocate() }
        #expect(try await store.get("a", into: memory).count == 10)
        #expect(Array(memory) == Array("0123456789".utf8))
        let small = UnsafeMutableRawBufferPointer(rebasing: memory[..<5])
        let error = await #expect(throws: StoreError.self) { _ = try await store.get("a", into: small) }
        #expect(error?.code == .tooLarge)
    }
}
