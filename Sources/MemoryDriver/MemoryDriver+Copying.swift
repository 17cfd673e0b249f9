import Coffer

extension MemoryDriver: CopyDriver {
    /// Copies an object: the bytes are shared, the ETag is new.
    ///
    /// - Parameters:
    ///   - source: The object's key.
    ///   - target: The copy's key; may be the same.
    ///   - options: Metadata and conditions.
    /// - Complexity: O(log n).
    public func copy(
        _ source: Key, to target: Key, _ options: CopyOptions
    ) async throws(StoreError) -> ObjectInfo {
        try transfer(source, to: target, options, removingSource: false)
    }
}

extension MemoryDriver: MoveDriver {
    /// Moves an object: at no moment both keys or none of them have it.
    ///
    /// - Parameters:
    ///   - source: The object's key.
    ///   - target: Its new key.
    ///   - options: Conditions.
    /// - Complexity: O(log n).
    public func move(
        _ source: Key, to target: Key, _ options: CopyOptions
    ) async throws(StoreError) -> ObjectInfo {
        try transfer(source, to: target, options, removingSource: source != target)
    }
}

extension MemoryDriver {
    private func transfer(
        _ source: Key, to target: Key, _ options: CopyOptions, removingSource: Bool
    ) throws(StoreError) -> ObjectInfo {
        let etag = storage.nextETag()
        let time = Timestamp.now()
        let (object, old) = try storage.state.withLock { state throws(StoreError) -> (StoredObject, [StoredObject?]) in
            guard let present = source.withBytes({ state.index.find($0)?.header.object }) else {
                throw .notFound(source)
            }
            if let ifSourceMatch = options.ifSourceMatch {
                try WriteCondition.matches(ifSourceMatch).check(exists: true, etag: present.etag)
            }
            let object = StoredObject(
                bytes: present.bytes, etag: etag, lastModified: time, metadata: options.metadata ?? present.metadata,
                tags: options.tags ?? present.tags)
            // A move needs no room: its bytes are counted for the source until that is gone.
            let reserved = removingSource ? present.bytes.count : 0
            let replaced = try storage.publish(&state, target, object, options.condition, reserved: reserved)
            guard removingSource else { return (object, [replaced]) }
            state.used += reserved
            return (object, [replaced, try storage.remove(&state, source, ifMatch: nil)])
        }
        withExtendedLifetime(old) {}
        return object.info(target)
    }
}
