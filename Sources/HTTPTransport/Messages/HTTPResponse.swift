import Coffer

/// One response: its head, and its body whole or as a stream.
public struct HTTPResponse: Sendable {
    /// The body.
    public enum Body: Sendable {
        /// All of it.
        case collected(Chunk)
        /// A stream, to be read to its end (then the connection is used again) or cancelled (then it is closed).
        /// A transport's own streams are ``FillingByteStream``.
        case stream(any ByteStream)
    }

    /// The status, 200 to 599 (1xx are passed over).
    public let status: Int
    /// The headers.
    public let headers: HTTPHeaders
    /// The length of the body in bytes as the server announced it; for HEAD that of the body which GET would give.
    /// nil if it announced none.
    public let contentLength: Int64?
    /// The body.
    public let body: Body

    /// Makes a response.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - headers: The headers.
    ///   - contentLength: The announced length of the body.
    ///   - body: The body.
    public init(status: Int, headers: HTTPHeaders, contentLength: Int64?, body: Body) {
        self.status = status
        self.headers = headers
        self.contentLength = contentLength
        self.body = body
    }

    /// Whether the status is 200 to 299.
    public var isSuccess: Bool { (200...299).contains(status) }

    /// The body as a stream, wherever it is.
    public var stream: any ByteStream {
        switch body {
        case .collected(let chunk): ChunkListStream([chunk])
        case .stream(let stream): stream
        }
    }

    /// Receives what is left of the body.
    ///
    /// - Parameter limit: The most bytes to take; a longer body is cancelled.
    /// - Returns: The body in one piece.
    /// - Throws: `tooLarge` if it is longer than `limit`, and what the stream throws.
    public func collect(limit: Int) async throws(StoreError) -> Chunk {
        switch body {
        case .collected(let chunk):
            if chunk.count > limit { throw Self.tooLarge(limit) }
            return chunk
        case .stream(let stream):
            var chunks: [Chunk] = []
            var total = 0
            while let chunk = try await stream.next() {
                total += chunk.count
                if total > limit {
                    stream.cancel()
                    throw Self.tooLarge(limit)
                }
                chunks.append(chunk)
            }
            return chunks.isEmpty ? Chunk() : Chunk.joining(chunks)
        }
    }

    private static func tooLarge(_ limit: Int) -> StoreError {
        StoreError(.tooLarge, "the response's body is longer than \(limit) bytes; read it as a stream")
    }
}

/// A stream that can fill memory as a whole, with fewer hand-offs between threads than a loop of reads.
public protocol FillingByteStream: ByteStream {
    /// Fills the caller's memory; the bytes go there straight from the connection.
    ///
    /// - Parameter buffer: Where the bytes go; must stay valid until the call returns.
    /// - Returns: The number of bytes written: `buffer.count`, or less if the stream ended before.
    /// - Throws: What went wrong on the way.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int
}
