import Coffer

extension Signer {
    /// How long a presigned URL may be good for, in seconds. Source: S3 API reference, "Query string authentication".
    static let presignedLifetime = 1...604_800

    /// Signs a request by its query, so that whoever has the URL can send it.
    ///
    /// - Parameters:
    ///   - request: Method, path, further query, and as headers `host` and whatever must be sent exactly so.
    ///   - origin: Scheme and authority, `https://host[:port]`: the start of the URL.
    ///   - seconds: How long it is good for: 1 to 604,800 seconds.
    ///   - payload: What is said of the body; for S3 always ``PayloadHash/unsigned``.
    ///   - time: When it begins to be good.
    /// - Returns: The URL.
    /// - Throws: `invalidArgument` for a lifetime out of range, no `host`, or a query that is signed already.
    func presign(
        _ request: consuming CanonicalRequest, origin: String, expiresIn seconds: Int,
        payload: PayloadHash = .unsigned, at time: Timestamp
    ) throws(StoreError) -> String {
        guard Signer.presignedLifetime.contains(seconds) else {
            throw StoreError(
                .invalidArgument, "a presigned URL is good for 1 to 604800 seconds (7 days), not for \(seconds)")
        }
        guard request.hasHeader("host") else {
            throw StoreError(.invalidArgument, "a presigned URL needs the header 'host'")
        }
        if request.hasQuery("X-Amz-Algorithm") || request.hasQuery("X-Amz-Credential")
            || request.hasQuery("X-Amz-Date") || request.hasQuery("X-Amz-Expires")
            || request.hasQuery("X-Amz-SignedHeaders") || request.hasQuery("X-Amz-Security-Token")
            || request.hasQuery("X-Amz-Signature")
        {
            throw StoreError(.invalidArgument, "the query is signed already; give it without X-Amz-… parameters")
        }
        let date = AmzDate(time)
        let key = try key(date)
        request.addPresignParameters(date, key, seconds, rules.signsSessionToken ? credentials.sessionToken : nil)
        request.sort()
        let signature = try signature(request, payload, date, key)

        var url = ByteBuffer(capacity: 1024)
        url.append(origin)
        url.append(request.path)
        url.append(UInt8(ascii: "?"))
        request.writeQuery(to: &url)
        if let token = credentials.sessionToken, !rules.signsSessionToken {
            url.append("&X-Amz-Security-Token=")
            url.append(encoding: token)
        }
        url.append("&X-Amz-Signature=")
        url.append(hex: signature)
        return url.string
    }
}

extension CanonicalRequest {
    /// Adds what a presigned query says beside the signature. All headers must be there.
    fileprivate mutating func addPresignParameters(
        _ date: AmzDate, _ key: SigningKey, _ seconds: Int, _ token: String?
    ) {
        sort()
        var names = ByteBuffer(capacity: 64)
        writeHeaderNames(to: &names, separator: "%3B")
        addQuery("X-Amz-Algorithm", encoded: "AWS4-HMAC-SHA256")
        key.encodedCredential.withUnsafeBytes { addEncodedQuery("X-Amz-Credential", $0) }
        withUnsafeBytes(of: date.bytes) { addEncodedQuery("X-Amz-Date", $0) }
        addQuery("X-Amz-Expires", String(seconds))
        if let token { addQuery("X-Amz-Security-Token", token) }
        addEncodedQuery("X-Amz-SignedHeaders", names.bytes)
    }

    private mutating func addQuery(_ name: StaticString, encoded value: StaticString) {
        addEncodedQuery(name, UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }
}
