extension Store {
    /// Asks for an object's tags.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    /// - Returns: All tags; empty for an object without.
    /// - Throws: `notFound`, `unsupported` if the driver's objects have no tags, …
    @concurrent public func tags(of key: Key, version: String? = nil) async throws(StoreError) -> [String: String] {
        try await perform(.tags, key) { () async throws(StoreError) in
            let driver = try checkTags(key, version)
            return try await driver.tags(of: key, version: version)
        }
    }

    /// Replaces all tags of an object; neither its ETag nor its time changes.
    ///
    /// - Parameters:
    ///   - tags: The new tags, see ``TagRules``; empty for none.
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    /// - Throws: `notFound`, `invalidArgument` for tags that break a rule, `unsupported`, …
    @concurrent public func setTags(
        _ tags: [String: String], of key: Key, version: String? = nil
    ) async throws(StoreError) {
        try await perform(.setTags, key) { () async throws(StoreError) in
            let driver = try checkTags(key, version)
            try TagRules.validate(tags)
            try await driver.setTags(tags, of: key, version: version)
        }
    }

    /// Takes all tags off an object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    /// - Throws: As ``setTags(_:of:version:)``.
    @concurrent public func removeTags(of key: Key, version: String? = nil) async throws(StoreError) {
        try await setTags([:], of: key, version: version)
    }

    private func checkTags(_ key: Key, _ version: String?) throws(StoreError) -> any TagsDriver {
        try check(key)
        guard let driver = facets.tags else { throw unsupported("tags") }
        try check(version: version)
        return driver
    }
}
