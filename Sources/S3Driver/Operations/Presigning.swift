import Coffer
import HTTPTransport

extension S3Driver: PresignDriver {
    /// Makes a presigned request; nothing is sent.
    public func presign(_ key: Key, _ options: PresignOptions) async throws(StoreError) -> PresignedRequest {
        let (route, signer, now) = try await client.signing()
        guard let signer else {
            throw StoreError(
                .unauthenticated, "an anonymous store has no key to sign with; give credentials",
                operation: .presign, key: key.string, driver: name)
        }
        let method: HTTPMethod =
            switch options.method {
            case .get: .get
            case .put: .put
            case .head: .head
            case .delete: .delete
            }
        let start = options.date ?? now
        let required = try self.headers(key, options)
        let headers = required.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let url = try signer.presign(
            method, route.origin, path: route.path(.object(key)),
            query: options.query.map { (name: $0.key, value: $0.value) }, headers: headers,
            expiresIn: Int(options.expiresIn.components.seconds), at: start)
        return PresignedRequest(
            method: method.rawValue, url: url, headers: required, expires: start.advanced(by: options.expiresIn))
    }

    /// What the user of the URL must send: what the caller says, and what the object shall carry or is read with.
    private func headers(_ key: Key, _ options: PresignOptions) throws(StoreError) -> [String: String] {
        var request = S3Request(.presign, .get, .object(key))
        switch options.method {
        case .put:
            if let metadata = options.write?.metadata { MetadataHeaders.write(metadata, to: &request.headers) }
            try request.add(settings.attributes(options.write?.rare))
            switch options.write?.condition {
            case nil, .none?: break
            case .absent?: request.headers.append(("if-none-match", "*"))
            case .matches(let etag)?: request.headers.append(("if-match", etag.quoted))
            }
        case .get, .head: try request.add(settings.customerKey(options.customerKey))
        case .delete: break
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
}
