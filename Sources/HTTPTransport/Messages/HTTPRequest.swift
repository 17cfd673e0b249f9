import Coffer

/// The methods that a transport sends.
public enum HTTPMethod: String, Sendable, Hashable, CaseIterable {
    /// Reads.
    case get = "GET"
    /// Reads the headers only.
    case head = "HEAD"
    /// Writes a whole.
    case put = "PUT"
    /// Does what the target says.
    case post = "POST"
    /// Removes.
    case delete = "DELETE"

    /// Whether sending it twice does the same as sending it once (RFC 9110, section 9.2.2).
    public var isIdempotent: Bool { self != .post }
    /// Whether a request always has a `Content-Length`, even 0 (RFC 9110, section 8.6).
    var anticipatesContent: Bool { self == .put || self == .post }
}

/// Where a request goes to: connections are pooled by this.
public struct HTTPOrigin: Sendable, Hashable {
    /// The two schemes.
    public enum Scheme: String, Sendable, Hashable {
        /// Plain HTTP.
        case http
        /// HTTP over TLS.
        case https
    }

    /// The scheme.
    public let scheme: Scheme
    /// A host name or an address; an IPv6 address without brackets.
    public let host: String
    /// The TCP port, 1 to 65535.
    public let port: Int

    /// Makes an origin.
    ///
    /// - Parameters:
    ///   - scheme: The scheme.
    ///   - host: A host name or an address; brackets around an IPv6 address are taken off.
    ///   - port: The TCP port; nil for the scheme's own.
    public init(scheme: Scheme, host: String, port: Int? = nil) {
        self.scheme = scheme
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = port ?? (scheme == .https ? 443 : 80)
    }

    /// Whether the port is the scheme's own.
    public var hasDefaultPort: Bool { port == (scheme == .https ? 443 : 80) }

    /// `host` or `host:port`, as the `Host` header has it: brackets around IPv6, the scheme's own port left out.
    public var authority: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return hasDefaultPort ? name : "\(name):\(port)"
    }

    /// `host:port`, for messages.
    var endpoint: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// One request.
public struct HTTPRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// Where it goes to.
    public var origin: HTTPOrigin
    /// Path and query as they stand in the request line, percent-encoded by the caller: sent byte for byte.
    public var target: String
    /// The headers, sent in this order and spelling. `Host` is added if it is not among them; `Content-Length`,
    /// `Transfer-Encoding` and `Connection` are the transport's business and must not be.
    public var headers: [(name: String, value: String)]
    /// The body. Its length is known, and it can be sent again; it must not change before the response has come.
    public var body: Payload
    /// Whether to ask the server before the body is sent (`Expect: 100-continue`); after a second without an answer it
    /// is sent all the same. Ignored without a body.
    public var expectContinue: Bool
    /// A body of up to so many bytes is received before ``HTTPTransport/send(_:)`` returns and is then in memory: the
    /// cheap path for small answers. At most 64 KiB if the answer is no success. nil: every body is a stream.
    public var collectLimit: Int?
    /// Whether the calling thread may do the work itself and wait for the network, if it belongs to a caller who is
    /// blocked anyway (`BlockingPool.mayBlockHere`). That saves two hand-offs between threads, but other tasks of that
    /// thread stand still meanwhile: say so only for a request that runs alone.
    public var isSolitary: Bool

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - origin: Where it goes to.
    ///   - target: Path and query, percent-encoded.
    ///   - headers: The headers.
    ///   - body: The body.
    ///   - expectContinue: Whether to ask before the body is sent.
    ///   - collectLimit: Up to how many bytes the response's body is received at once.
    ///   - isSolitary: Whether a blocked caller's thread may do the work.
    public init(
        _ method: HTTPMethod, _ origin: HTTPOrigin, target: String, headers: [(name: String, value: String)] = [],
        body: Payload = Payload(), expectContinue: Bool = false, collectLimit: Int? = nil, isSolitary: Bool = false
    ) {
        self.method = method
        self.origin = origin
        self.target = target
        self.headers = headers
        self.body = body
        self.expectContinue = expectContinue
        self.collectLimit = collectLimit
        self.isSolitary = isSolitary
    }
}
