import CCofferTypes
import Coffer

/// A writer that the host holds.
final class WriterHandle: StreamHandle {
    static let kind = HandleKind.writer
    let gate = StreamGate()
    let writer: ObjectWriter

    init(_ writer: ObjectWriter) { self.writer = writer }
}

/// Begins to write an object as a stream of any length. Nothing is visible before coffer_writer_finish(): readers see the
/// old object or the new one, never a part. Memory use does not grow with the object.
///
/// - Parameters:
///   - store: The store.
///   - key: The object's key.
///   - options: Metadata, condition (checked when it finishes), part size, expected size; NULL for the defaults.
///   - writer: Receives the writer; free it with coffer_writer_free().
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; what can be known beforehand.
@c public func coffer_writer_open(
    _ store: UnsafeMutablePointer<coffer_store>?, _ key: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_write_options>?,
    _ writer: UnsafeMutablePointer<UnsafeMutablePointer<coffer_writer>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    writer?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let writer else { throw isNull("writer") }
        try withStore(store) { store throws(StoreError) in
            let key = try objectKey(key)
            let (options, size) = try writeOptions(options)
            let opened = try CallingThread.run { () async throws(StoreError) in
                try await store.writer(key, options, size: size)
            }
            writer.pointee = try HandleTable.insert(WriterHandle(opened)).assumingMemoryBound(to: coffer_writer.self)
        }
    }
}

/// Writes the next bytes; waits while too many are on their way. When the call has returned, the caller may use the
/// memory for something else: the bytes have been written, or copied where they are sent later.
///
/// - Parameters:
///   - writer: The writer.
///   - data: The bytes; NULL is allowed if there are none.
///   - size: The number of bytes.
///   - error: Receives the error, if any. After one the write is aborted.
/// - Returns: COFFER_OK; COFFER_CLOSED after the end; what the driver reports.
@c public func coffer_writer_write(
    _ writer: UnsafeMutablePointer<coffer_writer>?, _ data: UnsafeRawPointer?, _ size: UInt,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    call(error) { () throws(StoreError) in
        try withStream(writer, WriterHandle.self) { handle throws(StoreError) in
            let writer = handle.writer
            let bytes = try bytes(data, size, "data")
            try Chunk.withLent(bytes) { chunk throws(StoreError) in
                try CallingThread.run { () async throws(StoreError) in try await writer.write(chunk) }
            }
        }
    }
}

/// Publishes the object. The writer still has to be freed.
///
/// - Parameters:
///   - writer: The writer.
///   - info: Receives what is now stored, to be freed with coffer_info_free(); may be NULL.
///   - error: Receives the error, if any. After one nothing is published and the write is aborted.
/// - Returns: COFFER_OK; COFFER_CLOSED after the end; COFFER_ALREADY_EXISTS, COFFER_PRECONDITION_FAILED, ...
@c public func coffer_writer_finish(
    _ writer: UnsafeMutablePointer<coffer_writer>?,
    _ info: UnsafeMutablePointer<UnsafeMutablePointer<coffer_info>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    info?.pointee = nil
    return call(error) { () throws(StoreError) in
        try withStream(writer, WriterHandle.self) { handle throws(StoreError) in
            let writer = handle.writer
            let stored = try CallingThread.run { () async throws(StoreError) in try await writer.finish() }
            try give(stored, info)
        }
    }
}

/// Throws away what was written, and waits until nothing of it is left. The writer still has to be freed.
///
/// - Parameters:
///   - writer: The writer. Aborting after the end does nothing.
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK.
@c public func coffer_writer_abort(
    _ writer: UnsafeMutablePointer<coffer_writer>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    call(error) { () throws(StoreError) in
        try withStream(writer, WriterHandle.self) { handle throws(StoreError) in
            let writer = handle.writer
            try CallingThread.run { () async throws(StoreError) in await writer.abort() }
        }
    }
}

/// Frees a writer. If it was not finished, what was written is thrown away, as by coffer_writer_abort(). In a child of
/// fork() the writer stays as it is for the parent.
///
/// - Parameter writer: The writer; NULL is allowed, and one that has been freed is left alone.
@c public func coffer_writer_free(_ writer: UnsafeMutablePointer<coffer_writer>?) {
    guard let handle = removeStream(writer, WriterHandle.self) else { return }
    let writer = handle.writer
    try? CallingThread.run { () async throws(StoreError) in await writer.abort() }
}
