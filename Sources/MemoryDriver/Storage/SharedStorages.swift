import Coffer

/// The storages that stores share by name, for as long as the process lives.
enum SharedStorages {
    private static let all = ForkSafeLock<[String: MemoryStorage]>([:])

    /// The storage of a name, made on first use.
    ///
    /// - Parameters:
    ///   - name: Not empty.
    ///   - maxBytes: The limit; nil takes the storage as it is.
    /// - Throws: `invalidConfiguration` if the storage exists with another limit.
    static func storage(named name: String, maxBytes: Int64?) throws(StoreError) -> MemoryStorage {
        // Made before the lock is taken: making a lock under a lock could deadlock with a fork.
        let fresh = MemoryStorage(maxBytes: maxBytes)
        let storage = all.withLock { all in
            if let old = all[name] { return old }
            all[name] = fresh
            return fresh
        }
        if let maxBytes, storage.maxBytes != maxBytes {
            let present = storage.maxBytes.map { "max_bytes=\($0)" } ?? "no max_bytes"
            throw StoreError(
                .invalidConfiguration,
                "the memory store '\(name)' is open with \(present), not with max_bytes=\(maxBytes); "
                    + "use the same limit or another name")
        }
        return storage
    }

    /// Forgets a name; stores that are open keep what they have.
    static func forget(_ name: String) {
        let old = all.withLock { $0.removeValue(forKey: name) }
        _ = old
    }
}
