import CCofferTypes
import Coffer

/// Lists one page. A page may be shorter than asked for, or empty, without being the last: next_token tells.
///
/// - Parameters:
///   - store: The store.
///   - options: What to list; limit and page_token are those of the page. NULL for the first page of everything.
///   - page: Receives the page; free it with coffer_list_page_free().
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_INVALID_ARGUMENT for options or a token that cannot be; COFFER_BUCKET_NOT_FOUND, ...
@c public func coffer_store_list_page(
    _ store: UnsafeMutablePointer<coffer_store>?, _ options: UnsafePointer<coffer_list_options>?,
    _ page: UnsafeMutablePointer<UnsafeMutablePointer<coffer_list_page>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    page?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let page else { throw isNull("page") }
        try withStore(store) { store throws(StoreError) in
            let options = try listOptions(options)
            let fetched = try CallingThread.run { () async throws(StoreError) in try await store.listPage(options) }
            page.pointee = try makePage(fetched)
        }
    }
}

/// Makes a page for the host.
func makePage(_ page: ListPage) throws(StoreError) -> UnsafeMutablePointer<coffer_list_page> {
    let perEntry = MemoryLayout<coffer_list_entry>.size + MemoryLayout<coffer_info>.size + 8
    let names = page.entries.reduce(0) { $0 + $1.name.utf8.count + 96 }
    var arena = try ResultArena(.listPage, capacity: 256 + page.entries.count * perEntry + names)
    do throws(StoreError) {
        let place = try arena.array(of: coffer_list_page.self, count: 1)
        let list = try arena.array(of: UnsafePointer<coffer_list_entry>?.self, count: page.entries.count)
        let none = try metadataStruct(ObjectMetadata(), &arena)
        for (index, entry) in page.entries.enumerated() {
            list[index] = UnsafePointer(try arena.make(try entryStruct(entry, none, &arena)))
        }
        place.initialize(
            to: coffer_list_page(
                struct_size: MemoryLayout<coffer_list_page>.size, entries: list, entry_count: page.entries.count,
                next_token: try arena.text(page.nextToken)))
        return place
    } catch {
        arena.discard()
        throw error
    }
}

private func entryStruct(
    _ entry: ListEntry, _ none: UnsafePointer<coffer_metadata>, _ arena: inout ResultArena
) throws(StoreError) -> coffer_list_entry {
    switch entry {
    case .prefix(let name):
        return coffer_list_entry(
            struct_size: MemoryLayout<coffer_list_entry>.size, name: try arena.text(name), object: nil)
    case .object(let info):
        let object = try arena.make(try infoStruct(info, metadata: none, &arena))
        return coffer_list_entry(
            struct_size: MemoryLayout<coffer_list_entry>.size, name: object.pointee.key, object: object)
    }
}

/// Frees a page of a listing.
///
/// - Parameter page: The page; NULL is allowed.
@c public func coffer_list_page_free(_ page: UnsafeMutablePointer<coffer_list_page>?) {
    ResultArena.free(page, .listPage)
}
