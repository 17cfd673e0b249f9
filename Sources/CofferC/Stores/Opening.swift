import CCofferTypes
import Coffer

/// Opens a store by a URL: `driver://host/path?setting=value`, for instance `s3://bucket/prefix?region=eu-central-1`,
/// `fs:///var/data` or `memory://`. Nothing is sent yet.
///
/// - Parameters:
///   - url: The address.
///   - options: Further settings; NULL for none. A setting must not be given both here and in the URL.
///   - store: Receives the store; free it with coffer_store_free().
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_INVALID_CONFIGURATION, naming the driver or setting; what the driver reports.
@c public func coffer_store_open(
    _ url: UnsafePointer<CChar>?, _ options: UnsafePointer<coffer_open_options>?,
    _ store: UnsafeMutablePointer<UnsafeMutablePointer<coffer_store>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    store?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let store else { throw isNull("store") }
        let url = try text(url, "url")
        let given = try openOptions(options)
        store.pointee = try insert(
            try CallingThread.run { () async throws(StoreError) in
                try await Store.open(url, options: given.settings, environment: given.environment)
            })
    }
}

/// Opens a store by a driver's name.
///
/// - Parameters:
///   - driver: The driver's name, for instance `s3`.
///   - options: Its settings; NULL for none. What is left out comes from the environment or is the default.
///   - store: Receives the store; free it with coffer_store_free().
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_INVALID_CONFIGURATION, naming the driver or setting; what the driver reports.
@c public func coffer_store_open_driver(
    _ driver: UnsafePointer<CChar>?, _ options: UnsafePointer<coffer_open_options>?,
    _ store: UnsafeMutablePointer<UnsafeMutablePointer<coffer_store>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    store?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let store else { throw isNull("store") }
        let driver = try text(driver, "driver")
        let given = try openOptions(options)
        store.pointee = try insert(
            try CallingThread.run { () async throws(StoreError) in
                try await Store.open(driver: driver, options: given.settings, environment: given.environment)
            })
    }
}

private func openOptions(
    _ pointer: UnsafePointer<coffer_open_options>?
) throws(StoreError) -> (settings: [String: String], environment: [String: String]?) {
    guard let given = try options(pointer, "options") else { return ([:], nil) }
    return (
        try pairs(given.settings, given.setting_count, "settings"),
        given.environment == nil && given.environment_count == 0
            ? nil : try pairs(given.environment, given.environment_count, "environment")
    )
}

private func insert(_ store: Store) throws(StoreError) -> UnsafeMutablePointer<coffer_store> {
    try HandleTable.insert(StoreHandle(store)).assumingMemoryBound(to: coffer_store.self)
}

/// Closes a store: no call begins afterwards, those that run on other threads are waited for, connections are let go.
/// The handle stays valid, and calls on it fail with COFFER_CLOSED, until coffer_store_free(). Finish or free readers
/// and writers first.
///
/// - Parameters:
///   - store: The store. Closing it twice is no error.
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK.
@c public func coffer_store_close(
    _ store: UnsafeMutablePointer<coffer_store>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    call(error) { () throws(StoreError) in
        try withStore(store) { store throws(StoreError) in
            try CallingThread.run { () async throws(StoreError) in await store.close() }
        }
    }
}

/// Closes a store, if it is open, and frees it. Must not be called from a callback of a call on the same store.
///
/// - Parameter store: The store; NULL is allowed, and one that has been freed is left alone.
@c public func coffer_store_free(_ store: UnsafeMutablePointer<coffer_store>?) {
    guard let handle = HandleTable.remove(store, StoreHandle.self) else { return }
    let store = handle.store
    try? CallingThread.run { () async throws(StoreError) in await store.close() }
}
