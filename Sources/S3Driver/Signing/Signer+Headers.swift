import Coffer

/// What signing adds to a request, header variant.
struct RequestSignature: Sendable {
    /// The query to send, without `?`; empty if there is none. Sorted and encoded as it was signed.
    let query: String
    /// The value of `authorization`.
    let authorization: String
    /// The value of `x-amz-date`.
    let date: String
    /// The value of `x-amz-content-sha256`; nil where the rules do without.
    let payloadHash: String?
    /// The value of `x-amz-security-token`; nil for permanent credentials.
    let sessionToken: String?
    /// The signature itself: what the first chunk of a signed stream continues from.
    let signature: SHA256Digest

    /// Gives each header to add, with its lower-case name.
    func forEachHeader(_ body: (_ name: String, _ value: String) -> Void) {
        body("x-amz-date", date)
        if let payloadHash { body("x-amz-content-sha256", payloadHash) }
        if let sessionToken { body("x-amz-security-token", sessionToken) }
        body("authorization", authorization)
    }
}

extension RequestSignature: CustomStringConvertible, CustomReflectable {
    /// The time only: the rest allows the request to be repeated.
    var description: String { "RequestSignature(\(date), hidden)" }

    /// The time only.
    var customMirror: Mirror { Mirror(self, children: ["date": date]) }
}

extension Signer {
    /// Signs a request by its headers.
    ///
    /// - Parameters:
    ///   - request: Method, path, query and headers, `host` among them. The headers of ``RequestSignature`` must not be
    ///     in it: they are added here.
    ///   - payload: What is said of the body.
    ///   - time: The time of signing; the service allows 15 minutes of difference.
    /// - Throws: `invalidArgument` if a header that signing adds is there already.
    func sign(
        _ request: consuming CanonicalRequest, payload: PayloadHash, at time: Timestamp
    ) throws(StoreError) -> RequestSignature {
        let date = AmzDate(time)
        let key = try key(date)
        if request.hasHeader("x-amz-date") || request.hasHeader("x-amz-security-token")
            || (rules.sendsPayloadHash && request.hasHeader("x-amz-content-sha256"))
        {
            throw StoreError(
                .invalidArgument,
                "x-amz-date, x-amz-content-sha256 and x-amz-security-token are set by signing; leave them out")
        }
        request.addCanonicalHeader("x-amz-date") { $0.append(date) }
        let payloadHash = rules.sendsPayloadHash ? payload.headerValue : nil
        if let payloadHash { request.addCanonicalHeader("x-amz-content-sha256") { $0.append(payloadHash) } }
        if let token = credentials.sessionToken, rules.signsSessionToken {
            request.addCanonicalHeader("x-amz-security-token") { $0.append(collapsing: token) }
        }
        request.sort()
        let signature = try signature(request, payload, date, key)

        var text = ByteBuffer(capacity: 512)
        text.append(key.authorizationPrefix)
        request.writeHeaderNames(to: &text)
        text.append(", Signature=")
        text.append(hex: signature)
        let authorization = text.string
        text.removeAll()
        request.writeQuery(to: &text)
        return RequestSignature(
            query: text.string, authorization: authorization, date: date.string, payloadHash: payloadHash,
            sessionToken: credentials.sessionToken, signature: signature)
    }
}
