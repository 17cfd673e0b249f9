import Coffer

extension S3Request {
    /// HeadBucket: whether the bucket exists, and where.
    static func headBucket() -> S3Request { S3Request(.open, .head, .bucket) }

    /// CreateBucket.
    ///
    /// - Parameter constraint: The region to name; nil where the server has none, or is in `us-east-1`.
    /// - Throws: `invalidConfiguration` if it cannot be a region.
    static func createBucket(_ constraint: String?) throws(StoreError) -> S3Request {
        var request = S3Request(.open, .put, .bucket)
        if let constraint {
            do throws(XMLError) {
                request.body = Payload(Chunk(try RequestBodies.createBucket(region: constraint)))
            } catch {
                throw StoreError(.invalidConfiguration, "option 'region': \(error)", operation: .open, driver: "s3")
            }
            request.signsBody = true
        }
        return request
    }
}
