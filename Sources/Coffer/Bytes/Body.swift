/// What a caller gives to be stored: bytes in memory, a file, or a stream of any length.
public struct Body: Sendable {
    enum Source: Sendable {
        case payload(Payload)
        case stream(@Sendable () async throws -> Chunk?, count: Int64?)
        case file(String)
    }

    let source: Source

    init(source: Source) { self.source = source }

    /// Bytes in memory; nothing is copied.
    ///
    /// - Parameter chunk: The bytes.
    public static func chunk(_ chunk: Chunk) -> Body { Body(source: .payload(Payload(chunk))) }

    /// Bytes in several pieces; nothing is copied.
    ///
    /// - Parameter chunks: The pieces in order.
    public static func chunks(_ chunks: [Chunk]) -> Body { Body(source: .payload(Payload(chunks))) }

    /// An array's bytes; copied once.
    ///
    /// - Parameter bytes: The bytes.
    public static func bytes(_ bytes: [UInt8]) -> Body { .chunk(Chunk(bytes)) }

    /// A text's UTF-8.
    ///
    /// - Parameter text: The text.
    public static func string(_ text: String) -> Body { .chunk(Chunk(text)) }

    /// A payload: pieces of memory and of open files.
    ///
    /// - Parameter payload: The pieces.
    public static func payload(_ payload: Payload) -> Body { Body(source: .payload(payload)) }

    /// A regular file by its path, opened by the call that stores it and read as it is sent.
    ///
    /// - Parameter path: The file's path.
    public static func file(_ path: String) -> Body { Body(source: .file(path)) }

    /// A stream of unknown or known length; read once, with backpressure.
    ///
    /// - Parameters:
    ///   - count: The length in bytes, if known: a driver may then choose better part sizes. Checked at the end.
    ///   - next: Gives the next bytes, or nil at the end; an error aborts the write and is thrown to the writer.
    public static func stream(count: Int64? = nil, _ next: @escaping @Sendable () async throws -> Chunk?) -> Body {
        Body(source: .stream(next, count: count))
    }

    /// What another store's reader gives.
    ///
    /// - Parameters:
    ///   - stream: The stream; used up by the write.
    ///   - count: Its length in bytes, if known.
    public static func stream(_ stream: any ByteStream, count: Int64? = nil) -> Body {
        Body(source: .stream({ try await stream.next() }, count: count))
    }
}

extension Body: ExpressibleByStringLiteral {
    /// A literal's UTF-8.
    ///
    /// - Parameter value: The text.
    public init(stringLiteral value: String) { self = .string(value) }
}
