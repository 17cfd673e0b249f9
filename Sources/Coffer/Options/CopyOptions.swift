/// How to copy or move an object.
///
/// On the server, what is not replaced is kept: metadata, tags, storage class and encryption (with the same key of the key
/// management service, or the source's customer's key). Through this process, as between stores, metadata and tags are.
/// Locks are never copied.
public struct CopyOptions: Sendable, Hashable {
    /// Metadata for the copy; nil keeps that of the source.
    public var metadata: ObjectMetadata?
    /// What has to be true of the object at the target.
    public var condition: WriteCondition
    /// Copy only if the source has this ETag; else `preconditionFailed`.
    public var ifSourceMatch: ETag?
    /// The version of the source; nil for the current one.
    public var sourceVersion: String?
    /// The size of parts in bytes, where the object is copied in parts; nil for the driver's choice. An object that is
    /// larger is copied in parts even where one request would do.
    public var partSize: Int64?
    /// How many parts are copied at the same time; nil for the driver's choice.
    public var concurrency: Int?
    /// Told how many bytes have been copied so far; called on any thread, one call at a time, at least once at the end.
    public var progress: Progress?
    /// The key that the source was encrypted with, if that was the caller's own; nil for the one that the driver is set
    /// up with, or none.
    public var sourceCustomerKey: CustomerKey?
    /// The kind of checksum that the service shall compute of the copy; nil for the service's choice.
    public var checksum: ChecksumAlgorithm?
    /// What few copies ask for.
    private var box: Box<RareWriteOptions>?

    /// Makes options; everything is optional.
    ///
    /// - Parameters:
    ///   - metadata: Metadata for the copy.
    ///   - condition: What has to be true of the object at the target.
    ///   - ifSourceMatch: Copy only if the source has this ETag.
    ///   - sourceVersion: The version of the source.
    ///   - partSize: The size of parts in bytes.
    ///   - concurrency: How many parts are copied at the same time, at least 1.
    ///   - progress: Told how many bytes have been copied.
    ///   - sourceCustomerKey: The key that the source was encrypted with.
    ///   - checksum: The kind of checksum of the copy.
    ///   - encryption: How the service shall encrypt the copy.
    ///   - storageClass: The storage class of the copy.
    ///   - tags: The tags of the copy.
    ///   - retention: How long the copy must not be deleted.
    ///   - legalHold: Whether the copy must not be deleted until further notice.
    public init(
        metadata: ObjectMetadata? = nil, condition: WriteCondition = .none, ifSourceMatch: ETag? = nil,
        sourceVersion: String? = nil, partSize: Int64? = nil, concurrency: Int? = nil, progress: Progress? = nil,
        sourceCustomerKey: CustomerKey? = nil, checksum: ChecksumAlgorithm? = nil,
        encryption: ServerSideEncryption? = nil, storageClass: String? = nil, tags: [String: String]? = nil,
        retention: Retention? = nil, legalHold: Bool? = nil
    ) {
        self.metadata = metadata
        self.condition = condition
        self.ifSourceMatch = ifSourceMatch
        self.sourceVersion = sourceVersion
        self.partSize = partSize
        self.concurrency = concurrency
        self.progress = progress
        self.sourceCustomerKey = sourceCustomerKey
        self.checksum = checksum
        box = RareWriteOptions.box(
            RareWriteOptions(
                encryption: encryption, storageClass: storageClass, tags: tags, retention: retention,
                legalHold: legalHold))
    }
}

extension CopyOptions {
    /// What few copies ask for; nil for nothing.
    package var rare: RareWriteOptions? {
        get { box?.value }
        set { box = RareWriteOptions.box(newValue) }
    }

    /// How the service shall encrypt the copy; nil for what the driver is set up to ask for, or as the source is.
    public var encryption: ServerSideEncryption? {
        get { box?.value.encryption }
        set { change { $0.encryption = newValue } }
    }

    /// The storage class of the copy; nil for what the driver is set up to ask for, or that of the source.
    public var storageClass: String? {
        get { box?.value.storageClass }
        set { change { $0.storageClass = newValue } }
    }

    /// The tags of the copy, see ``TagRules``; nil keeps those of the source.
    public var tags: [String: String]? {
        get { box?.value.tags }
        set { change { $0.tags = newValue } }
    }

    /// How long the copy must not be deleted or replaced.
    public var retention: Retention? {
        get { box?.value.retention }
        set { change { $0.retention = newValue } }
    }

    /// Whether the copy must not be deleted or replaced until further notice.
    public var legalHold: Bool? {
        get { box?.value.legalHold }
        set { change { $0.legalHold = newValue } }
    }

    private mutating func change(_ body: (inout RareWriteOptions) -> Void) {
        var value = rare ?? RareWriteOptions()
        body(&value)
        rare = value
    }

    /// Whether the copy differs from its source in anything but its key.
    var replacesSomething: Bool { metadata != nil || box != nil || checksum != nil }
}
