import Coffer

extension S3Request {
    /// ListMultipartUploads: one page of the open uploads.
    ///
    /// - Parameters:
    ///   - prefix: Only keys that begin with this.
    ///   - after: Where the page before ended.
    static func listUploads(prefix: String, after: (key: String, id: String?)?) -> S3Request {
        var request = S3Request(.listUploads, .get, .bucket)
        // No encoding-type: Ceph then encodes keys and does not say so, LocalStack says nothing and does not.
        request.query = [("uploads", "")]
        if !prefix.isEmpty { request.query.append(("prefix", prefix)) }
        if let after {
            request.query.append(("key-marker", after.key))
            if let id = after.id { request.query.append(("upload-id-marker", id)) }
        }
        return request
    }

    /// ListParts: one page of an upload's parts.
    ///
    /// - Parameters:
    ///   - upload: The upload.
    ///   - after: The number of the last part of the page before.
    ///   - customerKey: The key that the object is encrypted with.
    /// - Throws: `internal` if OpenSSL has no MD5, which a customer's key needs.
    static func listParts(
        _ upload: UploadID, after: Int64?, customerKey: CustomerKey? = nil
    ) throws(StoreError) -> S3Request {
        var request = S3Request(.listParts, .get, .object(upload.key))
        request.query = [("uploadId", upload.id)]
        if let after { request.query.append(("part-number-marker", String(after))) }
        try request.add(customerKey)
        return request
    }
}

extension S3Client {
    /// Lists the open uploads.
    ///
    /// - Parameter prefix: Only keys that begin with this.
    func listUploads(prefix: String) async throws(StoreError) -> [OpenUpload] {
        var uploads: [OpenUpload] = []
        var after: (key: String, id: String?)?
        while true {
            let (response, page) = try await send(
                .listUploads(prefix: prefix, after: after), reading: ListMultipartUploadsResult.self)
            uploads += page.uploads
            guard page.isTruncated else { return uploads }
            guard let key = page.nextKeyMarker, key != after?.key || page.nextUploadIDMarker != after?.id else {
                throw S3Driver.missing("new NextKeyMarker although there is more", response, .listUploads, nil)
            }
            after = (key, page.nextUploadIDMarker)
        }
    }
}

extension S3Driver {
    /// Lists the open uploads.
    public func listUploads(prefix: String) async throws(StoreError) -> [OpenUpload] {
        try await client.listUploads(prefix: prefix)
    }

    /// Lists the parts of an upload that have arrived, in ascending order: what another process needs to go on.
    ///
    /// - Parameter upload: The upload.
    /// - Throws: `notFound` if it was completed or aborted meanwhile.
    public func listParts(_ upload: UploadID) async throws(StoreError) -> [UploadedPart] {
        var parts: [UploadedPart] = []
        var after: Int64?
        while true {
            let (response, page) = try await client.send(
                .listParts(upload, after: after, customerKey: settings.customerKey(of: upload)),
                reading: ListPartsResult.self)
            parts += page.parts
            guard page.isTruncated else { return parts }
            guard let next = page.nextPartNumberMarker, next > after ?? -1 else {
                throw S3Driver.missing(
                    "new NextPartNumberMarker although there is more", response, .listParts, upload.key)
            }
            after = next
        }
    }
}
