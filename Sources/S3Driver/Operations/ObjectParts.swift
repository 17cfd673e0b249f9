import Coffer

extension S3Request {
    /// GetObjectAttributes: one page of the parts that an object was uploaded in.
    ///
    /// - Parameters:
    ///   - info: The object: key and version.
    ///   - after: The number of the last part of the page before.
    ///   - customerKey: The key that the object was encrypted with.
    /// - Throws: `internal` if OpenSSL has no MD5, which a customer's key needs.
    static func objectParts(
        _ info: ObjectInfo, after: Int64?, customerKey: CustomerKey? = nil
    ) throws(StoreError) -> S3Request {
        var request = S3Request(.stat, .get, .object(info.key))
        request.query = [("attributes", "")]
        if let version = info.version { request.query.append(("versionId", version)) }
        request.headers = [("x-amz-object-attributes", "ETag,ObjectParts"), ("x-amz-max-parts", "1000")]
        if let after { request.headers.append(("x-amz-part-number-marker", String(after))) }
        try request.add(customerKey)
        request.isSolitary = false
        return request
    }
}

extension S3Driver {
    /// The parts that an object was uploaded in, with their checksums.
    ///
    /// - Parameters:
    ///   - info: The object.
    ///   - isRequired: Whether a service that has refused to tell is asked all the same.
    ///   - customerKey: The key that the object was encrypted with.
    /// - Returns: In ascending order; nil if the service does not tell, or of another object.
    func parts(_ info: ObjectInfo, isRequired: Bool, customerKey: CustomerKey? = nil) async -> [UploadedPart]? {
        guard isRequired || !partsUnknown.withLock({ $0 }) else { return nil }
        var parts: [UploadedPart] = []
        var after: Int64?
        do throws(StoreError) {
            while true {
                let request = try S3Request.objectParts(info, after: after, customerKey: customerKey)
                let page = try await client.send(request, reading: ObjectAttributes.self).document
                guard page.etag == info.etag, page.etag != nil else { return nil }
                parts += page.parts
                guard page.isTruncated else { return parts }
                guard let next = page.nextPartNumberMarker, next > after ?? -1 else { return nil }
                after = next
            }
        } catch {
            // Not an object that was replaced or a connection that broke meanwhile, but a service that cannot or may not.
            switch error.code {
            case .permissionDenied, .unsupported, .invalidResponse, .invalidArgument:
                partsUnknown.withLock { $0 = true }
            default: break
            }
            return nil
        }
    }
}
