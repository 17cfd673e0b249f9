import Coffer

/// Listings that have given a page and may be asked for the next one.
///
/// Nothing stale comes of it: a directory that has changed is read again. It saves reading and sorting a large
/// directory once for each page.
struct ListingCache: Sendable {
    private struct Entry: Sendable {
        let options: ListOptions
        let walk: TreeWalk
    }

    private static let capacity = 4
    private let entries = ForkSafeLock<[Entry]>([])

    /// Takes a listing out that stands where the options begin.
    func take(_ options: ListOptions) -> TreeWalk? {
        entries.withLock { entries in
            guard let index = entries.firstIndex(where: { Self.isSame($0.options, options) }) else { return nil }
            return entries.remove(at: index).walk
        }
    }

    /// Keeps a listing.
    ///
    /// - Parameters:
    ///   - walk: The listing, without descriptors.
    ///   - options: What was listed, with the token of the next page.
    func keep(_ walk: TreeWalk, _ options: ListOptions) {
        entries.withLock { entries in
            entries.append(Entry(options: options, walk: walk))
            if entries.count > Self.capacity { entries.removeFirst() }
        }
    }

    private static func isSame(_ a: ListOptions, _ b: ListOptions) -> Bool {
        a.pageToken == b.pageToken && a.prefix == b.prefix && a.delimiter == b.delimiter && a.startAfter == b.startAfter
    }
}

extension Volume {
    /// The most entries of a page.
    static let maxPageSize = 1000

    /// Lists one page.
    func list(_ options: ListOptions, _ interruption: Interruption?) throws(StoreError) -> ListPage {
        try interruption?.check()
        let limit = max(1, min(options.limit ?? Volume.maxPageSize, Volume.maxPageSize))
        let kept = options.pageToken == nil ? nil : listings.take(options)
        let fresh = try TreeWalk(self, options)
        return try reporting("list '\(options.prefix)'") { () throws(SystemError) in
            var walk = kept ?? fresh
            return try page(&walk, options, limit)
        }
    }

    private func page(
        _ walk: inout TreeWalk, _ options: ListOptions, _ limit: Int
    ) throws(SystemError) -> ListPage {
        var page = ListPage()
        page.entries.reserveCapacity(min(limit, 64))
        while page.entries.count < limit {
            guard let entry = try walk.next() else { return page }
            page.entries.append(entry)
        }
        // Whether there is more: only the next entry tells.
        guard try walk.next() != nil, let last = page.entries.last else { return page }
        walk.stepBack()
        walk.suspend()
        let token: ListToken =
            switch last {
            case .object(let info): .after(info.key.string)
            case .prefix(let prefix): .afterPrefix(prefix)
            }
        page.nextToken = token.text
        var options = options
        options.pageToken = token.text
        listings.keep(walk, options)
        return page
    }
}
