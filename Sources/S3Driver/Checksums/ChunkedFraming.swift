import Coffer

/// A body as `aws-chunked`: pieces with their length and perhaps a signature before them, and perhaps a trailer.
///
/// Only what stands between the pieces is written into new memory; the pieces stay where they are, in memory or in a
/// file. Source: "Signature calculations … transferring payload in multiple chunks" and "… for trailing headers", S3 API
/// reference.
struct ChunkedFraming: Sendable {
    /// The size of each chunk but the last, in bytes.
    let chunkSize: Int64
    /// The SHA-256 of each chunk; nil if they are not signed.
    let digests: [SHA256Digest]?
    /// The header after the body.
    let trailer: (name: String, value: String)?

    /// The size of chunks for a body: larger for very large ones, so that there are never many.
    ///
    /// - Parameter count: The body's length in bytes.
    static func chunkSize(for count: Int64) -> Int64 { max(1 << 20, (count / 1024 + 0xffff) & ~0xffff) }

    /// What goes into `x-amz-content-sha256`.
    var payloadHash: PayloadHash {
        if digests == nil { return .streamingUnsignedTrailer }
        return trailer == nil ? .streamingSigned : .streamingSignedTrailer
    }

    /// Frames a body.
    ///
    /// - Parameters:
    ///   - body: The body; not empty.
    ///   - signer: Signs the chunks, from the request's own signature on; nil if they are not signed.
    /// - Returns: What is sent, its segments shared with the body.
    /// - Throws: `internal` if OpenSSL fails, or if the body has another size than when it was looked at.
    func frame(_ body: Payload, _ signer: consuming ChunkSigner?) throws(StoreError) -> Payload {
        var result = Payload()
        var offset: Int64 = 0
        var index = 0
        // What ends the chunk before goes together with what begins the next one.
        var text = ByteBuffer(capacity: 256)
        while offset < body.count {
            let end = min(offset + chunkSize, body.count)
            try begin(end - offset, index, &signer, &text)
            result.append(Chunk(copying: text.bytes))
            text.removeAll()
            result.append(body.slice(offset..<end))
            text.append("\r\n")
            offset = end
            index += 1
        }
        try begin(0, index, &signer, &text)
        if let trailer {
            text.append(trailer.name)
            text.append(":")
            text.append(trailer.value)
            text.append("\r\n")
            if let signature = try signer?.sign(trailer: "\(trailer.name):\(trailer.value)\n") {
                text.append("x-amz-trailer-signature:")
                text.append(hex: signature)
                text.append("\r\n")
            }
        }
        text.append("\r\n")
        result.append(Chunk(copying: text.bytes))
        return result
    }

    private func begin(
        _ count: Int64, _ index: Int, _ signer: inout ChunkSigner?, _ text: inout ByteBuffer
    ) throws(StoreError) {
        text.append(String(count, radix: 16))
        if let digests {
            let digest = index < digests.count ? digests[index] : .ofNothing
            guard index < digests.count || count == 0, let signature = try signer?.sign(chunk: digest) else {
                throw StoreError(.internal, "a body has more chunks than were looked at")
            }
            text.append(";chunk-signature=")
            text.append(hex: signature)
        }
        text.append("\r\n")
    }
}

extension Payload {
    /// Adds all pieces of another payload.
    fileprivate mutating func append(_ other: Payload) {
        for segment in other.segments {
            switch segment {
            case .chunk(let chunk): append(chunk)
            case .file(let region): append(region)
            }
        }
    }
}
