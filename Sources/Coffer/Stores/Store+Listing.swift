extension Store {
    /// Lists objects, page by page as the result is consumed, in the order of the keys' bytes.
    ///
    /// - Parameter options: What to list.
    public func list(_ options: ListOptions = ListOptions()) -> ObjectList { ObjectList(store: self, options: options) }

    /// Lists objects whose keys begin with a text.
    ///
    /// - Parameters:
    ///   - prefix: The text.
    ///   - delimiter: What rolls keys up into common prefixes.
    public func list(prefix: String, delimiter: String? = nil) -> ObjectList {
        list(ListOptions(prefix: prefix, delimiter: delimiter))
    }

    /// Lists one page; a page may be shorter than asked for, or empty, without being the last.
    ///
    /// - Parameter options: What to list; `limit` and `pageToken` are those of the page.
    /// - Throws: `invalidArgument` for options or a token that cannot be, `bucketNotFound`, …
    @concurrent public func listPage(_ options: ListOptions = ListOptions()) async throws(StoreError) -> ListPage {
        try await perform(.list, nil) { () async throws(StoreError) in
            try check(options)
            if Task.isCancelled { throw .cancelled() }
            var options = options
            if let limit = options.limit { options.limit = min(limit, capabilities.maxPageSize) }
            return try await driver.list(options)
        }
    }
}
