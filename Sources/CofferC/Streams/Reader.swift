import CCofferTypes
import Coffer

/// A reader that the host holds.
///
/// `@unchecked Sendable`: `info` points to memory that does not change and lives as long as this object.
final class ReaderHandle: StreamHandle, @unchecked Sendable {
    static let kind = HandleKind.reader
    let gate = StreamGate()
    let reader: ObjectReader
    let info: UnsafeMutablePointer<coffer_info>

    init(_ reader: ObjectReader) throws(StoreError) {
        self.reader = reader
        info = try makeInfo(reader.info)
    }

    deinit {
        reader.cancel()
        coffer_info_free(info)
    }
}

/// Opens an object, or a range of it, to be read as a stream. Memory use does not grow with the object.
///
/// - Parameters:
///   - store: The store.
///   - key: The object's key.
///   - options: Range, conditions, version; NULL for the whole object.
///   - reader: Receives the reader; free it with coffer_reader_free().
///   - error: Receives the error, if any.
/// - Returns: As coffer_store_get().
@c public func coffer_reader_open(
    _ store: UnsafeMutablePointer<coffer_store>?, _ key: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_read_options>?,
    _ reader: UnsafeMutablePointer<UnsafeMutablePointer<coffer_reader>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    reader?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let reader else { throw isNull("reader") }
        try withStore(store) { store throws(StoreError) in
            let key = try objectKey(key)
            let options = try readOptions(options)
            let opened = try CallingThread.run { () async throws(StoreError) in try await store.reader(key, options) }
            reader.pointee = try HandleTable.insert(ReaderHandle(opened)).assumingMemoryBound(to: coffer_reader.self)
        }
    }
}

/// Tells the metadata of the object that is read.
///
/// - Parameters:
///   - reader: The reader.
///   - info: Receives the metadata, lent until the reader is freed: not to be freed.
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK.
@c public func coffer_reader_info(
    _ reader: UnsafeMutablePointer<coffer_reader>?, _ info: UnsafeMutablePointer<UnsafePointer<coffer_info>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    info?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let info else { throw isNull("info") }
        info.pointee = try HandleTable.with(reader, ReaderHandle.self) { handle throws(StoreError) in
            UnsafePointer(handle.info)
        }
    }
}

/// Tells which part of the object is read.
///
/// - Parameters:
///   - reader: The reader.
///   - start: Receives the offset of the first byte; may be NULL.
///   - end: Receives the offset behind the last byte; may be NULL.
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK.
@c public func coffer_reader_range(
    _ reader: UnsafeMutablePointer<coffer_reader>?, _ start: UnsafeMutablePointer<Int64>?,
    _ end: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    start?.pointee = 0
    end?.pointee = 0
    return call(error) { () throws(StoreError) in
        let range = try HandleTable.with(reader, ReaderHandle.self) { handle throws(StoreError) in handle.reader.range }
        start?.pointee = range.lowerBound
        end?.pointee = range.upperBound
    }
}

/// Reads the next bytes into the caller's memory, as far as they are at hand: fewer than there is room for do not mean
/// the end.
///
/// - Parameters:
///   - reader: The reader.
///   - data: Where the bytes go.
///   - capacity: How many bytes there is room for, at least 1.
///   - size: Receives the number of bytes; 0 at the end.
///   - error: Receives the error, if any. After one there is nothing more to read.
/// - Returns: COFFER_OK; COFFER_CONNECTION_FAILED, COFFER_TIMEOUT, ...
@c public func coffer_reader_read(
    _ reader: UnsafeMutablePointer<coffer_reader>?, _ data: UnsafeMutableRawPointer?, _ capacity: UInt,
    _ size: UnsafeMutablePointer<UInt>?, _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    size?.pointee = 0
    return call(error) { () throws(StoreError) in
        guard let size else { throw isNull("size") }
        try withStream(reader, ReaderHandle.self) { handle throws(StoreError) in
            let target = UnsafeMutableRawBufferPointer(mutating: try bytes(data, capacity, "data"))
            if target.isEmpty { throw StoreError(.invalidArgument, "capacity is 0: nothing could be read") }
            let memory = HostMemory(pointer: target)
            let reader = handle.reader
            size.pointee = UInt(
                try CallingThread.run { () async throws(StoreError) in try await reader.read(into: memory.pointer) })
        }
    }
}

/// Reads the next bytes into memory of the library, which is lent without a copy.
///
/// - Parameters:
///   - reader: The reader.
///   - buffer: Receives the bytes, to be freed with coffer_buffer_free(); NULL at the end.
///   - error: Receives the error, if any. After one there is nothing more to read.
/// - Returns: COFFER_OK; COFFER_CONNECTION_FAILED, COFFER_TIMEOUT, ...
@c public func coffer_reader_next(
    _ reader: UnsafeMutablePointer<coffer_reader>?,
    _ buffer: UnsafeMutablePointer<UnsafeMutablePointer<coffer_buffer>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    buffer?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let buffer else { throw isNull("buffer") }
        try withStream(reader, ReaderHandle.self) { handle throws(StoreError) in
            let reader = handle.reader
            if let chunk = try CallingThread.run({ () async throws(StoreError) in try await reader.next() }) {
                buffer.pointee = try makeBuffer(chunk)
            }
        }
    }
}

/// Stops reading and frees a reader, at any point of the stream.
///
/// - Parameter reader: The reader; NULL is allowed, and one that has been freed is left alone.
@c public func coffer_reader_free(_ reader: UnsafeMutablePointer<coffer_reader>?) {
    _ = removeStream(reader, ReaderHandle.self)
}
