/// Goes through the entries of a listing, fetching one page after the other.
struct PageCursor<Entry: Sendable>: Sendable {
    private var page: [Entry] = []
    private var index = 0
    private var isLast = false
    private var token: String?
    private var left: Int?

    /// Begins before the first entry.
    ///
    /// - Parameters:
    ///   - limit: The most entries; nil for all.
    ///   - token: Where the first page begins.
    init(limit: Int?, token: String?) {
        left = limit
        self.token = token
    }

    /// The next entry, or nil at the end.
    ///
    /// - Parameter fetch: Fetches the page of a token, of so many entries at the most.
    mutating func next(
        _ fetch: (_ limit: Int?, _ token: String?) async throws(StoreError) -> (entries: [Entry], nextToken: String?)
    ) async throws(StoreError) -> Entry? {
        if left == 0 { return nil }
        while index == page.count {
            if isLast { return nil }
            let fetched = try await fetch(left, token)
            page = fetched.entries
            index = 0
            token = fetched.nextToken
            isLast = token == nil
        }
        defer { index += 1 }
        if let left { self.left = left - 1 }
        return page[index]
    }
}
