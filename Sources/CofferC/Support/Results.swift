import CCofferTypes
import Coffer

/// Keeps a chunk's memory for as long as a buffer is lent.
private final class ChunkOwner: Sendable {
    let chunk: Chunk
    init(_ chunk: Chunk) { self.chunk = chunk }
}

/// Lends a chunk to the host.
func makeBuffer(_ chunk: Chunk) throws(StoreError) -> UnsafeMutablePointer<coffer_buffer> {
    var arena = try ResultArena(
        .buffer, capacity: MemoryLayout<coffer_buffer>.size, keeping: chunk.isEmpty ? nil : ChunkOwner(chunk))
    let place = try arena.array(of: coffer_buffer.self, count: 1)
    // Something to point to, also if there are no bytes.
    let data = chunk.baseAddress ?? UnsafeRawPointer(place)
    place.initialize(
        to: coffer_buffer(struct_size: MemoryLayout<coffer_buffer>.size, data: data, size: chunk.count))
    return place
}

/// Makes a record of an object.
func makeInfo(_ info: ObjectInfo) throws(StoreError) -> UnsafeMutablePointer<coffer_info> {
    var arena = try ResultArena(.info, capacity: 512)
    do throws(StoreError) {
        let place = try arena.array(of: coffer_info.self, count: 1)
        place.initialize(to: try infoStruct(info, metadata: nil, &arena))
        return place
    } catch {
        arena.discard()
        throw error
    }
}

/// What an object's record points to is put into the result.
///
/// - Parameter metadata: Metadata that is in the result already; nil to write the object's.
func infoStruct(
    _ info: ObjectInfo, metadata: UnsafePointer<coffer_metadata>?, _ arena: inout ResultArena
) throws(StoreError) -> coffer_info {
    let stored: UnsafePointer<coffer_metadata> =
        if let metadata { metadata } else { try metadataStruct(info.metadata, &arena) }
    return coffer_info(
        struct_size: MemoryLayout<coffer_info>.size, key: try arena.text(info.key.string), size: info.size,
        etag: try arena.text(info.etag?.value), last_modified: info.lastModified?.seconds ?? 0,
        last_modified_ns: info.lastModified?.nanoseconds ?? 0, has_last_modified: info.lastModified != nil,
        metadata: stored, version: try arena.text(info.version), storage_class: try arena.text(info.storageClass),
        checksum_algorithm: try arena.text(info.checksum?.algorithm.rawValue),
        checksum: try arena.text(info.checksum?.base64))
}

/// Puts metadata into a result.
func metadataStruct(
    _ metadata: ObjectMetadata, _ arena: inout ResultArena
) throws(StoreError) -> UnsafePointer<coffer_metadata> {
    UnsafePointer(
        try arena.make(
            coffer_metadata(
                struct_size: MemoryLayout<coffer_metadata>.size, content_type: try arena.text(metadata.contentType),
                content_disposition: try arena.text(metadata.contentDisposition),
                content_encoding: try arena.text(metadata.contentEncoding),
                content_language: try arena.text(metadata.contentLanguage),
                cache_control: try arena.text(metadata.cacheControl), user: try arena.pairs(metadata.user),
                user_count: metadata.user.count)))
}

/// Gives a record to the host, if it asked for one.
func give(_ info: ObjectInfo, _ target: UnsafeMutablePointer<UnsafeMutablePointer<coffer_info>?>?) throws(StoreError) {
    if let target { target.pointee = try makeInfo(info) }
}

/// Frees a buffer. Its bytes may no longer be used.
///
/// - Parameter buffer: The buffer; NULL is allowed.
@c public func coffer_buffer_free(_ buffer: UnsafeMutablePointer<coffer_buffer>?) { ResultArena.free(buffer, .buffer) }

/// Frees a record of an object.
///
/// - Parameter info: The record; NULL is allowed. Not one that is only lent.
@c public func coffer_info_free(_ info: UnsafeMutablePointer<coffer_info>?) { ResultArena.free(info, .info) }
