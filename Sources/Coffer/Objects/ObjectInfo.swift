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
    /// What few objects have: behind one reference, for listings hold very many records.
    private var rare: RareInfo?

    /// A checksum of the contents, where one is known: what the service stored with the object, or what a write sent.
    public var checksum: Checksum? {
        get { rare?.checksum }
        set { rare = newValue.map { RareInfo(checksum: $0) } }
    }

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
    ///   - checksum: A checksum of the contents.
    public init(
        key: Key, size: Int64, etag: ETag? = nil, lastModified: Timestamp? = nil,
        metadata: ObjectMetadata = ObjectMetadata(), version: String? = nil, storageClass: String? = nil,
        checksum: Checksum? = nil
    ) {
        self.key = key
        self.size = size
        self.etag = etag
        self.lastModified = lastModified
        self.metadata = metadata
        self.version = version
        self.storageClass = storageClass
        if let checksum { rare = RareInfo(checksum: checksum) }
    }
}

/// The rare fields of an object's record; compared by value.
private final class RareInfo: Sendable, Hashable {
    let checksum: Checksum

    init(checksum: Checksum) { self.checksum = checksum }

    static func == (a: RareInfo, b: RareInfo) -> Bool { a === b || a.checksum == b.checksum }

    func hash(into hasher: inout Hasher) { hasher.combine(checksum) }
}
