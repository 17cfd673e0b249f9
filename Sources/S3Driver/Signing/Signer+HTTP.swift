import Coffer
import HTTPTransport

extension Signer {
    /// Signs a request of the transport in place: completes its target and adds the headers.
    ///
    /// - Parameters:
    ///   - request: Its target is the encoded path, without a query; `host` may be left to the transport.
    ///   - query: Names and values, not encoded, in any order.
    ///   - payload: What is said of the body.
    ///   - time: The time of signing.
    /// - Returns: The request's signature, where the chunks of a signed stream begin.
    /// - Throws: `invalidArgument` if a header that signing adds is there already.
    @discardableResult
    func sign(
        _ request: inout HTTPRequest, query: [(name: String, value: String)] = [], payload: PayloadHash,
        at time: Timestamp
    ) throws(StoreError) -> SHA256Digest {
        let signed = try sign(
            CanonicalRequest(request.method, request.origin, path: request.target, query, request.headers),
            payload: payload, at: time)
        if !signed.query.isEmpty { request.target += "?" + signed.query }
        request.headers.reserveCapacity(request.headers.count + 4)
        signed.forEachHeader { request.headers.append(($0, $1)) }
        return signed.signature
    }

    /// Makes a presigned URL.
    ///
    /// - Parameters:
    ///   - method: The request that it allows.
    ///   - origin: Where it goes to.
    ///   - path: The encoded path.
    ///   - query: Further parameters, not encoded.
    ///   - headers: Headers beside `host` that the user of the URL must send exactly so.
    ///   - seconds: How long it is good for: 1 to 604,800 seconds.
    ///   - time: When it begins to be good.
    /// - Throws: `invalidArgument` for a lifetime out of range or a query that is signed already.
    func presign(
        _ method: HTTPMethod, _ origin: HTTPOrigin, path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], expiresIn seconds: Int, at time: Timestamp
    ) throws(StoreError) -> String {
        try presign(
            CanonicalRequest(method, origin, path: path, query, headers),
            origin: origin.scheme.rawValue + "://" + origin.authority, expiresIn: seconds, at: time)
    }
}

extension CanonicalRequest {
    /// The canonical form of a request of the transport; `host` is taken from the origin if it is not there.
    fileprivate init(
        _ method: HTTPMethod, _ origin: HTTPOrigin, path: String, _ query: [(name: String, value: String)],
        _ headers: [(name: String, value: String)]
    ) {
        self.init(method: method.rawValue, path: path)
        for item in query { addQuery(item.name, item.value) }
        for header in headers { addHeader(header.name, header.value) }
        if !hasHeader("host") { addHeader("host", origin.authority) }
    }
}
