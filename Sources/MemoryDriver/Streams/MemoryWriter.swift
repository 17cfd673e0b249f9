import Coffer

/// A write in progress: chunks are gathered here and become an object in one step.
final class MemoryWriter: DriverWriter {
    private struct Gathered {
        var chunks: [Chunk] = []
        /// Small chunks are copied together, so that a million of them do not cost a million allocations.
        var small: [UInt8] = []
        /// The bytes that the storage counts for this writer.
        var reserved: Int64 = 0

        mutating func flush() {
            guard !small.isEmpty else { return }
            chunks.append(Chunk(small))
            small.removeAll(keepingCapacity: true)
        }
    }

    /// Chunks below this are copied.
    private static let smallChunk = 8 << 10
    /// The size of the chunks into which they are copied.
    private static let gatheredChunk = 64 << 10

    private let storage: MemoryStorage
    private let key: Key
    private let options: WriteOptions
    private let gathered = Lock(Gathered())

    init(_ storage: MemoryStorage, _ key: Key, _ options: WriteOptions) {
        self.storage = storage
        self.key = key
        self.options = options
    }

    deinit { release() }

    func write(_ chunk: Chunk) async throws(StoreError) {
        let size = Int64(chunk.count)
        try storage.state.withLock { state throws(StoreError) in try storage.account(&state, size) }
        gathered.withLock { gathered in
            gathered.reserved += size
            if chunk.count < Self.smallChunk {
                chunk.withUnsafeBytes { gathered.small.append(contentsOf: $0) }
                if gathered.small.count >= Self.gatheredChunk { gathered.flush() }
            } else {
                gathered.flush()
                gathered.chunks.append(chunk.kept())
            }
        }
    }

    func finish() async throws(StoreError) -> ObjectInfo {
        if Task.isCancelled { throw .cancelled() }
        let (chunks, reserved) = gathered.withLock { gathered in
            gathered.flush()
            return (gathered.chunks, gathered.reserved)
        }
        let object = storage.makeObject(StoredBytes(chunks), options)
        try storage.publish(key, object, options.condition, reserved: reserved)
        // The object counts its bytes now; if publishing failed, `abort` gives them back.
        gathered.withLock { $0 = Gathered() }
        return object.info(key)
    }

    func abort() async { release() }

    private func release() {
        let old = gathered.withLock { gathered in
            let old = gathered
            gathered = Gathered()
            return old
        }
        if old.reserved > 0 { storage.state.withLock { $0.used -= old.reserved } }
    }
}
