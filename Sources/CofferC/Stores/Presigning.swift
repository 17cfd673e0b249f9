import CCofferTypes
import Coffer

/// Makes a URL that anyone may use for one kind of request until it expires. Nothing is sent.
///
/// - Parameters:
///   - store: The store.
///   - key: The object's key.
///   - options: The request, how long it is good for, headers; NULL for a GET that is good for 15 minutes.
///   - presigned: Receives the request; free it with coffer_presigned_free().
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_UNSUPPORTED if the driver has no URLs; COFFER_INVALID_ARGUMENT for an expiry out of range.
@c public func coffer_store_presign(
    _ store: UnsafeMutablePointer<coffer_store>?, _ key: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_presign_options>?,
    _ presigned: UnsafeMutablePointer<UnsafeMutablePointer<coffer_presigned>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    presigned?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let presigned else { throw isNull("presigned") }
        try withStore(store) { store throws(StoreError) in
            let key = try objectKey(key)
            let options = try presignOptions(options)
            let request = try CallingThread.run { () async throws(StoreError) in try await store.presign(key, options) }
            presigned.pointee = try presignedStruct(request)
        }
    }
}

private func presignedStruct(_ request: PresignedRequest) throws(StoreError) -> UnsafeMutablePointer<coffer_presigned> {
    var arena = try ResultArena(.presigned, capacity: 1024)
    do throws(StoreError) {
        let place = try arena.array(of: coffer_presigned.self, count: 1)
        place.initialize(
            to: coffer_presigned(
                struct_size: MemoryLayout<coffer_presigned>.size, method: try arena.text(request.method),
                url: try arena.text(request.url), headers: try arena.pairs(request.headers),
                header_count: request.headers.count, expires: request.expires.seconds))
        return place
    } catch {
        arena.discard()
        throw error
    }
}

/// Frees a presigned request.
///
/// - Parameter presigned: The request; NULL is allowed.
@c public func coffer_presigned_free(_ presigned: UnsafeMutablePointer<coffer_presigned>?) {
    ResultArena.free(presigned, .presigned)
}
