import CCofferTypes
import Coffer

/// A listing that the host holds.
///
/// `@unchecked Sendable`: the mutable fields are only touched inside `gate`, by one call at a time.
final class ListerHandle: StreamHandle, @unchecked Sendable {
    static let kind = HandleKind.lister
    let gate = StreamGate()
    private let store: Store
    private var options: ListOptions
    private var left: Int?
    private var page: UnsafeMutablePointer<coffer_list_page>?
    private var index = 0
    private var isLast = false

    init(_ store: Store, _ options: ListOptions) {
        self.store = store
        self.options = options
        left = options.limit
    }

    /// The next entry, lent until the next call; nil at the end.
    func next() throws(StoreError) -> UnsafePointer<coffer_list_entry>? {
        if left == 0 { return nil }
        while index >= page?.pointee.entry_count ?? 0 {
            if isLast { return nil }
            try fetch()
        }
        defer { index += 1 }
        if let left { self.left = left - 1 }
        return page?.pointee.entries?[index]
    }

    private func fetch() throws(StoreError) {
        options.limit = left
        let store = store
        let options = options
        let fetched = try CallingThread.run { () async throws(StoreError) in try await store.listPage(options) }
        let fresh = try makePage(fetched)
        coffer_list_page_free(page)
        page = fresh
        index = 0
        self.options.pageToken = fetched.nextToken
        isLast = fetched.nextToken == nil
    }

    deinit { coffer_list_page_free(page) }
}

/// Begins a listing, which is fetched page by page as it is consumed. Nothing is sent yet.
///
/// - Parameters:
///   - store: The store; must not be closed before the listing is at its end.
///   - options: What to list; limit is that of the whole listing. NULL for everything.
///   - lister: Receives the listing; free it with coffer_lister_free().
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK.
@c public func coffer_lister_open(
    _ store: UnsafeMutablePointer<coffer_store>?, _ options: UnsafePointer<coffer_list_options>?,
    _ lister: UnsafeMutablePointer<UnsafeMutablePointer<coffer_lister>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    lister?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let lister else { throw isNull("lister") }
        try withStore(store) { store throws(StoreError) in
            let handle = ListerHandle(store, try listOptions(options))
            lister.pointee = try HandleTable.insert(handle).assumingMemoryBound(to: coffer_lister.self)
        }
    }
}

/// Gives the next entry of a listing.
///
/// - Parameters:
///   - lister: The listing.
///   - entry: Receives the entry, lent until the next call on this listing; NULL at the end.
///   - error: Receives the error, if any. The call may be made again then: it goes on where it was.
/// - Returns: COFFER_OK, also at the end; what coffer_store_list_page() returns.
@c public func coffer_lister_next(
    _ lister: UnsafeMutablePointer<coffer_lister>?,
    _ entry: UnsafeMutablePointer<UnsafePointer<coffer_list_entry>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    entry?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let entry else { throw isNull("entry") }
        entry.pointee = try withStream(lister, ListerHandle.self) { handle throws(StoreError) in try handle.next() }
    }
}

/// Frees a listing, at its end or before.
///
/// - Parameter lister: The listing; NULL is allowed, and one that has been freed is left alone.
@c public func coffer_lister_free(_ lister: UnsafeMutablePointer<coffer_lister>?) {
    _ = removeStream(lister, ListerHandle.self)
}
