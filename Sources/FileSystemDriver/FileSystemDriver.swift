import Coffer
import Glibc

/// The driver `fs`: objects as files in a directory tree that other programs can use.
///
/// An object `a/b.txt` is the file `a/b.txt` below the root; how other keys are spelled, how writes are published and
/// what survives a crash is described in docs/file-system-layout.md. Every call does its work in one piece on a thread
/// that may block: the caller's own for a call through the C ABI, else one of a small pool.
public final class FileSystemDriver: Driver, StreamingWriteDriver, CopyDriver, MoveDriver, BatchDeleteDriver,
    VisibilityDriver
{
    /// `fs`.
    public static let driverName = "fs"

    let volume: Volume

    /// Opens a tree; blocks for a few system calls.
    ///
    /// - Parameter options: Where it is and how it is used.
    /// - Throws: `bucketNotFound` if the root is not there and shall not be made, `permissionDenied`, `io`.
    public convenience init(_ options: FileSystemOptions) throws(StoreError) {
        self.init(try Volume(options))
    }

    init(_ volume: Volume) { self.volume = volume }

    /// `fs`.
    public var name: String { Self.driverName }

    /// Everything but versions, parts and presigned requests.
    public var capabilities: Capabilities {
        var capabilities = Capabilities([
            .readIfMatch, .readIfModified, .createOnly, .compareAndSwap, .deleteIfMatch, .contentType, .contentHeaders,
            .userMetadata, .anyDelimiter, .copy, .copyCreateOnly, .copyIfSourceMatch, .copyCompareAndSwap,
            .copyMetadata, .move, .streamingWrite, .batchDelete, .lentMemory, .visibility,
        ])
        capabilities.maxPageSize = Volume.maxPageSize
        return capabilities
    }

    /// Opens an object for reading; a small one is read at once.
    public func read(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse {
        try await blocking { (volume) throws(StoreError) in try volume.read(key, options) }
    }

    /// Asks for an object's record.
    public func stat(_ key: Key, _ options: StatOptions) async throws(StoreError) -> ObjectInfo {
        try await blocking { (volume) throws(StoreError) in try volume.stat(key, options) }
    }

    /// Stores an object.
    public func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
        if payload.count <= Self.interruptibleSize {
            return try await blocking { (volume) throws(StoreError) in try volume.put(key, payload, options, nil) }
        }
        return try await interruptible { (volume, interruption) throws(StoreError) in
            try volume.put(key, payload, options, interruption)
        }
    }

    /// Begins to write an object.
    public func makeWriter(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> any DriverWriter {
        try await blocking { (volume) throws(StoreError) in
            if options.condition != .none { try volume.checkEarly(key, options.condition) }
            return FileWriter(try Draft(volume, key), options)
        }
    }

    /// Deletes an object.
    public func delete(_ key: Key, _ options: DeleteOptions) async throws(StoreError) {
        _ = try await blocking { (volume) throws(StoreError) in try volume.delete(key, ifMatch: options.ifMatch) }
    }

    /// Deletes objects; each is as durable as one that is deleted alone.
    public func deleteBatch(_ keys: [Key]) async throws(StoreError) -> [DeleteOutcome] {
        try await interruptible { (volume, interruption) throws(StoreError) in
            volume.deleteBatch(keys, interruption)
        }
    }

    /// Copies an object within the kernel; shares its blocks where the file system can.
    public func copy(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo {
        try await interruptible { (volume, interruption) throws(StoreError) in
            try volume.copy(source, to: target, options, interruption)
        }
    }

    /// Moves an object by one rename; its ETag stays.
    public func move(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo {
        try await blocking { (volume) throws(StoreError) in try volume.move(source, to: target, options) }
    }

    /// Who may read an object: public if others may read its file.
    public func visibility(of key: Key) async throws(StoreError) -> Visibility {
        try await blocking { (volume) throws(StoreError) in try volume.visibility(of: key) }
    }

    /// Changes the mode of an object's file; its ETag stays.
    public func setVisibility(_ visibility: Visibility, of key: Key) async throws(StoreError) {
        try await blocking { (volume) throws(StoreError) in try volume.setVisibility(visibility, of: key) }
    }

    /// Lists a page.
    public func list(_ options: ListOptions) async throws(StoreError) -> ListPage {
        try await interruptible { (volume, interruption) throws(StoreError) in try volume.list(options, interruption) }
    }

    /// Closes what is kept open between calls; the root stays open for readers and writers that are still alive.
    public func close() async {
        volume.closeLockFiles()
        volume.removeWriterMark()
    }

    // MARK: - Where it runs

    /// From this size on, in bytes, a write looks now and then whether its task has been cancelled.
    private static let interruptibleSize: Int64 = 1 << 20

    /// Runs a short body where it may block: in place if this thread may.
    @inline(__always)
    private func blocking<R: Sendable>(
        _ body: @escaping @Sendable (Volume) throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        if BlockingPool.mayBlockHere { return try body(volume) }
        let volume = volume
        return try await BlockingPool.run { () throws(StoreError) in try body(volume) }
    }

    /// Runs a body that may take long, and tells it when its task is cancelled.
    private func interruptible<R: Sendable>(
        _ body: @escaping @Sendable (Volume, Interruption) throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        let interruption = Interruption()
        let volume = volume
        let result: Result<R, StoreError> = await withTaskCancellationHandler {
            do throws(StoreError) {
                return .success(
                    try await BlockingPool.run { () throws(StoreError) in try body(volume, interruption) })
            } catch {
                return .failure(error)
            }
        } onCancel: {
            interruption.request()
        }
        return try result.get()
    }
}
