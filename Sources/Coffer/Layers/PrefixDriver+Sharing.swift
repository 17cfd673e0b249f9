extension PrefixDriver: PresignPostDriver, VisibilityDriver, PublicURLDriver {
    func presignPost(_ key: PostKey, _ options: PostOptions) async throws(StoreError) -> PresignedPost {
        guard let base = baseFacets.presignPost else { throw missing("presigned form") }
        switch key {
        case .exactly(let key): return try await base.presignPost(.exactly(full(key)), options)
        case .startingWith(let start): return try await base.presignPost(.startingWith(prefix + start), options)
        }
    }

    func visibility(of key: Key) async throws(StoreError) -> Visibility {
        guard let base = baseFacets.visibility else { throw missing("visibility") }
        return try await stripping(key) { () async throws(StoreError) in try await base.visibility(of: full(key)) }
    }

    func setVisibility(_ visibility: Visibility, of key: Key) async throws(StoreError) {
        guard let base = baseFacets.visibility else { throw missing("visibility") }
        try await stripping(key) { () async throws(StoreError) in
            try await base.setVisibility(visibility, of: full(key))
        }
    }

    func publicURL(_ key: Key) async throws(StoreError) -> String {
        guard let base = baseFacets.publicURL else { throw missing("public URL") }
        return try await base.publicURL(full(key))
    }
}
