import CCofferTypes
import Coffer

/// Copies an object within a store, metadata included: on the server where it can, else through this process.
///
/// - Parameters:
///   - store: The store.
///   - source: The object's key.
///   - target: The copy's key; the same key is a way to replace the metadata.
///   - options: Metadata and conditions; NULL for the defaults.
///   - info: Receives what is now stored at the target, to be freed with coffer_info_free(); may be NULL.
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_NOT_FOUND, COFFER_ALREADY_EXISTS, COFFER_PRECONDITION_FAILED, ...
@c public func coffer_store_copy(
    _ store: UnsafeMutablePointer<coffer_store>?, _ source: UnsafePointer<CChar>?, _ target: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_copy_options>?,
    _ info: UnsafeMutablePointer<UnsafeMutablePointer<coffer_info>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    info?.pointee = nil
    return call(error) { () throws(StoreError) in
        try withStore(store) { store throws(StoreError) in
            let source = try objectKey(source, "source")
            let target = try objectKey(target, "target")
            let options = try copyOptions(options)
            let copied = try CallingThread.run { () async throws(StoreError) in
                try await store.copy(source, to: target, options)
            }
            try give(copied, info)
        }
    }
}

/// Copies an object to another store, of any driver, as a stream through this process.
///
/// - Parameters:
///   - store: The store that has the object.
///   - source: The object's key.
///   - target_store: The store that gets the copy; may be the same.
///   - target: The copy's key.
///   - options: Metadata and conditions; NULL for the defaults.
///   - info: Receives what is now stored at the target, to be freed with coffer_info_free(); may be NULL.
///   - error: Receives the error, if any.
/// - Returns: As coffer_store_copy().
@c public func coffer_store_copy_to(
    _ store: UnsafeMutablePointer<coffer_store>?, _ source: UnsafePointer<CChar>?,
    _ target_store: UnsafeMutablePointer<coffer_store>?, _ target: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_copy_options>?,
    _ info: UnsafeMutablePointer<UnsafeMutablePointer<coffer_info>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    info?.pointee = nil
    return call(error) { () throws(StoreError) in
        try withStore(store) { store throws(StoreError) in
            try withStore(target_store) { other throws(StoreError) in
                let source = try objectKey(source, "source")
                let target = try objectKey(target, "target")
                let options = try copyOptions(options)
                let copied = try CallingThread.run { () async throws(StoreError) in
                    try await store.copy(source, to: other, target, options)
                }
                try give(copied, info)
            }
        }
    }
}

/// Moves an object within a store: in one step where the driver can, else by copying and then deleting.
///
/// - Parameters:
///   - store: The store.
///   - source: The object's key.
///   - target: Its new key.
///   - options: New metadata and conditions; NULL for the defaults.
///   - info: Receives what is now stored at the target, to be freed with coffer_info_free(); may be NULL.
///   - error: Receives the error, if any.
/// - Returns: As coffer_store_copy(); if deleting fails after the copy, both objects are there.
@c public func coffer_store_move(
    _ store: UnsafeMutablePointer<coffer_store>?, _ source: UnsafePointer<CChar>?, _ target: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_copy_options>?,
    _ info: UnsafeMutablePointer<UnsafeMutablePointer<coffer_info>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    info?.pointee = nil
    return call(error) { () throws(StoreError) in
        try withStore(store) { store throws(StoreError) in
            let source = try objectKey(source, "source")
            let target = try objectKey(target, "target")
            let options = try copyOptions(options)
            let moved = try CallingThread.run { () async throws(StoreError) in
                try await store.move(source, to: target, options)
            }
            try give(moved, info)
        }
    }
}
