/// A listing, fetched page by page as it is consumed.
public struct ObjectList: AsyncSequence, Sendable {
    let store: Store
    let options: ListOptions

    /// Fetches the pages.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        let store: Store
        var options: ListOptions
        var page: [ListEntry] = []
        var index = 0
        var isLast = false
        var left: Int?

        /// The next entry, or nil at the end.
        ///
        /// - Throws: What ``Store/listPage(_:)`` throws.
        @concurrent public mutating func next() async throws(StoreError) -> ListEntry? {
            if left == 0 { return nil }
            while index == page.count {
                if isLast { return nil }
                options.limit = left
                let fetched = try await store.listPage(options)
                page = fetched.entries
                index = 0
                options.pageToken = fetched.nextToken
                isLast = fetched.nextToken == nil
            }
            defer { index += 1 }
            if let left { self.left = left - 1 }
            return page[index]
        }

        /// The next entry, or nil at the end.
        ///
        /// - Parameter actor: The caller's isolation.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(StoreError) -> ListEntry? {
            try await next()
        }
    }

    /// Makes an iterator; each one begins anew.
    public func makeAsyncIterator() -> Iterator { Iterator(store: store, options: options, left: options.limit) }

    /// All entries.
    ///
    /// - Throws: What ``Store/listPage(_:)`` throws.
    @concurrent public func collect() async throws(StoreError) -> [ListEntry] {
        var entries: [ListEntry] = []
        var iterator = makeAsyncIterator()
        while let entry = try await iterator.next() { entries.append(entry) }
        return entries
    }
}
