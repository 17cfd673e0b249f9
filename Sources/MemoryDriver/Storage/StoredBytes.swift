import Coffer

/// An object's bytes: chunks that never change and that readers share.
struct StoredBytes: Sendable {
    /// The first chunk, kept apart because most objects have no other.
    let first: Chunk
    /// The others.
    let rest: [Chunk]
    /// Where each chunk of `rest` begins.
    private let starts: [Int64]
    /// The sum of the lengths.
    let count: Int64

    init(_ chunk: Chunk) {
        first = chunk
        rest = []
        starts = []
        count = Int64(chunk.count)
    }

    init(_ chunks: [Chunk]) {
        let head = chunks.first ?? Chunk()
        first = head
        rest = Array(chunks.dropFirst())
        var offset = Int64(head.count)
        var starts: [Int64] = []
        starts.reserveCapacity(rest.count)
        for chunk in rest {
            starts.append(offset)
            offset += Int64(chunk.count)
        }
        self.starts = starts
        count = offset
    }

    /// All chunks in order.
    var chunks: [Chunk] { [first] + rest }

    /// What lies at an offset: the rest of the chunk there, not longer than `limit`; empty at the end.
    ///
    /// - Complexity: O(log n) in the number of chunks.
    func chunk(at offset: Int64, limit: Int64) -> Chunk {
        if offset < Int64(first.count) {
            let lower = Int(offset)
            let upper = Int(min(Int64(first.count), offset + min(limit, count - offset)))
            return lower == 0 && upper == first.count ? first : first.slice(lower..<upper)
        }
        guard offset < count else { return Chunk() }
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        let chunk = rest[low - 1]
        let inside = Int(offset - starts[low - 1])
        return chunk.slice(inside..<Int(min(Int64(chunk.count), Int64(inside) + min(limit, count - offset))))
    }
}

extension StoredBytes {
    /// The largest piece read from a file at a time.
    private static let filePiece = 1 << 20

    /// Takes a payload's bytes into memory that the storage may keep for as long as it likes.
    ///
    /// - Throws: `io` if a file cannot be read, `cancelled` between its pieces.
    static func keeping(_ payload: Payload) async throws(StoreError) -> StoredBytes {
        var chunks: [Chunk] = []
        for segment in payload.segments {
            switch segment {
            case .chunk(let chunk): chunks.append(chunk.kept())
            case .file(let region):
                var offset: Int64 = 0
                while offset < region.count {
                    if Task.isCancelled { throw .cancelled() }
                    let start = offset
                    let chunk = try await BlockingPool.run { () throws(StoreError) in
                        try Chunk(capacity: Int(min(region.count - start, Int64(filePiece)))) {
                            buffer throws(StoreError) in try region.read(into: buffer, at: start)
                        }
                    }
                    guard !chunk.isEmpty else { throw StoreError(.io, "there is no memory for the file's bytes") }
                    chunks.append(chunk)
                    offset += Int64(chunk.count)
                }
            }
        }
        return StoredBytes(chunks)
    }
}
