/// How a service wants its requests signed: where AWS's services differ from each other.
struct SigningRules: Sendable, Hashable {
    /// How the path enters the canonical request.
    enum Path: Sendable, Hashable {
        /// As it is sent: encoded once, `//` and `..` left alone. What S3 does, and nothing else.
        case asSent
        /// Encoded once more than it is sent, and normalised before if so said.
        case encodedAgain(normalized: Bool)
    }

    /// How the path enters the canonical request.
    var path = Path.asSent
    /// Whether `x-amz-content-sha256` is sent and signed. S3 wants it; others take it.
    var sendsPayloadHash = true
    /// Whether the session token is signed; otherwise it is added to the signed request (a few old services).
    var signsSessionToken = true

    /// The rules of S3.
    static let s3 = SigningRules()
}
