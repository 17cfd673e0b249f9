import Coffer

/// The bytes of an object as it was when the read began; chunks are handed out as they are stored.
final class MemoryStream: ByteStream {
    private let object: StoredObject
    /// The offsets that have not been read yet; of this one call, hence no ``ForkSafeLock``.
    private let rest: Lock<Range<Int64>>

    init(_ object: StoredObject, _ range: Range<Int64>) {
        self.object = object
        rest = Lock(range)
    }

    private func take(_ limit: Int64) -> Chunk? {
        rest.withLock { rest in
            guard !rest.isEmpty else { return nil }
            let chunk = object.bytes.chunk(at: rest.lowerBound, limit: min(limit, rest.upperBound - rest.lowerBound))
            rest = (rest.lowerBound + Int64(chunk.count))..<rest.upperBound
            return chunk
        }
    }

    func next() async throws(StoreError) -> Chunk? { take(.max) }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        var filled = 0
        while filled < buffer.count, let chunk = take(Int64(buffer.count - filled)) {
            chunk.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: $0) }
            filled += chunk.count
        }
        return filled
    }

    func takeWhole() -> Chunk? {
        rest.withLock { rest in
            guard !rest.isEmpty else { return nil }
            let wanted = rest.upperBound - rest.lowerBound
            let chunk = object.bytes.chunk(at: rest.lowerBound, limit: wanted)
            guard Int64(chunk.count) == wanted else { return nil }
            rest = rest.upperBound..<rest.upperBound
            return chunk
        }
    }

    func cancel() { rest.withLock { $0 = 0..<0 } }
}
