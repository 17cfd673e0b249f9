/// What stands behind a store: the part that differs between memory, a file system and a service.
///
/// A driver is small because ``Store`` has done the rest: keys are valid, ranges are not negative, options that the
/// ``Capabilities`` do not claim have been refused, metadata is checked and folded, and no call comes after
/// ``close()``. What else it can do, it says by conforming to further protocols: ``StreamingWriteDriver``,
/// ``MultipartDriver``, ``CopyDriver``, ``MoveDriver``, ``BatchDeleteDriver``, ``VersionsDriver``, ``PresignDriver``.
///
/// All methods may be called from many tasks at once. A method that blocks must run its blocking part through
/// ``BlockingPool/run(_:)``. None may start unstructured tasks on the global executor: a call through the C ABI after
/// `fork()` would never see them run; see ``BackgroundTasks``.
public protocol Driver: Sendable {
    /// The name by which the driver was registered, for instance `s3`.
    var name: String { get }

    /// What the driver can do; constant over its life.
    var capabilities: Capabilities { get }

    /// The optional capabilities of this driver; the default finds them by conformance. A layer overrides it.
    var facets: DriverFacets { get }

    /// What is below all layers; the default is this driver. A layer gives that of what it wraps.
    var core: DriverCore { get }

    /// Runs a request that this protocol has no verb for, as the layers run those that it has; the default just runs it.
    /// A layer hands it to what it wraps.
    ///
    /// - Parameters:
    ///   - call: What is asked.
    ///   - body: Makes the request, of the ``core``; may be called more than once, or not at all.
    func run<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable @concurrent () async throws(StoreError) -> R
    ) async throws(StoreError) -> R

    /// Begins to read an object: the metadata is there when the call returns, the bytes are pulled.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The range and the conditions.
    /// - Throws: `notFound`, `rangeNotSatisfiable`, `preconditionFailed`, `notModified`, …
    func read(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse

    /// Asks for an object's metadata.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The conditions and the version; the range is nil.
    /// - Throws: `notFound`, `preconditionFailed`, `notModified`, …
    func stat(_ key: Key, _ options: StatOptions) async throws(StoreError) -> ObjectInfo

    /// Stores a whole object: all or nothing.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - payload: The bytes, at most ``Capabilities/maxPutSize``; may be read more than once.
    ///   - options: Metadata and condition.
    /// - Returns: What is now stored, metadata included.
    func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo

    /// Deletes an object; one that is not there is no error (unless a condition was given).
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The condition and the version.
    func delete(_ key: Key, _ options: DeleteOptions) async throws(StoreError)

    /// Lists one page.
    ///
    /// - Parameter options: What to list; `limit` is at most ``Capabilities/maxPageSize``, nil for the driver's choice.
    func list(_ options: ListOptions) async throws(StoreError) -> ListPage

    /// Lets go of connections and descriptors. Called once; no call follows, but streams and writers that are still
    /// alive must end with `closed` or go on, and must not crash.
    func close() async
}

extension Driver {
    /// The optional capabilities, found by conformance.
    public var facets: DriverFacets { DriverFacets(of: self) }

    /// The driver itself: it is no layer.
    public var core: DriverCore { DriverCore(driver: self) }

    /// Runs a request without more ado.
    public func run<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable @concurrent () async throws(StoreError) -> R
    ) async throws(StoreError) -> R { try await body() }

    /// Nothing to let go of.
    public func close() async {}
}

/// What is below all layers of a driver: for what only that driver has.
public struct DriverCore: Sendable {
    /// The driver itself.
    public let driver: any Driver
    /// What the layers put before every key; empty where they see all that the driver has.
    public var prefix: String

    /// Makes a record.
    ///
    /// - Parameters:
    ///   - driver: The driver itself.
    ///   - prefix: What the layers put before every key.
    public init(driver: any Driver, prefix: String = "") {
        self.driver = driver
        self.prefix = prefix
    }
}

/// What ``Driver/read(_:_:)`` gives.
public struct ReadResponse: Sendable {
    /// The object's metadata; the size is that of the whole object.
    public var info: ObjectInfo
    /// The offsets of the bytes that follow.
    public var range: Range<Int64>
    /// The bytes: exactly as many as the range has, or an error.
    public var stream: any ByteStream
    /// What compares the bytes with the object's checksum; nil if nothing can or shall. ``Store`` feeds it.
    public var verifier: (any ChecksumVerifier)?

    /// Makes a response.
    ///
    /// - Parameters:
    ///   - info: The object's metadata.
    ///   - range: The offsets of the bytes that follow.
    ///   - stream: The bytes.
    ///   - verifier: What compares them with the object's checksum.
    public init(
        info: ObjectInfo, range: Range<Int64>, stream: any ByteStream, verifier: (any ChecksumVerifier)? = nil
    ) {
        self.info = info
        self.range = range
        self.stream = stream
        self.verifier = verifier
    }
}
