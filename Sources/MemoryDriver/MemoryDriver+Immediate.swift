import Coffer

extension MemoryDriver: ImmediateDriver {
    /// Reads an object or a part of it; nothing is copied.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The range and the conditions.
    /// - Complexity: O(log n).
    public func readNow(
        _ key: Key, _ options: ReadOptions
    ) throws(StoreError) -> (info: ObjectInfo, bytes: Chunk)? {
        let object = try find(key, options)
        let range = try options.range?.resolve(size: object.bytes.count) ?? 0..<object.bytes.count
        let count = range.upperBound - range.lowerBound
        let bytes = count == 0 ? Chunk() : object.bytes.chunk(at: range.lowerBound, limit: count)
        return Int64(bytes.count) == count ? (object.info(key), bytes) : nil
    }

    /// Asks for an object's metadata.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The conditions.
    /// - Complexity: O(log n).
    public func statNow(_ key: Key, _ options: StatOptions) throws(StoreError) -> ObjectInfo {
        try find(key, options).info(key)
    }

    /// Stores an object; bytes that own their memory are kept, others are copied.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - bytes: The bytes.
    ///   - options: Metadata and condition.
    /// - Complexity: O(log n).
    public func putNow(_ key: Key, _ bytes: Chunk, _ options: WriteOptions) throws(StoreError) -> ObjectInfo {
        try publish(key, StoredBytes(bytes.kept()), options)
    }

    /// Deletes an object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The condition.
    /// - Complexity: O(log n).
    public func deleteNow(_ key: Key, _ options: DeleteOptions) throws(StoreError) {
        try storage.remove(key, ifMatch: options.ifMatch)
    }
}
