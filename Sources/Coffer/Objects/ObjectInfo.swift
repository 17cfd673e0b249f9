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
    /// The storage class, where the service has several and says which, for instance `GLACIER`; S3 does not say
    /// `STANDARD` but in listings.
    public var storageClass: String?
    /// What few objects have: behind one reference, for listings hold very many records.
    private var box: Box<RareObjectInfo>?

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
        if let checksum { box = Box(RareObjectInfo(checksum: checksum)) }
    }
}

/// What few objects have, or few services tell.
package struct RareObjectInfo: Sendable, Hashable {
    package var checksum: Checksum?
    package var encryption: ObjectEncryption?
    package var retention: Retention?
    package var legalHold: Bool?
    package var restore: RestoreStatus?
    package var tagCount: Int?

    /// Makes a record.
    package init(checksum: Checksum? = nil) { self.checksum = checksum }

    /// Whether nothing is known.
    package var isEmpty: Bool {
        checksum == nil && encryption == nil && retention == nil && legalHold == nil && restore == nil
            && tagCount == nil
    }
}

extension ObjectInfo {
    /// What few objects have; nil for nothing.
    package var rare: RareObjectInfo? {
        get { box?.value }
        set { box = newValue.flatMap { $0.isEmpty ? nil : Box($0) } }
    }

    /// A checksum of the contents, where one is known: what the service stored with the object, or what a write sent.
    public var checksum: Checksum? {
        get { box?.value.checksum }
        set { change { $0.checksum = newValue } }
    }

    /// How the object is encrypted, where the service says so. Listings do not.
    public var encryption: ObjectEncryption? {
        get { box?.value.encryption }
        set { change { $0.encryption = newValue } }
    }

    /// How long the object must not be deleted, where it is locked and the service says so. Listings do not.
    public var retention: Retention? {
        get { box?.value.retention }
        set { change { $0.retention = newValue } }
    }

    /// Whether the object must not be deleted until further notice, where the service says so. Listings do not.
    public var legalHold: Bool? {
        get { box?.value.legalHold }
        set { change { $0.legalHold = newValue } }
    }

    /// Whether an archived object can be read; nil if nobody asked for it to be restored. Listings do not say.
    public var restore: RestoreStatus? {
        get { box?.value.restore }
        set { change { $0.restore = newValue } }
    }

    /// How many tags the object has; nil if it has none, or the service does not say. Listings do not.
    public var tagCount: Int? {
        get { box?.value.tagCount }
        set { change { $0.tagCount = newValue } }
    }

    private mutating func change(_ body: (inout RareObjectInfo) -> Void) {
        var value = rare ?? RareObjectInfo()
        body(&value)
        rare = value
    }
}
