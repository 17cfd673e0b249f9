extension InterceptingDriver: PresignPostDriver, PublicURLDriver {
    /// Makes a form; nothing is sent, so nothing is intercepted.
    public func presignPost(_ key: PostKey, _ options: PostOptions) async throws(StoreError) -> PresignedPost {
        guard let base = baseFacets.presignPost else { throw missing("presigned form") }
        return try await base.presignPost(key, options)
    }

    /// Makes a URL; nothing is sent, so nothing is intercepted.
    public func publicURL(_ key: Key) async throws(StoreError) -> String {
        guard let base = baseFacets.publicURL else { throw missing("public URL") }
        return try await base.publicURL(key)
    }
}

extension InterceptingDriver: VisibilityDriver {
    /// Asks through the interceptor.
    public func visibility(of key: Key) async throws(StoreError) -> Visibility {
        guard let base = baseFacets.visibility else { throw missing("visibility") }
        return try await interceptor.intercept(InterceptedCall(operation: .visibility, key: key)) {
            () async throws(StoreError) in try await base.visibility(of: key)
        }
    }

    /// Sets through the interceptor.
    public func setVisibility(_ visibility: Visibility, of key: Key) async throws(StoreError) {
        guard let base = baseFacets.visibility else { throw missing("visibility") }
        try await interceptor.intercept(InterceptedCall(operation: .setVisibility, key: key)) {
            () async throws(StoreError) in try await base.setVisibility(visibility, of: key)
        }
    }
}
