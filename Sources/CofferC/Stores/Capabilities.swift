import CCofferTypes
import Coffer

/// Tells the name of a store's driver.
///
/// - Parameter store: The store.
/// - Returns: The name, lent until the store is freed; NULL if this is not a store.
@c public func coffer_store_driver(_ store: UnsafeMutablePointer<coffer_store>?) -> UnsafePointer<CChar>? {
    try? HandleTable.with(store, StoreHandle.self) { handle throws(StoreError) in UnsafePointer(handle.driverName) }
}

/// Asks what a store can do, or for one of its limits.
///
/// - Parameters:
///   - store: The store.
///   - capability: COFFER_CAN_..., COFFER_MAX_... and the like.
///   - value: Receives 1 or 0, or the limit; INT64_MAX where there is none.
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_INVALID_ARGUMENT if the library does not know the capability.
@c public func coffer_store_capability(
    _ store: UnsafeMutablePointer<coffer_store>?, _ capability: Int32, _ value: UnsafeMutablePointer<Int64>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    value?.pointee = 0
    return call(error) { () throws(StoreError) in
        guard let value else { throw isNull("value") }
        try withStore(store) { store throws(StoreError) in
            let known = store.capabilities
            guard let limit = limit(capability, known) else {
                // The features have the same numbers on both sides.
                guard
                    (0...Int32(COFFER_CAN_COPY_METADATA)).contains(capability)
                        || capability == Int32(COFFER_CAN_CHECKSUMS)
                else {
                    throw StoreError(
                        .invalidArgument, "there is no capability \(capability) in this version of the library")
                }
                value.pointee = known.features.contains(.init(rawValue: 1 << UInt64(capability))) ? 1 : 0
                return
            }
            value.pointee = limit
        }
    }
}

private func limit(_ capability: Int32, _ known: Coffer.Capabilities) -> Int64? {
    switch Int(capability) {
    case COFFER_MAX_KEY_BYTES: Int64(known.maxKeyBytes)
    case COFFER_MAX_OBJECT_SIZE: known.maxObjectSize
    case COFFER_MAX_PUT_SIZE: known.maxPutSize
    case COFFER_MULTIPART_THRESHOLD: known.multipartThreshold
    case COFFER_PART_SIZE: known.partSize
    case COFFER_MIN_PART_SIZE: known.minPartSize
    case COFFER_MAX_PART_SIZE: known.maxPartSize
    case COFFER_MAX_PARTS: Int64(known.maxParts)
    case COFFER_PART_CONCURRENCY: Int64(known.partConcurrency)
    case COFFER_MAX_BATCH_DELETE: Int64(known.maxBatchDelete)
    case COFFER_MAX_PAGE_SIZE: Int64(known.maxPageSize)
    default: nil
    }
}
