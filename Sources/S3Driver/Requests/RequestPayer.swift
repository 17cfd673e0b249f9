import Coffer

/// Buckets whose reader pays: which requests say that they know.
///
/// Source: S3 user guide, "Using Requester Pays buckets"; which requests take the header: the service model of botocore.
enum RequestPayer {
    static let header = "x-amz-request-payer"
    static let value = "requester"
}

extension S3Request {
    /// Whether the request takes the header: all about objects but the deletion of tags, and of those about the bucket
    /// the listings and the batch.
    var takesRequestPayer: Bool {
        switch resource {
        case .service: return false
        case .object: return method != .delete || !query.contains { $0.name == "tagging" }
        case .bucket:
            guard let first = query.first?.name else { return false }
            return ["list-type", "versions", "uploads", "delete"].contains(first)
        }
    }
}
