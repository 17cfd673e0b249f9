/// What a signature says of the body: the value of `x-amz-content-sha256`.
///
/// Source: "Authenticating requests: using the Authorization header", S3 API reference.
enum PayloadHash: Sendable, Hashable {
    /// The body has this digest.
    case sha256(SHA256Digest)
    /// The body is not signed: sensible over https only.
    case unsigned
    /// `aws-chunked`, chunks unsigned, with trailing headers.
    case streamingUnsignedTrailer
    /// `aws-chunked`, each chunk signed; see ``ChunkSigner``.
    case streamingSigned
    /// `aws-chunked`, each chunk and the trailing headers signed.
    case streamingSignedTrailer

    /// No body.
    static var empty: PayloadHash { .sha256(.ofNothing) }

    /// The value of the header.
    var headerValue: String {
        switch self {
        case .sha256(let digest): digest.hex
        case .unsigned: "UNSIGNED-PAYLOAD"
        case .streamingUnsignedTrailer: "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        case .streamingSigned: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        case .streamingSignedTrailer: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
        }
    }
}
