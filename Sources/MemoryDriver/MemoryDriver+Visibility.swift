import Coffer

extension MemoryDriver: VisibilityDriver {
    /// Who may read an object: what was said last; nobody else can reach this memory either way.
    ///
    /// - Parameter key: The object's key.
    /// - Throws: `notFound`.
    /// - Complexity: O(log n).
    public func visibility(of key: Key) async throws(StoreError) -> Visibility {
        guard let object = storage.object(key) else { throw .notFound(key) }
        return object.visibility
    }

    /// Says who may read an object; its ETag and its time stay.
    ///
    /// - Parameters:
    ///   - visibility: Who.
    ///   - key: The object's key.
    /// - Throws: `notFound`.
    /// - Complexity: O(log n).
    public func setVisibility(_ visibility: Visibility, of key: Key) async throws(StoreError) {
        let isThere = storage.state.withLock { state in
            key.withBytes { bytes in
                guard let entry = state.index.find(bytes), let object = entry.header.object else { return false }
                entry.header.object = object.with(visibility)
                return true
            }
        }
        if !isThere { throw .notFound(key) }
    }
}
