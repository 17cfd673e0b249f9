/// What a store knows of an object.
public struct ObjectInfo: Sendable, Hashable {
    /// The object's key.
    public var key: Key
    /// Its size in bytes: of the whole object, also where a range was read.
    public var size: Int64
    /// The name of its contents; nil where the service gave none.
    public var etag: ETag?
    /// When it was last written; nil where the service gave no time.
    public var lastModified: Timestamp?
    /// The headers and the user's pairs. Listings leave it empty.
    public var metadata: ObjectMetadata
    /// The version, on stores that keep versions.
    public var version: String?
    /// The storage class, where the service has several, for instance `STANDARD`.
    public var storageClass: String?

    /// Makes a record.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - size: Its size in bytes.
    ///   - etag: The name of its contents.
    ///   - lastModified: When it was last written.
    ///   - metadata: The headers and the user's pairs.
    ///   - version: The version.
    ///   - storageClass: The storage class.
    public init(
        key: Key, size: Int64, etag: ETag? = nil, lastModified: Timestamp? = nil,
        metadata: ObjectMetadata = ObjectMetadata(), version: String? = nil, storageClass: String? = nil
    ) {
        self.key = key
        self.size = size
        self.etag = etag
        self.lastModified = lastModified
        self.metadata = metadata
        self.version = version
        self.storageClass = storageClass
    }
}
