/// A stream of bytes that its consumer pulls: what a driver's read gives and what a streamed body is.
///
/// One consumer at a time. The producer holds back until the next call: that is the backpressure.
public protocol ByteStream: AnyObject, Sendable {
    /// The next bytes, or nil at the end. Never an empty chunk.
    ///
    /// - Throws: What went wrong on the way; after an error or the end, each further call gives the same again or nil.
    func next() async throws(StoreError) -> Chunk?

    /// Fills the caller's memory, without a copy in between where the producer can.
    ///
    /// - Parameter buffer: Where the bytes go; must stay valid until the call returns.
    /// - Returns: The number of bytes written, at least 1; 0 only at the end or if `buffer` is empty. Fewer than
    ///   `buffer.count` does not mean the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int

    /// All bytes, if nothing has been read yet and they are in memory in one piece; else nil, and nothing has happened.
    /// Saves ``Store/get(_:_:)`` a copy. The default is nil.
    func takeWhole() -> Chunk?

    /// Stops the producer and lets go of what it holds (a connection, a descriptor). Safe to call at any time, twice,
    /// and from any thread; dropping the last reference does the same.
    func cancel()
}

extension ByteStream {
    /// Nothing is in memory in one piece.
    public func takeWhole() -> Chunk? { nil }
}

/// A stream over chunks in memory: the simplest ``ByteStream``, for drivers that have the bytes.
public final class ChunkListStream: ByteStream {
    private let chunks: [Chunk]
    private let state = Lock<(index: Int, offset: Int)>((0, 0))

    /// Makes a stream.
    ///
    /// - Parameter chunks: The bytes in order.
    public init(_ chunks: [Chunk]) { self.chunks = chunks }

    private func take(_ limit: Int) -> Chunk? {
        state.withLock { state in
            while state.index < chunks.count {
                let rest = chunks[state.index].dropFirst(state.offset)
                if rest.count > limit {
                    state.offset += limit
                    return rest.prefix(limit)
                }
                state = (state.index + 1, 0)
                if !rest.isEmpty { return rest }
            }
            return nil
        }
    }

    /// The next bytes, or nil at the end.
    public func next() async throws(StoreError) -> Chunk? { take(.max) }

    /// Copies the next bytes into the caller's memory.
    ///
    /// - Parameter buffer: Where the bytes go.
    public func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        guard buffer.count > 0, let chunk = take(buffer.count) else { return 0 }
        chunk.withUnsafeBytes { buffer.copyMemory(from: $0) }
        return chunk.count
    }

    /// All bytes, if nothing has been read yet and they are in one piece: for a copy that need not be made.
    public func takeWhole() -> Chunk? {
        guard chunks.count == 1 else { return nil }
        return state.withLock { state in
            guard state == (0, 0) else { return nil }
            state = (1, 0)
            return chunks[0]
        }
    }

    /// Forgets what has not been read.
    public func cancel() { state.withLock { $0 = (chunks.count, 0) } }
}
