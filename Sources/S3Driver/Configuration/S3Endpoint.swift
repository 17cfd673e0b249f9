import Coffer
import HTTPTransport

/// Where the service is: AWS, by region, or a server of one's own.
enum S3Endpoint: Sendable, Hashable {
    /// AWS: the host follows from the region.
    case aws
    /// A server; the path is empty or begins with a slash and does not end with one.
    case custom(HTTPOrigin, path: String)

    /// Reads a URL.
    ///
    /// - Parameter text: `http[s]://host[:port][/path]`.
    /// - Returns: nil if it is something else.
    init?(url text: String) {
        let scheme: HTTPOrigin.Scheme
        let rest: Substring
        if text.hasPrefix("https://") {
            (scheme, rest) = (.https, text.dropFirst(8))
        } else if text.hasPrefix("http://") {
            (scheme, rest) = (.http, text.dropFirst(7))
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.hasSuffix("/") { path = path.dropLast() }
        guard !authority.contains(where: { "@?# ".contains($0) }), !path.contains(where: { "?# ".contains($0) }) else {
            return nil
        }
        var host = authority
        var port: Int?
        let afterBracket = authority.hasPrefix("[") ? authority.drop { $0 != "]" } : authority[...]
        if let colon = afterBracket.lastIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else {
                return nil
            }
            port = number
            host = authority[..<colon]
        }
        guard !host.isEmpty, host != "[]" else { return nil }
        self = .custom(HTTPOrigin(scheme: scheme, host: String(host), port: port), path: String(path))
    }

    /// Whether this is AWS, by region or spelled out.
    var isAWS: Bool {
        switch self {
        case .aws: true
        case .custom(let origin, _):
            origin.host.hasSuffix(".amazonaws.com") || origin.host.hasSuffix(".amazonaws.com.cn")
        }
    }

    /// Whether the bytes are encrypted on the way.
    var isEncrypted: Bool {
        switch self {
        case .aws: true
        case .custom(let origin, _): origin.scheme == .https
        }
    }
}

/// How the bucket is named in a request.
enum AddressingStyle: String, Sendable, CaseIterable {
    /// The path where a host name would not do (an address, `localhost`, an own server, a bucket with dots), else the host.
    case auto
    /// `https://host/bucket/key`.
    case path
    /// `https://bucket.host/key`.
    case virtual
}

/// Which bodies have their digest signed.
enum PayloadSigning: String, Sendable, CaseIterable {
    /// Those that travel unencrypted.
    case auto
    /// All.
    case always
    /// None.
    case never
    /// All, each chunk by itself: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`.
    case chunks
}
