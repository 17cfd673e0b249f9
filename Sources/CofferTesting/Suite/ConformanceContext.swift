import Coffer
import Glibc
import Synchronization

/// What a case works with: an empty store, means to open a second one on the same objects, sizes that fit the driver.
public final class ConformanceContext: Sendable {
    /// What is tested.
    public let target: ConformanceTarget
    /// A store that holds nothing.
    public let store: Store
    /// The name of the storage behind it.
    let storage: String
    private let others = Lock<[Store]>([])
    private static let counter = Atomic<Int>(0)

    /// Opens the store.
    ///
    /// - Parameters:
    ///   - target: What is tested.
    ///   - name: The case's name.
    public init(_ target: ConformanceTarget, case name: String) async throws {
        self.target = target
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        storage = "case-\(getpid())-\(number)"
        store = try await target.open(storage)
    }

    /// Whether the service is known to deviate in this.
    ///
    /// - Parameter quirk: The deviation.
    public func has(_ quirk: ConformanceQuirk) -> Bool { target.quirks.contains(quirk) }

    /// Another store on the same objects, as another process would open it.
    public func openAgain() async throws -> Store {
        let store = try await target.open(storage)
        others.withLock { $0.append(store) }
        return store
    }

    /// A part size for tests: as small as the driver allows, but not tiny.
    public var partSize: Int { Int(max(store.capabilities.minPartSize, 64 << 10)) }

    /// Write options with that part size.
    public func inParts(_ metadata: ObjectMetadata = ObjectMetadata(), _ condition: WriteCondition = .none)
        -> WriteOptions
    {
        WriteOptions(metadata: metadata, condition: condition, partSize: Int64(partSize), concurrency: 3)
    }

    /// The driver's multipart side.
    ///
    /// - Throws: `unsupported` if it has none.
    public func multipart() throws -> any MultipartDriver {
        guard let multipart = store.driver.facets.multipart else {
            throw StoreError(.unsupported, "the driver takes no parts")
        }
        return multipart
    }

    /// Checks that no upload is open.
    ///
    /// - Throws: ``ConformanceFailure`` if there is one.
    public func checkNothingLeftOpen(file: String = #fileID, line: Int = #line) async throws {
        guard let multipart = store.driver.facets.multipart else { return }
        if has(.noUploadListing) {
            do {
                _ = try await multipart.listUploads(prefix: "")
            } catch {
                return
            }
            throw ConformanceFailure(
                "the quirk noUploadListing", expected: "an error", actual: "success", file: file, line: line)
        }
        // A dropped writer aborts in the background.
        var open = try await multipart.listUploads(prefix: "")
        for _ in 0..<50 where !open.isEmpty {
            try await Sleeper.sleep(for: .milliseconds(100))
            open = try await multipart.listUploads(prefix: "")
        }
        try expectEqual(open.map(\.id.key), [], "the open uploads", file: file, line: line)
    }

    func cleanUp() async {
        if target.discard == nil { try? await Self.empty(store) }
        await store.close()
        for other in others.withLock({ $0 }) { await other.close() }
        try? await target.discard?(storage)
    }

    private static func empty(_ store: Store) async throws {
        let keys = try await store.list().collect().map { Key($0.name) }
        if !keys.isEmpty { _ = try await store.delete(keys) }
        if store.driver.facets.versions != nil {
            let versions = try await store.versions().collect().compactMap { entry in
                if case .version(let version) = entry { version.id } else { nil }
            }
            if !versions.isEmpty { _ = try await store.delete(versions: versions) }
        }
        guard let multipart = store.driver.facets.multipart else { return }
        for upload in try await multipart.listUploads(prefix: "") { try await multipart.abortUpload(upload.id) }
    }
}

// MARK: What cases share

extension ConformanceContext {
    /// Bytes that differ by position and seed, so that a byte out of place is noticed.
    ///
    /// Blocks of random words, the first of each mixed with the block's number: as fast as copying memory, also where
    /// the suite is not optimised.
    package static func pattern(_ count: Int, seed: UInt64 = 1) -> Chunk {
        var state = seed
        let words = (0..<64).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
        return Chunk(capacity: count) { buffer in
            words.withUnsafeBytes { block in
                for start in stride(from: 0, to: count, by: block.count) {
                    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<min(start + block.count, count)])
                    room.copyMemory(from: UnsafeRawBufferPointer(rebasing: block[..<room.count]))
                    let number = words[0] ^ UInt64(start).byteSwapped &* 0x9E37_79B9_7F4A_7C15
                    withUnsafeBytes(of: number) { room.copyMemory(from: .init(rebasing: $0[..<min(8, room.count)])) }
                }
            }
            return count
        }
    }

    /// The bytes of an object.
    func bytes(_ key: Key) async throws -> Chunk { try await store.get(key).bytes }

    /// The text of an object.
    func text(_ key: Key) async throws -> String? { try await store.get(key).bytes.utf8String }

    /// Stores an object of few bytes.
    @discardableResult
    func put(_ keys: Key..., text: String = "x") async throws -> ObjectInfo? {
        var info: ObjectInfo?
        for key in keys { info = try await store.put(key, .string(text)) }
        return info
    }

    /// The names in a listing.
    func names(_ options: ListOptions = ListOptions()) async throws -> [String] {
        try await store.list(options).collect().map(\.name)
    }

    /// Checks that there is no such object.
    func expectMissing(_ key: Key, file: String = #fileID, line: Int = #line) async throws {
        try await expectError(.notFound, file: file, line: line) { _ = try await store.stat(key) }
        try await expectError(.notFound, file: file, line: line) { try await store.get(key) }
    }

    /// Runs a body so many times, at most `limit` at the same time.
    func concurrently<R: Sendable>(
        _ count: Int, limit: Int = 32, _ body: @escaping @Sendable (Int) async throws -> R
    ) async throws -> [R] {
        try await Self.concurrently(count, limit: limit, body)
    }

    static func concurrently<R: Sendable>(
        _ count: Int, limit: Int = 32, _ body: @escaping @Sendable (Int) async throws -> R
    ) async throws -> [R] {
        try await withThrowingTaskGroup(of: (Int, R).self) { group in
            var results: [Int: R] = [:]
            var next = 0
            while next < min(limit, count) {
                let index = next
                group.addTask { (index, try await body(index)) }
                next += 1
            }
            while let (index, result) = try await group.next() {
                results[index] = result
                if next < count {
                    let index = next
                    group.addTask { (index, try await body(index)) }
                    next += 1
                }
            }
            return (0..<count).compactMap { results[$0] }
        }
    }

    /// A store of 2,500 objects `key-0000` to `key-2499`, written once for each target; cases must not change it.
    func thousands() async throws -> Store {
        let open = target.open
        let name = "many-\(getpid())"
        return try await target.datasets.store(name) { name in
            let store = try await open(name)
            _ = try await Self.concurrently(2500) { index in
                try await store.put(Self.numbered(index), .string("\(index)"))
            }
            return store
        }
    }

    static func numbered(_ index: Int) -> Key {
        let digits = String(index)
        return Key("key-" + String(repeating: "0", count: 4 - digits.count) + digits)
    }
}
