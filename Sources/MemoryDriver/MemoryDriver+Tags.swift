import Coffer

extension MemoryDriver: TagsDriver {
    /// Asks for an object's tags.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: Nil: there are no versions.
    /// - Complexity: O(log n).
    public func tags(of key: Key, version: String?) async throws(StoreError) -> [String: String] {
        guard let object = storage.object(key) else { throw .notFound(key) }
        return object.tags
    }

    /// Replaces all tags of an object: its bytes, ETag and time stay.
    ///
    /// - Parameters:
    ///   - tags: The new tags.
    ///   - key: The object's key.
    ///   - version: Nil: there are no versions.
    /// - Complexity: O(log n).
    public func setTags(_ tags: [String: String], of key: Key, version: String?) async throws(StoreError) {
        let old: StoredObject? = storage.state.withLock { state in
            key.withBytes { bytes in
                guard let entry = state.index.find(bytes), let present = entry.header.object else { return nil }
                entry.header.object = StoredObject(
                    bytes: present.bytes, etag: present.etag, lastModified: present.lastModified,
                    metadata: present.metadata, tags: tags, visibility: present.visibility)
                return present
            }
        }
        if old == nil { throw .notFound(key) }
    }
}
