extension Store {
    /// Asks for a copy of an archived object that can be read, which takes from minutes to days: ``ObjectInfo/restore``
    /// says how far it is. Once more makes the copy stay for longer.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    ///   - days: How many days the copy stays, from 1; nil for an archive that knows no copies, where the object itself
    ///     comes back (S3 Intelligent-Tiering).
    ///   - tier: How soon; nil for the service's choice.
    /// - Returns: Whether the object can be read already.
    /// - Throws: `conflict` if it is on its way already, `permissionDenied` if the object is in no archive, `notFound`,
    ///   `unsupported`, `invalidArgument`, …
    @discardableResult
    @concurrent public func restore(
        _ key: Key, version: String? = nil, days: Int? = 1, tier: RestoreTier? = nil
    ) async throws(StoreError) -> Bool {
        try await perform(.restore, key) { () async throws(StoreError) in
            try check(key)
            guard let driver = facets.restore else { throw unsupported("archives") }
            try check(version: version)
            if let days, days < 1 {
                throw StoreError(.invalidArgument, "\(days) days are out of range; use 1 or more")
            }
            return try await driver.restore(key, version: version, days: days, tier: tier)
        }
    }
}
