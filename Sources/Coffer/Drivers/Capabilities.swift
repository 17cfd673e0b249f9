/// What a driver can do and where its limits lie. ``Store`` refuses with `unsupported` what is not claimed here; the
/// conformance suite exercises what is.
public struct Capabilities: Sendable, Hashable {
    /// One thing that a driver may or may not be able to do.
    public struct Features: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: UInt64
        /// Makes a set of its bits.
        ///
        /// - Parameter rawValue: The bits.
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// ``ReadOptions/ifMatch`` and ``ReadOptions/ifNoneMatch``.
        public static let readIfMatch = Features(rawValue: 1 << 0)
        /// ``ReadOptions/ifModifiedSince`` and ``ReadOptions/ifUnmodifiedSince``.
        public static let readIfModified = Features(rawValue: 1 << 1)
        /// ``WriteCondition/absent``, atomically.
        public static let createOnly = Features(rawValue: 1 << 2)
        /// ``WriteCondition/matches(_:)``, atomically.
        public static let compareAndSwap = Features(rawValue: 1 << 3)
        /// ``DeleteOptions/ifMatch``, atomically.
        public static let deleteIfMatch = Features(rawValue: 1 << 4)
        /// ``ObjectMetadata/contentType``.
        public static let contentType = Features(rawValue: 1 << 5)
        /// The other standard headers of ``ObjectMetadata``.
        public static let contentHeaders = Features(rawValue: 1 << 6)
        /// ``ObjectMetadata/user``.
        public static let userMetadata = Features(rawValue: 1 << 7)
        /// Versions can be listed, read and deleted; the driver is a ``VersionsDriver``.
        public static let versions = Features(rawValue: 1 << 8)
        /// Listings take a delimiter other than `/` (and `/` itself).
        public static let anyDelimiter = Features(rawValue: 1 << 9)
        /// ``CopyOptions/condition`` `absent` on a server-side copy.
        public static let copyCreateOnly = Features(rawValue: 1 << 10)
        /// ``CopyOptions/ifSourceMatch`` on a server-side copy.
        public static let copyIfSourceMatch = Features(rawValue: 1 << 11)
        /// Presigned requests; the driver is a ``PresignDriver``.
        public static let presign = Features(rawValue: 1 << 12)
        /// Objects can be copied without passing through the client; the driver is a ``CopyDriver``.
        public static let copy = Features(rawValue: 1 << 13)
        /// Objects can be moved in one step; the driver is a ``MoveDriver``.
        public static let move = Features(rawValue: 1 << 14)
        /// Objects can be written as a stream; the driver is a ``StreamingWriteDriver``.
        public static let streamingWrite = Features(rawValue: 1 << 15)
        /// Objects can be written in parts; the driver is a ``MultipartDriver``.
        public static let multipart = Features(rawValue: 1 << 16)
        /// Many keys in one request; the driver is a ``BatchDeleteDriver``.
        public static let batchDelete = Features(rawValue: 1 << 17)
        /// ``CopyOptions/condition`` `matches` on a server-side copy.
        public static let copyCompareAndSwap = Features(rawValue: 1 << 18)
        /// A copy can be given new metadata.
        public static let copyMetadata = Features(rawValue: 1 << 19)
        /// The driver keeps none of the bytes that it is given beyond the call that gives them, so that it may be given
        /// memory that is only lent (``Chunk/isLent``). Without this it gets a copy of such memory.
        public static let lentMemory = Features(rawValue: 1 << 20)
        /// ``WriteOptions/checksum``, by the algorithms of ``Capabilities/checksumAlgorithms``, and
        /// ``ReadVerification/required``.
        public static let checksums = Features(rawValue: 1 << 21)
        /// Tags on writes and copies, and later; the driver is a ``TagsDriver``.
        public static let tags = Features(rawValue: 1 << 22)
        /// ``WriteOptions/storageClass``.
        public static let storageClasses = Features(rawValue: 1 << 23)
        /// ``ServerSideEncryption/managed``.
        public static let managedEncryption = Features(rawValue: 1 << 24)
        /// ``ServerSideEncryption/kms(keyID:context:bucketKey:)``.
        public static let kmsEncryption = Features(rawValue: 1 << 25)
        /// Keys of buckets with ``ServerSideEncryption/kms(keyID:context:bucketKey:)``.
        public static let bucketKeys = Features(rawValue: 1 << 26)
        /// ``ServerSideEncryption/dualLayerKMS(keyID:context:)``.
        public static let dualLayerEncryption = Features(rawValue: 1 << 27)
        /// ``ServerSideEncryption/customerKey(_:)`` and ``ReadOptions/customerKey``.
        public static let customerKeys = Features(rawValue: 1 << 28)
        /// Retention and legal hold, on writes and later; the driver is an ``ObjectLockDriver``.
        public static let objectLock = Features(rawValue: 1 << 29)
        /// Archived objects can be made readable; the driver is a ``RestoreDriver``.
        public static let restore = Features(rawValue: 1 << 30)
        /// ``CopyOptions/checksum`` on a server-side copy.
        public static let copyChecksums = Features(rawValue: 1 << 31)
        /// Forms for uploads by POST; the driver is a ``PresignPostDriver``.
        public static let presignPost = Features(rawValue: 1 << 40)
        /// Whether everybody may read an object: ``WriteOptions/visibility``; the driver is a ``VisibilityDriver``.
        public static let visibility = Features(rawValue: 1 << 41)
        /// URLs without a signature; the driver is a ``PublicURLDriver``.
        public static let publicURL = Features(rawValue: 1 << 42)
    }

    /// What the driver can do.
    public var features: Features
    /// The longest key in bytes.
    public var maxKeyBytes: Int
    /// The largest object in bytes.
    public var maxObjectSize: Int64
    /// The largest object in bytes that one ``Driver/put(_:_:_:)`` takes.
    public var maxPutSize: Int64
    /// From this size on, in bytes, an upload is split into parts, where the driver takes parts.
    public var multipartThreshold: Int64
    /// The part size in bytes that the driver prefers.
    public var partSize: Int64
    /// The smallest part in bytes (the last one may be smaller).
    public var minPartSize: Int64
    /// The largest part in bytes.
    public var maxPartSize: Int64
    /// The most parts of an upload.
    public var maxParts: Int
    /// How many parts are sent at the same time if the caller does not say.
    public var partConcurrency: Int
    /// From this size on, in bytes, a read may be split into ranges that are fetched at the same time, where the
    /// driver has ``Features/readIfMatch``.
    public var downloadThreshold: Int64
    /// The size of such ranges in bytes.
    public var downloadPartSize: Int64
    /// How many of them are fetched at the same time if one stream is slow and the caller does not say; 1 for none.
    public var downloadConcurrency: Int
    /// The most keys of one batch delete.
    public var maxBatchDelete: Int
    /// The most entries of one page.
    public var maxPageSize: Int
    /// The checksums that the service compares on writes; empty without the feature `checksums`.
    public var checksumAlgorithms: Set<ChecksumAlgorithm>

    /// Makes capabilities; the limits default to "none".
    ///
    /// - Parameter features: What the driver can do.
    public init(_ features: Features) {
        self.features = features
        maxKeyBytes = Key.maxBytes
        maxObjectSize = .max
        maxPutSize = .max
        multipartThreshold = .max
        partSize = 8 << 20
        minPartSize = 1
        maxPartSize = .max
        maxParts = 10_000
        partConcurrency = 8
        downloadThreshold = .max
        downloadPartSize = 8 << 20
        downloadConcurrency = 8
        maxBatchDelete = 1000
        maxPageSize = 1000
        checksumAlgorithms = []
    }
}
