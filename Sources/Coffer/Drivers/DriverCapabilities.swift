/// A driver that can take an object as a stream of unknown length.
public protocol StreamingWriteDriver: Driver {
    /// Begins to write; nothing is visible before ``DriverWriter/finish()``.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: Metadata and condition.
    func makeWriter(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> any DriverWriter
}

/// A write in progress. ``ObjectWriter`` sees to it that calls come one at a time and none after the end.
///
/// Dropping the last reference without ``finish()`` must leave nothing behind.
public protocol DriverWriter: AnyObject, Sendable {
    /// Takes the next bytes; holds back while too many are on the way.
    ///
    /// - Parameter chunk: The bytes; not empty.
    func write(_ chunk: Chunk) async throws(StoreError)

    /// Publishes the object.
    ///
    /// - Returns: What is now stored.
    func finish() async throws(StoreError) -> ObjectInfo

    /// Throws everything away. Also called after ``write(_:)`` or ``finish()`` threw.
    func abort() async
}

/// A driver that can take an object in parts, in any order, at the same time, from several processes.
public protocol MultipartDriver: Driver {
    /// Starts an upload.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: Metadata (the condition is checked on completion).
    /// - Returns: The upload's identifier.
    func createUpload(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> String

    /// Uploads one part; the same number again replaces it.
    ///
    /// - Parameters:
    ///   - upload: The upload.
    ///   - number: 1 to ``Capabilities/maxParts``.
    ///   - payload: The bytes; may be read more than once.
    func uploadPart(_ upload: UploadID, number: Int, _ payload: Payload) async throws(StoreError) -> UploadedPart

    /// Publishes the object.
    ///
    /// - Parameters:
    ///   - upload: The upload.
    ///   - parts: All parts in ascending order.
    ///   - options: The same as on creation.
    func completeUpload(
        _ upload: UploadID, parts: [UploadedPart], _ options: WriteOptions
    ) async throws(StoreError) -> ObjectInfo

    /// Throws an upload away with all its parts; one that is not there is no error.
    ///
    /// - Parameter upload: The upload.
    func abortUpload(_ upload: UploadID) async throws(StoreError)

    /// Lists the open uploads.
    ///
    /// - Parameter prefix: Only keys that begin with this.
    func listUploads(prefix: String) async throws(StoreError) -> [OpenUpload]

    /// Lists the parts of an upload that have arrived, in ascending order: what another process needs to go on.
    ///
    /// - Parameter upload: The upload.
    /// - Throws: `notFound` if it was completed or aborted meanwhile.
    func listParts(_ upload: UploadID) async throws(StoreError) -> [UploadedPart]

    /// Whether a part that has arrived holds these bytes: so that a source that changed since is noticed. The default
    /// cannot tell.
    ///
    /// - Parameters:
    ///   - part: The part, as it was listed; of the payload's size.
    ///   - upload: The upload.
    ///   - payload: The bytes.
    /// - Returns: Nil if nobody can tell without fetching them.
    func part(
        _ part: UploadedPart, of upload: UploadID, holds payload: Payload
    ) async throws(StoreError) -> Bool?

    /// Whether an object is what an upload of these parts made: so that a completion whose answer was lost is noticed.
    /// The default cannot tell.
    ///
    /// - Parameters:
    ///   - object: The object, as it is now; of the parts' size.
    ///   - parts: The bytes of all parts, in order.
    /// - Returns: Nil if nobody can tell without fetching it.
    func object(_ object: ObjectInfo, consistsOf parts: [Payload]) async throws(StoreError) -> Bool?
}

extension MultipartDriver {
    /// Nobody can tell.
    public func part(
        _ part: UploadedPart, of upload: UploadID, holds payload: Payload
    ) async throws(StoreError) -> Bool? { nil }

    /// Nobody can tell.
    public func object(_ object: ObjectInfo, consistsOf parts: [Payload]) async throws(StoreError) -> Bool? { nil }
}

/// A multipart upload that has been neither completed nor aborted.
public struct OpenUpload: Sendable, Hashable {
    /// Which upload.
    public let id: UploadID
    /// When it was begun; nil where the service does not say.
    public let started: Timestamp?

    /// Makes a record.
    ///
    /// - Parameters:
    ///   - id: Which upload.
    ///   - started: When it was begun.
    public init(id: UploadID, started: Timestamp? = nil) {
        self.id = id
        self.started = started
    }
}

/// Which multipart upload.
public struct UploadID: Sendable, Hashable {
    /// The object's key.
    public let key: Key
    /// The driver's identifier.
    public let id: String
    /// The checksum that was asked for when the upload was created: its parts need the same.
    public var checksum: WriteChecksum?
    /// The encryption that was asked for when the upload was created: with a customer's key, parts need it too.
    public var encryption: ServerSideEncryption?
    /// Whether the object will be locked: then every part needs a digest.
    public var isLocking = false

    /// Makes an identifier.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - id: The driver's identifier.
    ///   - checksum: ``WriteOptions/checksum`` of the upload's creation.
    ///   - encryption: ``WriteOptions/encryption`` of the upload's creation.
    public init(key: Key, id: String, checksum: WriteChecksum? = nil, encryption: ServerSideEncryption? = nil) {
        self.key = key
        self.id = id
        self.checksum = checksum
        self.encryption = encryption
    }

    /// Makes the identifier of an upload that has been created.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - id: What the driver gave.
    ///   - options: The options of the creation.
    package init(key: Key, id: String, options: WriteOptions) {
        self.init(key: key, id: id, checksum: options.checksum, encryption: options.encryption)
        isLocking = options.rare?.isLocking ?? false
    }

    /// The same upload under another key: for layers that map keys.
    ///
    /// - Parameter key: The key as the other side knows it.
    public func renamed(_ key: Key) -> UploadID {
        var upload = UploadID(key: key, id: id, checksum: checksum, encryption: encryption)
        upload.isLocking = isLocking
        return upload
    }
}

/// A part that has been stored.
public struct UploadedPart: Sendable, Hashable {
    /// 1 to ``Capabilities/maxParts``.
    public let number: Int
    /// Its size in bytes.
    public let size: Int64
    /// The service's name for its contents.
    public let etag: ETag
    /// The checksum of its bytes, where one was sent or is stored; needed to complete an upload that has checksums.
    public var checksum: Checksum?

    /// Makes a part.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - size: Its size in bytes.
    ///   - etag: The service's name for its contents.
    ///   - checksum: The checksum of its bytes.
    public init(number: Int, size: Int64, etag: ETag, checksum: Checksum? = nil) {
        self.number = number
        self.size = size
        self.etag = etag
        self.checksum = checksum
    }
}

/// A driver that can copy an object without its bytes passing through the client.
public protocol CopyDriver: Driver {
    /// Copies an object, metadata included; both keys may be the same if metadata is given.
    ///
    /// - Parameters:
    ///   - source: The object's key.
    ///   - target: The copy's key.
    ///   - options: Metadata and conditions.
    func copy(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo
}

/// A driver that can move an object in one step.
public protocol MoveDriver: Driver {
    /// Moves an object, metadata included.
    ///
    /// - Parameters:
    ///   - source: The object's key.
    ///   - target: Its new key; not the same.
    ///   - options: Conditions; `metadata` is nil.
    func move(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo
}

/// A driver that can delete many objects in one request.
public protocol BatchDeleteDriver: Driver {
    /// Deletes objects.
    ///
    /// - Parameter keys: At most ``Capabilities/maxBatchDelete``, each once.
    /// - Returns: An outcome for each key, in the same order.
    /// - Throws: What concerns the request as a whole.
    func deleteBatch(_ keys: [Key]) async throws(StoreError) -> [DeleteOutcome]
}

/// A driver that can make URLs for others to use.
public protocol PresignDriver: Driver {
    /// Makes a presigned request; no request is sent.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: What it shall allow; the expiry has been checked.
    func presign(_ key: Key, _ options: PresignOptions) async throws(StoreError) -> PresignedRequest
}

/// A driver that can make forms by which others upload.
public protocol PresignPostDriver: Driver {
    /// Makes a form; no request is sent.
    ///
    /// - Parameters:
    ///   - key: Which key the upload gets.
    ///   - options: What the form allows; the expiry has been checked.
    func presignPost(_ key: PostKey, _ options: PostOptions) async throws(StoreError) -> PresignedPost
}

/// A driver that can let everybody read an object, and end that.
public protocol VisibilityDriver: Driver {
    /// Who may read an object.
    ///
    /// - Parameter key: The object's key.
    func visibility(of key: Key) async throws(StoreError) -> Visibility

    /// Says who may read an object.
    ///
    /// - Parameters:
    ///   - visibility: Who.
    ///   - key: The object's key.
    func setVisibility(_ visibility: Visibility, of key: Key) async throws(StoreError)
}

/// A driver whose objects have URLs without a signature.
public protocol PublicURLDriver: Driver {
    /// Makes the URL of an object; no request is sent.
    ///
    /// - Parameter key: The object's key.
    func publicURL(_ key: Key) async throws(StoreError) -> String
}

/// The optional capabilities of a driver, looked up once when a store is made.
///
/// A layer that wraps a driver gives the facets of what it wraps, each wrapped in turn.
public struct DriverFacets: Sendable {
    /// Streams of unknown length.
    public var streamingWrite: (any StreamingWriteDriver)?
    /// Parts.
    public var multipart: (any MultipartDriver)?
    /// Server-side copies.
    public var copy: (any CopyDriver)?
    /// Moves in one step.
    public var move: (any MoveDriver)?
    /// Batches.
    public var batchDelete: (any BatchDeleteDriver)?
    /// Versions.
    public var versions: (any VersionsDriver)?
    /// Presigned requests.
    public var presign: (any PresignDriver)?
    /// Tags.
    public var tags: (any TagsDriver)?
    /// Retention and legal hold.
    public var objectLock: (any ObjectLockDriver)?
    /// Archives.
    public var restore: (any RestoreDriver)?
    /// Forms.
    public var presignPost: (any PresignPostDriver)?
    /// Who may read an object.
    public var visibility: (any VisibilityDriver)?
    /// URLs without a signature.
    public var publicURL: (any PublicURLDriver)?

    /// No optional capability.
    public init() {}

    /// What a driver conforms to and claims in its capabilities.
    ///
    /// - Parameter driver: The driver.
    public init(of driver: any Driver) {
        let features = driver.capabilities.features
        if features.contains(.streamingWrite) { streamingWrite = driver as? any StreamingWriteDriver }
        if features.contains(.multipart) { multipart = driver as? any MultipartDriver }
        if features.contains(.copy) { copy = driver as? any CopyDriver }
        if features.contains(.move) { move = driver as? any MoveDriver }
        if features.contains(.batchDelete) { batchDelete = driver as? any BatchDeleteDriver }
        if features.contains(.versions) { versions = driver as? any VersionsDriver }
        if features.contains(.presign) { presign = driver as? any PresignDriver }
        if features.contains(.tags) { tags = driver as? any TagsDriver }
        if features.contains(.objectLock) { objectLock = driver as? any ObjectLockDriver }
        if features.contains(.restore) { restore = driver as? any RestoreDriver }
        if features.contains(.presignPost) { presignPost = driver as? any PresignPostDriver }
        if features.contains(.visibility) { visibility = driver as? any VisibilityDriver }
        if features.contains(.publicURL) { publicURL = driver as? any PublicURLDriver }
    }
}
