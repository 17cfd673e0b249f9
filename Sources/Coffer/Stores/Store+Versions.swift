extension Store {
    /// Lists the versions of objects and the marks of deleted ones, page by page as the result is consumed.
    ///
    /// - Parameter options: What to list.
    public func versions(_ options: VersionListOptions = VersionListOptions()) -> VersionList {
        VersionList(store: self, options: options)
    }

    /// Lists the versions of one object, from the newest to the oldest.
    ///
    /// - Parameter key: The object's key.
    /// - Returns: Its versions and delete markers; empty if it never was.
    /// - Throws: As ``versionPage(_:)``.
    @concurrent public func versions(of key: Key) async throws(StoreError) -> [ObjectVersion] {
        var found: [ObjectVersion] = []
        var entries = versions(VersionListOptions(prefix: key.string)).makeAsyncIterator()
        // Keys that begin with this one come after it.
        while let entry = try await entries.next(), case .version(let version) = entry, version.info.key == key {
            found.append(version)
        }
        return found
    }

    /// Lists one page of versions; a page may be shorter than asked for, or empty, without being the last.
    ///
    /// - Parameter options: What to list; `limit` and `pageToken` are those of the page.
    /// - Throws: `unsupported` where no versions are kept or the driver was not told that they are, `invalidArgument` for
    ///   options or a token that cannot be, `bucketNotFound`, …
    @concurrent public func versionPage(
        _ options: VersionListOptions = VersionListOptions()
    ) async throws(StoreError) -> VersionPage {
        try await perform(.listVersions, nil) { () async throws(StoreError) in
            let driver = try versionsDriver()
            try check(ListOptions(prefix: options.prefix, delimiter: options.delimiter, limit: options.limit))
            if Task.isCancelled { throw .cancelled() }
            var options = options
            if let limit = options.limit { options.limit = min(limit, capabilities.maxPageSize) }
            return try await driver.listVersions(options)
        }
    }

    /// Deletes many versions and delete markers for good, in batches. Deleting the marks of a deleted object brings it
    /// back.
    ///
    /// - Parameters:
    ///   - versions: Which; one that occurs twice is deleted once, one without a version is deleted as
    ///     ``delete(_:_:)`` does.
    ///   - mfa: The code of a second factor, where the bucket wants one. Such a code is good for one request, so for one
    ///     batch of ``Capabilities/maxBatchDelete``.
    ///   - bypassesGovernance: Whether a retention in governance mode does not count; needs the right to do so.
    /// - Returns: An outcome for each, in the same order: one failure hides no other.
    /// - Throws: `unsupported` where no versions are kept, `closed`, `cancelled`; everything else is in the outcomes.
    @concurrent public func delete(
        versions: [VersionID], mfa: MFACode? = nil, bypassesGovernance: Bool = false
    ) async throws(StoreError) -> [DeleteOutcome] {
        try await perform(.delete, nil) { () async throws(StoreError) in
            let driver = try versionsDriver()
            try check(DeleteOptions(mfa: mfa, bypassesGovernance: bypassesGovernance))
            var faults: [VersionID: StoreError] = [:]
            var seen: Set<VersionID> = []
            var valid: [VersionID] = []
            for id in versions where seen.insert(id).inserted {
                do throws(StoreError) {
                    try check(id.key)
                    valid.append(id)
                } catch {
                    faults[id] = error
                }
            }
            let size = max(1, capabilities.maxBatchDelete)
            let groups = stride(from: 0, to: valid.count, by: size).map {
                Array(valid[$0..<min($0 + size, valid.count)])
            }
            let outcomes = try await inParallel(groups, limit: mfa == nil ? 4 : 1) { group in
                do throws(StoreError) {
                    return try await driver.deleteVersions(
                        group, mfa: mfa, bypassesGovernance: bypassesGovernance)
                } catch {
                    return group.map { DeleteOutcome(key: $0.key, version: $0.version, error: error) }
                }
            }
            for outcome in outcomes.joined() where outcome.error != nil {
                faults[VersionID(outcome.key, outcome.version)] = outcome.error
            }
            return versions.map { id in
                DeleteOutcome(
                    key: id.key, version: id.version,
                    error: faults[id]?.filling(operation: .delete, key: id.key.string, driver: driverName))
            }
        }
    }

    /// Makes an older version the current one, by copying it onto the object; the versions between stay.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version, not that of a delete marker.
    /// - Returns: What is now current: a new version.
    /// - Throws: `notFound` if there is no such version, `unsupported` where no versions are kept, …
    @discardableResult
    @concurrent public func restore(_ key: Key, version: String) async throws(StoreError) -> ObjectInfo {
        try await perform(.restoreVersion, key) { () async throws(StoreError) in
            _ = try versionsDriver()
            try check(key)
            return try await copyWithin(key, key, CopyOptions(sourceVersion: version))
        }
    }

    private func versionsDriver() throws(StoreError) -> any VersionsDriver {
        guard let driver = facets.versions else {
            throw unsupported("versions, or has not been told that there are any")
        }
        return driver
    }
}
