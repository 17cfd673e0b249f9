import Coffer

/// Signs the chunks of a body, each signature built on the one before: `aws-chunked` with signed chunks.
///
/// Begin with the signature of the request's headers, whose payload hash is ``PayloadHash/streamingSigned`` or
/// ``PayloadHash/streamingSignedTrailer``. Sign each chunk, at last an empty one, and then the trailer if there is one.
/// Source: "Signature calculations … transferring payload in multiple chunks" and "… for trailing headers", S3 API
/// reference.
struct ChunkSigner: ~Copyable {
    private let key: SigningKey
    private let date: AmzDate
    private var previous: SHA256Digest
    private var context: DigestContext
    private var text: ByteBuffer

    /// Continues a request's signature.
    ///
    /// - Parameters:
    ///   - signer: What signed the request.
    ///   - time: The time the request was signed for.
    ///   - seed: The request's signature.
    init(_ signer: Signer, at time: Timestamp, seed: SHA256Digest) throws(StoreError) {
        let date = AmzDate(time)
        let key = try signer.key(date)
        let context = try DigestContext(.sha256)
        self.key = key
        self.context = context
        text = ByteBuffer(capacity: 512)
        self.date = date
        previous = seed
    }

    /// The signature of the next chunk.
    ///
    /// - Parameter data: The chunk's bytes; empty for the last one.
    mutating func sign(chunk data: UnsafeRawBufferPointer) throws(StoreError) -> SHA256Digest {
        try sign(chunk: try SHA256.hash(data))
    }

    /// The signature of the next chunk.
    ///
    /// - Parameter digest: The SHA-256 of the chunk's bytes.
    mutating func sign(chunk digest: SHA256Digest) throws(StoreError) -> SHA256Digest {
        begin("AWS4-HMAC-SHA256-PAYLOAD\n")
        text.append(hex: .ofNothing)
        text.append(UInt8(ascii: "\n"))
        return try end(digest)
    }

    /// The signature of the trailing headers.
    ///
    /// - Parameter trailer: The headers as the service reads them: for each `name:value\n`, names in lower case and in
    ///   order, values trimmed.
    mutating func sign(trailer: String) throws(StoreError) -> SHA256Digest {
        text.removeAll()
        text.append(trailer)
        let digest = try SHA256.hash(text.bytes)
        begin("AWS4-HMAC-SHA256-TRAILER\n")
        return try end(digest)
    }

    private mutating func begin(_ algorithm: StaticString) {
        text.removeAll()
        text.append(algorithm)
        text.append(date)
        text.append(UInt8(ascii: "\n"))
        text.append(key.scope)
        text.append(UInt8(ascii: "\n"))
        text.append(hex: previous)
        text.append(UInt8(ascii: "\n"))
    }

    private mutating func end(_ digest: SHA256Digest) throws(StoreError) -> SHA256Digest {
        text.append(hex: digest)
        previous = try key.sign(text.bytes, in: &context)
        return previous
    }
}
