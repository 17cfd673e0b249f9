import Coffer

/// A driver for tests that changes something of another one, and hands the required core on to it.
package protocol ForwardingDriver: Driver {
    associatedtype Base: Driver
    /// The driver that does the work.
    var base: Base { get }
}

extension ForwardingDriver {
    package func read(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse {
        try await base.read(key, options)
    }
    package func stat(_ key: Key, _ options: StatOptions) async throws(StoreError) -> ObjectInfo {
        try await base.stat(key, options)
    }
    package func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
        try await base.put(key, payload, options)
    }
    package func delete(_ key: Key, _ options: DeleteOptions) async throws(StoreError) {
        try await base.delete(key, options)
    }
    package func list(_ options: ListOptions) async throws(StoreError) -> ListPage { try await base.list(options) }
}
