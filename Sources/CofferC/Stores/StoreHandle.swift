import CCofferTypes
import Coffer
import Glibc

/// A store that the host holds.
///
/// `@unchecked Sendable`: `driverName` points to memory that never changes and lives as long as this object.
final class StoreHandle: HandleObject, @unchecked Sendable {
    static let kind = HandleKind.store
    let store: Store
    let driverName: UnsafeMutablePointer<CChar>?

    init(_ store: Store) {
        self.store = store
        driverName = strdup(store.driver.name)
    }

    deinit { free(driverName) }
}

/// Runs a body with the store of a handle.
@inline(__always)
func withStore<R>(
    _ handle: UnsafeMutablePointer<coffer_store>?, _ body: (Store) throws(StoreError) -> R
) throws(StoreError) -> R {
    try HandleTable.with(handle, StoreHandle.self) { handle throws(StoreError) in try body(handle.store) }
}
