extension InterceptingDriver: TagsDriver {
    /// Asks for tags through the interceptor.
    public func tags(of key: Key, version: String?) async throws(StoreError) -> [String: String] {
        guard let base = baseFacets.tags else { throw missing("tags") }
        return try await interceptor.intercept(InterceptedCall(operation: .tags, key: key)) {
            () async throws(StoreError) in try await base.tags(of: key, version: version)
        }
    }

    /// Changes tags through the interceptor.
    public func setTags(_ tags: [String: String], of key: Key, version: String?) async throws(StoreError) {
        guard let base = baseFacets.tags else { throw missing("tags") }
        try await interceptor.intercept(InterceptedCall(operation: .setTags, key: key)) {
            () async throws(StoreError) in try await base.setTags(tags, of: key, version: version)
        }
    }
}

extension InterceptingDriver: ObjectLockDriver {
    private func locking() throws(StoreError) -> any ObjectLockDriver {
        guard let base = baseFacets.objectLock else { throw missing("object lock") }
        return base
    }

    /// Asks for a retention through the interceptor.
    public func retention(of key: Key, version: String?) async throws(StoreError) -> Retention? {
        let base = try locking()
        return try await interceptor.intercept(InterceptedCall(operation: .retention, key: key)) {
            () async throws(StoreError) in try await base.retention(of: key, version: version)
        }
    }

    /// Changes a retention through the interceptor.
    public func setRetention(
        _ retention: Retention?, of key: Key, version: String?, bypassesGovernance: Bool
    ) async throws(StoreError) {
        let base = try locking()
        try await interceptor.intercept(InterceptedCall(operation: .setRetention, key: key)) {
            () async throws(StoreError) in
            try await base.setRetention(retention, of: key, version: version, bypassesGovernance: bypassesGovernance)
        }
    }

    /// Asks for a legal hold through the interceptor.
    public func legalHold(of key: Key, version: String?) async throws(StoreError) -> Bool {
        let base = try locking()
        return try await interceptor.intercept(InterceptedCall(operation: .legalHold, key: key)) {
            () async throws(StoreError) in try await base.legalHold(of: key, version: version)
        }
    }

    /// Changes a legal hold through the interceptor.
    public func setLegalHold(_ isHeld: Bool, of key: Key, version: String?) async throws(StoreError) {
        let base = try locking()
        try await interceptor.intercept(InterceptedCall(operation: .setLegalHold, key: key)) {
            () async throws(StoreError) in try await base.setLegalHold(isHeld, of: key, version: version)
        }
    }
}

extension InterceptingDriver: RestoreDriver {
    /// Asks for a readable copy through the interceptor.
    public func restore(
        _ key: Key, version: String?, days: Int?, tier: RestoreTier?
    ) async throws(StoreError) -> Bool {
        guard let base = baseFacets.restore else { throw missing("archive") }
        return try await interceptor.intercept(InterceptedCall(operation: .restore, key: key)) {
            () async throws(StoreError) in try await base.restore(key, version: version, days: days, tier: tier)
        }
    }
}
