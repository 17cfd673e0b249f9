import CCofferTypes
import Coffer

/// Reads an object, or a range of it, into memory of the library, which is lent without a copy.
///
/// - Parameters:
///   - store: The store.
///   - key: The object's key.
///   - options: Range, conditions, version; NULL for the whole object.
///   - buffer: Receives the bytes; free them with coffer_buffer_free().
///   - info: Receives the object's metadata, to be freed with coffer_info_free(); may be NULL.
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_NOT_FOUND, COFFER_RANGE_NOT_SATISFIABLE, COFFER_PRECONDITION_FAILED,
///   COFFER_NOT_MODIFIED, ...
@c public func coffer_store_get(
    _ store: UnsafeMutablePointer<coffer_store>?, _ key: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_read_options>?,
    _ buffer: UnsafeMutablePointer<UnsafeMutablePointer<coffer_buffer>?>?,
    _ info: UnsafeMutablePointer<UnsafeMutablePointer<coffer_info>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    buffer?.pointee = nil
    info?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let buffer else { throw isNull("buffer") }
        try withStore(store) { store throws(StoreError) in
            let key = try objectKey(key)
            let options = try readOptions(options)
            let (found, bytes) = try store.getWaiting(key, options)
            let lent = try makeBuffer(bytes)
            do throws(StoreError) { try give(found, info) } catch {
                coffer_buffer_free(lent)
                throw error
            }
            buffer.pointee = lent
        }
    }
}

/// Reads an object, or a range of it, into the caller's memory.
///
/// - Parameters:
///   - store: The store.
///   - key: The object's key.
///   - options: Range, conditions, version; NULL for the whole object.
///   - data: Where the bytes go; NULL is allowed if the capacity is 0.
///   - capacity: How many bytes there is room for.
///   - size: Receives the number of bytes written; 0 after a failure (the memory may have been written to).
///   - info: Receives the object's metadata, to be freed with coffer_info_free(); may be NULL.
///   - error: Receives the error, if any.
/// - Returns: What coffer_store_get() returns; COFFER_TOO_LARGE if there is not enough room.
@c public func coffer_store_get_into(
    _ store: UnsafeMutablePointer<coffer_store>?, _ key: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_read_options>?, _ data: UnsafeMutableRawPointer?, _ capacity: UInt,
    _ size: UnsafeMutablePointer<UInt>?,
    _ info: UnsafeMutablePointer<UnsafeMutablePointer<coffer_info>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    size?.pointee = 0
    info?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let size else { throw isNull("size") }
        try withStore(store) { store throws(StoreError) in
            let key = try objectKey(key)
            let options = try readOptions(options)
            let memory = UnsafeMutableRawBufferPointer(mutating: try bytes(data, capacity, "data"))
            let (found, count) = try store.getWaiting(key, into: memory, options)
            try give(found, info)
            size.pointee = UInt(count)
        }
    }
}

/// Asks for an object's metadata.
///
/// - Parameters:
///   - store: The store.
///   - key: The object's key.
///   - options: Conditions and version, but no range; NULL for the defaults.
///   - info: Receives the metadata; free it with coffer_info_free().
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_NOT_FOUND, COFFER_PRECONDITION_FAILED, COFFER_NOT_MODIFIED, ...
@c public func coffer_store_stat(
    _ store: UnsafeMutablePointer<coffer_store>?, _ key: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_read_options>?,
    _ info: UnsafeMutablePointer<UnsafeMutablePointer<coffer_info>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    info?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let info else { throw isNull("info") }
        try withStore(store) { store throws(StoreError) in
            let key = try objectKey(key)
            let options = try readOptions(options)
            try give(try store.statWaiting(key, options), info)
        }
    }
}

/// Asks whether there is an object.
///
/// - Parameters:
///   - store: The store.
///   - key: The object's key.
///   - exists: Receives the answer.
///   - error: Receives what prevented the answer; a missing object is no error.
/// - Returns: COFFER_OK; COFFER_PERMISSION_DENIED, ...
@c public func coffer_store_exists(
    _ store: UnsafeMutablePointer<coffer_store>?, _ key: UnsafePointer<CChar>?, _ exists: UnsafeMutablePointer<Bool>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    exists?.pointee = false
    return call(error) { () throws(StoreError) in
        guard let exists else { throw isNull("exists") }
        try withStore(store) { store throws(StoreError) in
            let key = try objectKey(key)
            exists.pointee = try store.existsWaiting(key)
        }
    }
}
