/// Reads an object as a stream: an asynchronous sequence of chunks, or bytes into the caller's memory.
///
/// One consumer at a time. Dropping the reader lets go of what it holds.
public final class ObjectReader: AsyncSequence, Sendable {
    /// The object's metadata; the size is that of the whole object.
    public let info: ObjectInfo
    /// The offsets that the reader covers.
    public let range: Range<Int64>
    /// Whether the bytes are compared with the object's checksum: then the last ones come only if all were right.
    public let isVerified: Bool
    private let stream: any ByteStream
    private let driver: String

    init(_ response: ReadResponse, driver: String) {
        info = response.info
        range = response.range
        stream = response.stream
        isVerified = response.verifier != nil
        self.driver = driver
    }

    /// The next bytes, or nil at the end. Never an empty chunk.
    ///
    /// - Throws: What went wrong on the way; `cancelled` if the task is.
    @concurrent public func next() async throws(StoreError) -> Chunk? {
        do throws(StoreError) {
            if Task.isCancelled { throw .cancelled() }
            return try await stream.next()
        } catch {
            stream.cancel()
            throw error.filling(operation: .read, key: info.key.string, driver: driver)
        }
    }

    /// Fills the caller's memory as far as bytes are at hand, without a copy in between where the driver can.
    ///
    /// - Parameter buffer: Where the bytes go; must stay valid until the call returns.
    /// - Returns: The number of bytes written; 0 only at the end or if `buffer` is empty.
    /// - Throws: As ``next()``.
    @concurrent public func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        do throws(StoreError) {
            if Task.isCancelled { throw .cancelled() }
            return try await stream.read(into: buffer)
        } catch {
            stream.cancel()
            throw error.filling(operation: .read, key: info.key.string, driver: driver)
        }
    }

    /// Everything that is left, in one chunk.
    ///
    /// - Throws: As ``next()``.
    @concurrent public func collect() async throws(StoreError) -> Chunk {
        let builder = try ChunkBuilder(capacity: Int(clamping: range.upperBound - range.lowerBound))
        while !builder.remaining.isEmpty {
            let count = try await read(into: builder.remaining)
            if count == 0 { break }
            builder.advance(by: count)
        }
        return builder.finish()
    }

    /// Stops reading and lets go of the connection or file. Safe at any time and twice.
    public func cancel() { stream.cancel() }

    deinit { stream.cancel() }

    /// Iterates over the chunks.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        let reader: ObjectReader

        /// The next chunk, or nil at the end.
        @concurrent public mutating func next() async throws(StoreError) -> Chunk? { try await reader.next() }

        /// The next chunk, or nil at the end.
        ///
        /// - Parameter actor: The caller's isolation.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(StoreError) -> Chunk? {
            try await reader.next()
        }
    }

    /// Makes the iterator; there can be only one consumer.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: self) }
}
