import Coffer

/// What a service says of a bucket when it is asked for its head.
public struct BucketHead: Sendable, Hashable {
    /// Where it is; nil where the service does not say.
    public var region: String?
    /// Whether the name is the alias of an access point.
    public var isAccessPointAlias: Bool
}

extension S3Bucket {
    /// Asks for the bucket's head: whether it is there, and whether we may use it.
    ///
    /// - Throws: `bucketNotFound`; `permissionDenied` if it is somebody else's.
    @concurrent public func head() async throws(StoreError) -> BucketHead {
        var request = S3Request.headBucket()
        request.operation = .administer
        do throws(StoreError) {
            let answer = try await send(request)
            return BucketHead(
                region: answer.headers["x-amz-bucket-region"],
                isAccessPointAlias: answer.headers["x-amz-access-point-alias"] == "true")
        } catch {
            guard error.code == .notFound else { throw error }
            // A head has no words.
            throw error.replacing(.bucketNotFound, "the bucket '\(name)' does not exist")
        }
    }

    /// Whether the bucket is there.
    ///
    /// - Throws: `permissionDenied` if it is somebody else's; what keeps the service from answering.
    @concurrent public func exists() async throws(StoreError) -> Bool {
        do throws(StoreError) {
            _ = try await head()
            return true
        } catch {
            if error.code == .bucketNotFound { return false }
            throw error
        }
    }

    /// Where the bucket is: the region in today's words, `us-east-1` where the service says nothing.
    ///
    /// - Throws: `bucketNotFound`, `permissionDenied`, …
    @concurrent public func location() async throws(StoreError) -> String {
        var request = S3Request(.administer, .get, .bucket)
        request.query = [("location", "")]
        return try await send(request, reading: LocationConstraint.self).region
    }
}
