import Coffer
import HTTPTransport

extension S3Driver: PresignDriver {
    /// Makes a presigned request; nothing is sent.
    public func presign(_ key: Key, _ options: PresignOptions) async throws(StoreError) -> PresignedRequest {
        let (route, signer, now) = try await presigning(key)
        let request = PresignedShape(options, settings)
        let start = options.date ?? now
        let required = try self.headers(key, options)
        let headers = required.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let url = try signer.presign(
            request.method, route.origin, path: route.path(.object(key)), query: request.query, headers: headers,
            expiresIn: Int(options.expiresIn.components.seconds), at: start)
        return PresignedRequest(
            method: request.method.rawValue, url: url, headers: required,
            expires: signer.expiry(start.advanced(by: options.expiresIn)))
    }

    /// What the user of the URL must send: what the caller says, and what the object shall carry or is read with.
    private func headers(_ key: Key, _ options: PresignOptions) throws(StoreError) -> [String: String] {
        var request = S3Request(.presign, .get, .object(key))
        switch options.method {
        case .put:
            if let metadata = options.write?.metadata { MetadataHeaders.write(metadata, to: &request.headers) }
            if let visibility = options.write?.visibility {
                request.headers.append(("x-amz-acl", visibility.cannedACL))
            }
            try request.add(settings.attributes(options.write?.rare))
            switch options.write?.condition {
            case nil, .none?: break
            case .absent?: request.headers.append(("if-none-match", "*"))
            case .matches(let etag)?: request.headers.append(("if-match", etag.quoted))
            }
        // What an upload in parts carries is said when it is begun.
        case .createUpload: try request.add(settings.attributes(nil))
        case .get, .head, .uploadPart: try request.add(settings.customerKey(options.customerKey))
        case .delete, .completeUpload, .abortUpload: break
        }
        var headers = options.headers
        for (name, value) in request.headers {
            guard !headers.keys.contains(where: { $0.lowercased() == name }) else {
                throw StoreError(
                    .invalidArgument,
                    "the header '\(name)' is given twice: by itself, and by what the object shall carry",
                    operation: .presign, key: key.string, driver: self.name)
            }
            headers[name] = value
        }
        if request.carriesCustomerKey, !settings.endpoint.isEncrypted, !settings.sendsCustomerKeysOverHTTP {
            throw StoreError(
                .invalidArgument, S3Settings.customerKeyInTheClear, operation: .presign, key: key.string, driver: name)
        }
        return headers
    }

    /// What presigned requests are made with.
    ///
    /// - Throws: `unauthenticated` if requests are not signed.
    func presigning(_ key: Key?) async throws(StoreError) -> (S3Route, Signer, Timestamp) {
        let (route, signer, now) = try await client.signing()
        guard let signer else {
            throw StoreError(
                .unauthenticated, "an anonymous store has no key to sign with; give credentials",
                operation: .presign, key: key?.string, driver: name)
        }
        return (route, signer, now)
    }
}

extension Signer {
    /// When what is signed now expires: the service takes nothing from credentials whose time is over.
    ///
    /// - Parameter wanted: When it shall expire.
    func expiry(_ wanted: Timestamp) -> Timestamp { credentials.expiration.map { min($0, wanted) } ?? wanted }
}

/// Method and query of a presigned request.
struct PresignedShape {
    let method: HTTPMethod
    private(set) var query: [(name: String, value: String)]

    init(_ options: PresignOptions, _ settings: S3Settings) {
        query = options.query.map { (name: $0.key, value: $0.value) }
        switch options.method {
        case .get: method = .get
        case .put: method = .put
        case .head: method = .head
        case .delete: method = .delete
        case .createUpload:
            method = .post
            query.append(("uploads", ""))
        case .uploadPart(let upload, let number):
            method = .put
            query += [("partNumber", String(number)), ("uploadId", upload)]
        case .completeUpload(let upload):
            method = .post
            query.append(("uploadId", upload))
        case .abortUpload(let upload):
            method = .delete
            query.append(("uploadId", upload))
        }
        if settings.requesterPays { query.append((RequestPayer.header, RequestPayer.value)) }
        if let version = options.version { query.append(("versionId", version)) }
        add(options.overrides)
    }

    private mutating func add(_ overrides: ResponseOverrides) {
        for (name, value) in [
            ("response-content-type", overrides.contentType),
            ("response-content-disposition", overrides.contentDisposition),
            ("response-content-encoding", overrides.contentEncoding),
            ("response-content-language", overrides.contentLanguage),
            ("response-cache-control", overrides.cacheControl),
            ("response-expires", overrides.expires?.httpDate),
        ] {
            if let value { query.append((name, value)) }
        }
    }
}
