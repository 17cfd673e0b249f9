/// A driver whose core verbs never wait: the same verbs as plain functions, so that a synchronous caller needs no task.
///
/// A call through the C ABI then costs what the verb costs. Each function means what the verb of ``Driver`` of the same
/// name means; what it cannot do at once it leaves to that.
public protocol ImmediateDriver: Driver {
    /// Reads an object or a part of it.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The range and the conditions.
    /// - Returns: Nil if the bytes do not lie in one piece.
    /// - Throws: As ``Driver/read(_:_:)``.
    func readNow(_ key: Key, _ options: ReadOptions) throws(StoreError) -> (info: ObjectInfo, bytes: Chunk)?

    /// Asks for an object's metadata.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The conditions and the version.
    /// - Throws: As ``Driver/stat(_:_:)``.
    func statNow(_ key: Key, _ options: StatOptions) throws(StoreError) -> ObjectInfo

    /// Stores an object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - bytes: The bytes, which may be lent: see ``Chunk/isLent``.
    ///   - options: Metadata and condition.
    /// - Throws: As ``Driver/put(_:_:_:)``.
    func putNow(_ key: Key, _ bytes: Chunk, _ options: WriteOptions) throws(StoreError) -> ObjectInfo

    /// Deletes an object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The condition and the version.
    /// - Throws: As ``Driver/delete(_:_:)``.
    func deleteNow(_ key: Key, _ options: DeleteOptions) throws(StoreError)
}
