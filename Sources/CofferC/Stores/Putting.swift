import CCofferTypes
import Coffer

/// Stores an object: all or nothing. The bytes are sent from where they are, without a copy, where the driver can.
///
/// - Parameters:
///   - store: The store.
///   - key: The object's key.
///   - data: The bytes; NULL is allowed if there are none. They must not change before the call returns.
///   - size: The number of bytes.
///   - options: Metadata, condition, part size; NULL for the defaults.
///   - info: Receives what is now stored, to be freed with coffer_info_free(); may be NULL.
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_ALREADY_EXISTS, COFFER_PRECONDITION_FAILED, COFFER_TOO_LARGE, ...
@c public func coffer_store_put(
    _ store: UnsafeMutablePointer<coffer_store>?, _ key: UnsafePointer<CChar>?, _ data: UnsafeRawPointer?,
    _ size: UInt, _ options: UnsafePointer<coffer_write_options>?,
    _ info: UnsafeMutablePointer<UnsafeMutablePointer<coffer_info>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    info?.pointee = nil
    return call(error) { () throws(StoreError) in
        try withStore(store) { store throws(StoreError) in
            let key = try objectKey(key)
            let bytes = try bytes(data, size, "data")
            let options = try writeOptions(options).options
            let stored = try Chunk.withLent(bytes) { chunk throws(StoreError) in
                try store.putWaiting(key, chunk, options)
            }
            try give(stored, info)
        }
    }
}

/// Stores what a file holds, read as it is sent: all or nothing.
///
/// - Parameters:
///   - store: The store.
///   - key: The object's key.
///   - path: The path of a regular file, which must not change before the call returns.
///   - options: Metadata, condition, part size; NULL for the defaults.
///   - info: Receives what is now stored, to be freed with coffer_info_free(); may be NULL.
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_NOT_FOUND if there is no such file; what coffer_store_put() returns.
@c public func coffer_store_put_file(
    _ store: UnsafeMutablePointer<coffer_store>?, _ key: UnsafePointer<CChar>?, _ path: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_write_options>?,
    _ info: UnsafeMutablePointer<UnsafeMutablePointer<coffer_info>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    info?.pointee = nil
    return call(error) { () throws(StoreError) in
        try withStore(store) { store throws(StoreError) in
            let key = try objectKey(key)
            let path = try text(path, "path")
            let options = try writeOptions(options).options
            let stored = try CallingThread.run { () async throws(StoreError) in
                try await store.put(key, .file(path), options)
            }
            try give(stored, info)
        }
    }
}
