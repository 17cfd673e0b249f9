import Coffer

extension S3Request {
    /// DeleteObject: removes an object or a version.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: Condition and version.
    static func deleteObject(_ key: Key, _ options: DeleteOptions) -> S3Request {
        var request = S3Request(.delete, .delete, .object(key))
        if let version = options.version { request.query.append(("versionId", version)) }
        if let mfa = options.mfa { request.headers.append(mfa.header) }
        if let etag = options.ifMatch { request.condition = .matches(etag) }
        if options.bypassesGovernance { request.headers.append(("x-amz-bypass-governance-retention", "true")) }
        return request
    }
}

extension S3Driver {
    /// Deletes an object; one that is not there is no error (unless a condition was given).
    public func delete(_ key: Key, _ options: DeleteOptions) async throws(StoreError) {
        if let etag = options.ifMatch, !settings.server.refusesToDeleteNothing {
            var look = try S3Request.headObject(
                key, StatOptions(version: options.version), customerKey: settings.customerKey(nil))
            look.condition = .matches(etag)
            _ = try await client.send(look)
        }
        do throws(StoreError) {
            _ = try await client.send(.deleteObject(key, options))
        } catch {
            // Some servers say that there was nothing to delete.
            if error.code == .notFound { return }
            throw error
        }
    }
}
