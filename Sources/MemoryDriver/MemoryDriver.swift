import Coffer

/// The memory driver: a store that is gone with the process, and the reference for what every driver must do.
///
/// Objects lie in a tree in the order of their keys' bytes; finding, writing and deleting cost O(log n), and a page of
/// a listing costs what it returns. Every write makes a new ETag, also one of the same bytes. Readers share the chunks
/// that were written, and see an object as it was when they began. Safe to use from many threads.
public final class MemoryDriver: Driver {
    /// The name by which the driver is registered.
    public static let name = "memory"

    /// The name by which the driver is registered.
    public var name: String { Self.name }

    /// Everything but presigning, versions, and what a service does beyond keeping bytes (encryption, classes, locks).
    public let capabilities: Capabilities

    let storage: MemoryStorage

    /// Makes a driver with a storage of its own.
    ///
    /// - Parameter maxBytes: The most bytes that all objects, open uploads and writers may have together; beyond it
    ///   writes throw `tooLarge`. Nil for no limit.
    public convenience init(maxBytes: Int64? = nil) { self.init(storage: MemoryStorage(maxBytes: maxBytes)) }

    /// Makes a driver on a storage that all drivers of this process with the same name share.
    ///
    /// - Parameters:
    ///   - name: The storage's name; empty for one that is not shared.
    ///   - maxBytes: The most bytes; nil takes the storage as it is.
    /// - Throws: `invalidConfiguration` if the storage exists with another limit.
    public convenience init(sharing name: String, maxBytes: Int64? = nil) throws(StoreError) {
        self.init(
            storage: name.isEmpty
                ? MemoryStorage(maxBytes: maxBytes)
                : try SharedStorages.storage(named: name, maxBytes: maxBytes))
    }

    /// Forgets a shared storage, so that the name begins anew; drivers that are open keep what they have.
    ///
    /// - Parameter name: The storage's name.
    public static func discardStorage(named name: String) { SharedStorages.forget(name) }

    init(storage: MemoryStorage) {
        self.storage = storage
        capabilities = Capabilities([
            .readIfMatch, .readIfModified, .createOnly, .compareAndSwap, .deleteIfMatch, .contentType, .contentHeaders,
            .userMetadata, .anyDelimiter, .copyCreateOnly, .copyIfSourceMatch, .copyCompareAndSwap, .copyMetadata,
            .copy, .move, .streamingWrite, .multipart, .batchDelete, .tags, .visibility,
        ])
    }

    /// Begins to read an object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The range and the conditions.
    /// - Complexity: O(log n); nothing is copied.
    public func read(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse {
        let object = try find(key, options)
        let range = try options.range?.resolve(size: object.bytes.count) ?? 0..<object.bytes.count
        return ReadResponse(info: object.info(key), range: range, stream: MemoryStream(object, range))
    }

    /// Asks for an object's metadata.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The conditions.
    /// - Complexity: O(log n).
    public func stat(_ key: Key, _ options: StatOptions) async throws(StoreError) -> ObjectInfo {
        try statNow(key, options)
    }

    /// Stores an object; chunks that own their memory are kept, others are copied, files are read.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - payload: The bytes.
    ///   - options: Metadata and condition.
    /// - Complexity: O(log n).
    public func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
        if let chunk = payload.singleChunk { return try putNow(key, chunk, options) }
        return try publish(key, try await StoredBytes.keeping(payload), options)
    }

    /// Makes bytes that may be kept an object.
    func publish(_ key: Key, _ bytes: StoredBytes, _ options: WriteOptions) throws(StoreError) -> ObjectInfo {
        let object = storage.makeObject(bytes, options)
        try storage.publish(key, object, options.condition)
        return object.info(key)
    }

    /// Deletes an object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The condition.
    /// - Complexity: O(log n).
    public func delete(_ key: Key, _ options: DeleteOptions) async throws(StoreError) {
        try deleteNow(key, options)
    }

    func find(_ key: Key, _ options: ReadOptions) throws(StoreError) -> StoredObject {
        guard let object = storage.object(key) else { throw .notFound(key) }
        if !options.isDefault { try options.checkConditions(etag: object.etag, lastModified: object.lastModified) }
        return object
    }
}

extension MemoryDriver: StreamingWriteDriver {
    /// Begins to write; chunks are gathered and become an object in one step.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: Metadata and condition.
    public func makeWriter(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> any DriverWriter {
        MemoryWriter(storage, key, options)
    }
}

extension MemoryDriver: BatchDeleteDriver {
    /// Deletes objects, one after the other.
    ///
    /// - Parameter keys: The keys.
    /// - Complexity: O(m log n) for m keys.
    public func deleteBatch(_ keys: [Key]) async throws(StoreError) -> [DeleteOutcome] {
        keys.map { key in
            do throws(StoreError) {
                try storage.remove(key, ifMatch: nil)
                return DeleteOutcome(key: key)
            } catch {
                return DeleteOutcome(key: key, error: error)
            }
        }
    }
}

extension MemoryStorage {
    /// A new version of an object, with a tag of its own and the present time.
    func makeObject(_ bytes: StoredBytes, _ options: WriteOptions) -> StoredObject {
        StoredObject(
            bytes: bytes, etag: nextETag(), lastModified: .now(), metadata: options.metadata, tags: options.tags,
            visibility: options.visibility)
    }
}

extension StoreError {
    static func notFound(_ key: Key) -> StoreError {
        StoreError(.notFound, "there is no object '\(key)'", key: key.string)
    }
}
