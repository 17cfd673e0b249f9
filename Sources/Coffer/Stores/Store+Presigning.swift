extension Store {
    /// The longest that a presigned URL can be good for. Source: S3 API reference, "Query string authentication".
    public static let maxPresignExpiry = Duration.seconds(7 * 24 * 3600)

    /// Makes a URL that anyone may use for one kind of request until it expires; nothing is sent.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The request and how long it is good for.
    /// - Throws: `unsupported` if the driver has no URLs, `invalidArgument` for an expiry out of range.
    @concurrent public func presign(
        _ key: Key, _ options: PresignOptions = PresignOptions()
    ) async throws(StoreError) -> PresignedRequest {
        try await perform(.presign, key) { () async throws(StoreError) in
            try check(key)
            guard let presigner = facets.presign else { throw unsupported("presigned requests") }
            guard options.expiresIn >= .seconds(1), options.expiresIn <= Self.maxPresignExpiry else {
                throw StoreError(
                    .invalidArgument, "an expiry of \(options.expiresIn) is out of range; use 1 second to 7 days")
            }
            if let write = options.write {
                guard options.method == .put else {
                    throw StoreError(
                        .invalidArgument, "the presign option write goes with the method put only; leave it out")
                }
                var checkedOptions = options
                checkedOptions.write = try checked(write)
                return try await presigner.presign(key, checkedOptions)
            }
            if options.customerKey != nil { try require(.customerKeys, "the presign option customerKey") }
            return try await presigner.presign(key, options)
        }
    }
}
