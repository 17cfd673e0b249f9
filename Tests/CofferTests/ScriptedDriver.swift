import Coffer

/// A driver for tests: objects in a dictionary, and a script that says which calls fail and how.
final class ScriptedDriver: MultipartDriver {
    struct State {
        var objects: [Key: (bytes: [UInt8], etag: Int)] = [:]
        var uploads: [String: (key: Key, parts: [Int: [UInt8]])] = [:]
        var counter = 0
        var calls: [Operation] = []
        var running = 0
        var mostRunning = 0
        /// Errors to throw, by verb, in order.
        var faults: [Operation: [StoreError]] = [:]
        /// Delay of each call, by verb.
        var delays: [Operation: Duration] = [:]
        /// Streams break after so many bytes, in order; nil for never.
        var breakAfter: [Int] = []
        var partSizes: [Int] = []
    }

    let state = Lock(State())
    let name = "scripted"
    let capabilities: Capabilities

    init(features: Capabilities.Features = [.readIfMatch, .multipart, .createOnly], partSize: Int64 = 10) {
        var capabilities = Capabilities(features)
        capabilities.partSize = partSize
        capabilities.multipartThreshold = partSize
        capabilities.partConcurrency = 4
        self.capabilities = capabilities
    }

    var calls: [Operation] { state.withLock { $0.calls } }

    private func step(_ operation: Operation) async throws(StoreError) {
        let (delay, fault): (Duration?, StoreError?) = state.withLock { state in
            state.calls.append(operation)
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
            let fault = state.faults[operation]?.isEmpty == false ? state.faults[operation]?.removeFirst() : nil
            return (state.delays[operation], fault)
        }
        defer { state.withLock { $0.running -= 1 } }
        if let delay { try await Sleeper.sleep(for: delay) }
        if let fault { throw fault }
    }

    private func info(_ key: Key) throws(StoreError) -> (ObjectInfo, [UInt8]) {
        guard let object = state.withLock({ $0.objects[key] }) else { throw StoreError(.notFound, "no such object") }
        return (ObjectInfo(key: key, size: Int64(object.bytes.count), etag: ETag("\(object.etag)")), object.bytes)
    }

    func read(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse {
        try await step(.read)
        let (info, bytes) = try info(key)
        try options.checkConditions(etag: info.etag, lastModified: nil)
        let range = try options.range?.resolve(size: info.size) ?? 0..<info.size
        let limit = state.withLock { $0.breakAfter.isEmpty ? nil : $0.breakAfter.removeFirst() }
        let part = Chunk(Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
        return ReadResponse(info: info, range: range, stream: BreakingStream(part, limit))
    }

    func stat(_ key: Key, _ options: StatOptions) async throws(StoreError) -> ObjectInfo {
        try await step(.stat)
        return try info(key).0
    }

    func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
        try await step(.put)
        return try store(key, Self.bytes(payload), options)
    }

    private func store(_ key: Key, _ bytes: [UInt8], _ options: WriteOptions) throws(StoreError) -> ObjectInfo {
        try state.withLock { state throws(StoreError) in
            let old = state.objects[key]
            try options.condition.check(exists: old != nil, etag: old.map { ETag("\($0.etag)") })
            state.counter += 1
            state.objects[key] = (bytes, state.counter)
            return ObjectInfo(key: key, size: Int64(bytes.count), etag: ETag("\(state.counter)"))
        }
    }

    static func bytes(_ payload: Payload) throws(StoreError) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while Int64(all.count) < payload.count {
            let offset = Int64(all.count)
            do {
                let count = try buffer.withUnsafeMutableBytes { try payload.read(into: $0, at: offset) }
                if count == 0 { break }
                all += buffer[..<count]
            } catch { throw StoreError(wrapping: error) }
        }
        return all
    }

    func delete(_ key: Key, _ options: DeleteOptions) async throws(StoreError) {
        try await step(.delete)
        state.withLock { _ = $0.objects.removeValue(forKey: key) }
    }

    func list(_ options: ListOptions) async throws(StoreError) -> ListPage {
        try await step(.list)
        let keys = state.withLock { $0.objects.keys.sorted() }
            .filter { $0.string.hasPrefix(options.prefix) && $0.string > (options.pageToken ?? "") }
        let page = keys.prefix(options.limit ?? 1000)
        return ListPage(
            entries: page.map { .object(ObjectInfo(key: $0, size: 0)) },
            nextToken: page.count < keys.count ? page.last?.string : nil)
    }

    func createUpload(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> String {
        try await step(.createUpload)
        return state.withLock { state in
            state.counter += 1
            state.uploads["u\(state.counter)"] = (key, [:])
            return "u\(state.counter)"
        }
    }

    func uploadPart(
        _ upload: UploadID, number: Int, _ payload: Payload
    ) async throws(StoreError) -> UploadedPart {
        try await step(.uploadPart)
        let bytes = try Self.bytes(payload)
        state.withLock {
            $0.uploads[upload.id]?.parts[number] = bytes
            $0.partSizes.append(bytes.count)
        }
        return UploadedPart(number: number, size: payload.count, etag: ETag("p\(number)"))
    }

    func completeUpload(
        _ upload: UploadID, parts: [UploadedPart], _ options: WriteOptions
    ) async throws(StoreError) -> ObjectInfo {
        try await step(.completeUpload)
        guard let stored = state.withLock({ $0.uploads[upload.id] }) else {
            throw StoreError(.notFound, "no such upload")
        }
        let info = try store(upload.key, parts.flatMap { stored.parts[$0.number] ?? [] }, options)
        state.withLock { _ = $0.uploads.removeValue(forKey: upload.id) }
        return info
    }

    func abortUpload(_ upload: UploadID) async throws(StoreError) {
        try await step(.abortUpload)
        state.withLock { _ = $0.uploads.removeValue(forKey: upload.id) }
    }

    func listUploads(prefix: String) async throws(StoreError) -> [OpenUpload] {
        state.withLock { $0.uploads.map { OpenUpload(id: UploadID(key: $0.value.key, id: $0.key)) } }
    }

    func listParts(_ upload: UploadID) async throws(StoreError) -> [UploadedPart] {
        try await step(.listParts)
        guard let open = state.withLock({ $0.uploads[upload.id] }) else {
            throw StoreError(.notFound, "no such upload")
        }
        return open.parts.map { UploadedPart(number: $0, size: Int64($1.count), etag: ETag("p\($0)")) }
            .sorted { $0.number < $1.number }
    }
}

/// Gives three bytes at a time, and breaks after a limit.
private final class BreakingStream: ByteStream {
    private let chunk: Chunk
    private let limit: Int?
    private let position = Lock(0)

    init(_ chunk: Chunk, _ limit: Int?) {
        self.chunk = chunk
        self.limit = limit
    }

    func next() async throws(StoreError) -> Chunk? { try take(3) }

    private func take(_ count: Int) throws(StoreError) -> Chunk? {
        let at = position.withLock { position in
            defer { position += count }
            return position
        }
        if let limit, at >= limit {
            throw StoreError(.connectionFailed, "the connection broke", isRetryable: true)
        }
        let part = chunk.slice(at..<(at + count))
        return part.isEmpty ? nil : part
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        guard let chunk = try take(min(3, buffer.count)) else { return 0 }
        chunk.withUnsafeBytes { buffer.copyMemory(from: $0) }
        return chunk.count
    }

    func cancel() {}
}
