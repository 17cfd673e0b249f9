extension Store {
    /// Asks how long a version of an object must not be deleted.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    /// - Returns: Nil if it may be deleted, as far as a retention goes.
    /// - Throws: `notFound`, `unsupported`, `invalidArgument` if the bucket has no object lock, …
    @concurrent public func retention(of key: Key, version: String? = nil) async throws(StoreError) -> Retention? {
        try await perform(.retention, key) { () async throws(StoreError) in
            try await locking(key, version).retention(of: key, version: version)
        }
    }

    /// Says how long a version of an object must not be deleted. A retention can always be made longer.
    ///
    /// - Parameters:
    ///   - retention: Until when, and who can change that; nil for no longer.
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    ///   - bypassesGovernance: Whether a retention in governance mode may be shortened or taken away; needs a special
    ///     permission.
    /// - Throws: `permissionDenied` if it would be shorter, `notFound`, `unsupported`, `invalidArgument`, …
    @concurrent public func setRetention(
        _ retention: Retention?, of key: Key, version: String? = nil, bypassesGovernance: Bool = false
    ) async throws(StoreError) {
        try await perform(.setRetention, key) { () async throws(StoreError) in
            try await locking(key, version).setRetention(
                retention, of: key, version: version, bypassesGovernance: bypassesGovernance)
        }
    }

    /// Asks whether a version of an object must not be deleted until further notice.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    /// - Throws: As ``retention(of:version:)``.
    @concurrent public func legalHold(of key: Key, version: String? = nil) async throws(StoreError) -> Bool {
        try await perform(.legalHold, key) { () async throws(StoreError) in
            try await locking(key, version).legalHold(of: key, version: version)
        }
    }

    /// Says whether a version of an object must not be deleted until further notice.
    ///
    /// - Parameters:
    ///   - isHeld: Whether it must not.
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    /// - Throws: As ``retention(of:version:)``; `permissionDenied`.
    @concurrent public func setLegalHold(
        _ isHeld: Bool, of key: Key, version: String? = nil
    ) async throws(StoreError) {
        try await perform(.setLegalHold, key) { () async throws(StoreError) in
            try await locking(key, version).setLegalHold(isHeld, of: key, version: version)
        }
    }

    private func locking(_ key: Key, _ version: String?) throws(StoreError) -> any ObjectLockDriver {
        try check(key)
        guard let driver = facets.objectLock else { throw unsupported("object lock") }
        try check(version: version)
        return driver
    }
}
