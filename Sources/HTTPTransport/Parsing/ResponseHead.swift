import Coffer

/// A response's status line and headers, and what they say about the body and the connection.
struct ResponseHead: Sendable {
    /// The most bytes of a head that are taken; a longer one is an error.
    static let limit = 256 << 10
    /// The most heads of status 1xx before the answer; more are an error.
    static let interimLimit = 100
    /// The most bytes that are collected of the body of an answer that is no success: a proxy's page can have megabytes.
    static let refusalLimit = 64 << 10

    let status: Int
    let headers: HTTPHeaders
    /// What `Content-Length` says.
    let contentLength: Int64?
    /// Whether the body comes in chunks.
    let isChunked: Bool
    /// Whether the connection may be used again after the body.
    let keepsAlive: Bool

    /// Whether another head follows this one (RFC 9110, section 15.2).
    var isInterim: Bool { status < 200 && status != 101 }

    /// How the body ends (RFC 9112, section 6.3).
    ///
    /// - Parameter method: The request's method.
    func framing(_ method: HTTPMethod) -> BodyFraming {
        if method == .head || status < 200 || status == 204 || status == 304 { return .none }
        if isChunked { return .chunked }
        guard let contentLength else { return .untilClose }
        return contentLength == 0 ? .none : .length(contentLength)
    }
}

/// How the end of a body is known.
enum BodyFraming: Sendable, Equatable {
    /// There is no body.
    case none
    /// So many bytes follow.
    case length(Int64)
    /// Chunked transfer coding.
    case chunked
    /// The server closes the connection after it.
    case untilClose
}

/// A server that says that an answer will come, again and again.
func tooManyInterims() -> StoreError { malformed("there are more than \(ResponseHead.interimLimit) interim ones") }

/// An answer that is not HTTP, or not as it must be.
func malformed(_ what: String) -> StoreError {
    StoreError(
        .invalidResponse, "the server's answer is not valid HTTP/1.1: \(what); check that host and port are right",
        isRetryable: false)
}
