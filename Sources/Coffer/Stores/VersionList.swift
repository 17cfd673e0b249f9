/// A listing of versions, fetched page by page as it is consumed.
public struct VersionList: AsyncSequence, Sendable {
    let store: Store
    let options: VersionListOptions

    /// Fetches the pages.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        let store: Store
        let options: VersionListOptions
        var cursor: PageCursor<VersionEntry>

        /// The next entry, or nil at the end.
        ///
        /// - Throws: What ``Store/versionPage(_:)`` throws.
        @concurrent public mutating func next() async throws(StoreError) -> VersionEntry? {
            let store = store
            var options = options
            return try await cursor.next { limit, token async throws(StoreError) in
                options.limit = limit
                options.pageToken = token
                let page = try await store.versionPage(options)
                return (page.entries, page.nextToken)
            }
        }

        /// The next entry, or nil at the end.
        ///
        /// - Parameter actor: The caller's isolation.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(StoreError) -> VersionEntry? {
            try await next()
        }
    }

    /// Makes an iterator; each one begins anew.
    public func makeAsyncIterator() -> Iterator {
        Iterator(store: store, options: options, cursor: PageCursor(limit: options.limit, token: options.pageToken))
    }

    /// All entries.
    ///
    /// - Throws: What ``Store/versionPage(_:)`` throws.
    @concurrent public func collect() async throws(StoreError) -> [VersionEntry] {
        var entries: [VersionEntry] = []
        var iterator = makeAsyncIterator()
        while let entry = try await iterator.next() { entries.append(entry) }
        return entries
    }
}
