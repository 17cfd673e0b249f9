import Coffer

extension S3Request {
    /// HeadBucket: whether the bucket exists, and where.
    static func headBucket() -> S3Request { S3Request(.open, .head, .bucket) }

    /// CreateBucket.
    ///
    /// - Parameter constraint: The region to name; nil where the server has none, or is in `us-east-1`.
    /// - Throws: `invalidConfiguration` if it cannot be a region.
    static func createBucket(_ constraint: String?) throws(StoreError) -> S3Request {
        try createBucket(BucketCreation(location: constraint), operation: .open)
    }

    /// CreateBucket, with all that a new bucket can be given at once.
    ///
    /// - Parameters:
    ///   - creation: What the bucket shall be.
    ///   - operation: The verb.
    /// - Throws: `invalidConfiguration` if something of it cannot be written.
    static func createBucket(_ creation: BucketCreation, operation: Operation) throws(StoreError) -> S3Request {
        var request = S3Request(operation, .put, .bucket)
        if let acl = creation.acl { request.headers.append(("x-amz-acl", acl.rawValue)) }
        if creation.hasObjectLock { request.headers.append(("x-amz-bucket-object-lock-enabled", "true")) }
        if let ownership = creation.ownership {
            request.headers.append(("x-amz-object-ownership", ownership.rawValue))
        }
        if creation.location == nil, creation.tags.isEmpty { return request }
        let body = creation.element("CreateBucketConfiguration")
        do throws(XMLError) {
            request.body = Payload(Chunk(try body.document()))
        } catch {
            throw StoreError(
                .invalidConfiguration, "region or tags of a new bucket: \(error)", operation: operation, driver: "s3")
        }
        request.signsBody = true
        return request
    }
}
