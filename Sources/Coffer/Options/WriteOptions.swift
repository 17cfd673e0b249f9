/// What has to be true of the present object for a write to happen.
public enum WriteCondition: Sendable, Hashable {
    /// Nothing: an object that is there is replaced.
    case none
    /// There is no object: create only, else `alreadyExists`. Source: RFC 9110, section 13.1.2 (`If-None-Match: *`).
    case absent
    /// The object has this ETag: compare and swap, else `preconditionFailed` (also if there is no object).
    case matches(ETag)

    /// Compares the present object with the condition: for drivers that have to do it themselves.
    ///
    /// - Parameters:
    ///   - exists: Whether there is an object.
    ///   - etag: Its ETag.
    /// - Throws: `alreadyExists` or `preconditionFailed`.
    public func check(exists: Bool, etag: ETag?) throws(StoreError) {
        switch self {
        case .none: return
        case .absent:
            if exists {
                throw StoreError(.alreadyExists, "an object is there already, and the write was to create only")
            }
        case .matches(let wanted):
            if !exists {
                throw StoreError(
                    .preconditionFailed, "there is no object, and the write was to replace \(wanted.quoted)")
            }
            if wanted.value != "*" && wanted != etag {
                throw StoreError(
                    .preconditionFailed,
                    "the object's ETag is \(etag?.quoted ?? "unknown"), not \(wanted.quoted); read it again and retry")
            }
        }
    }
}

/// How to write an object.
public struct WriteOptions: Sendable, Hashable {
    /// What is stored beside the bytes.
    public var metadata: ObjectMetadata
    /// What has to be true of the present object.
    public var condition: WriteCondition
    /// The size of parts in bytes, where the driver uploads in parts; nil for the driver's choice. Grown where the
    /// object would need more parts than the driver allows.
    public var partSize: Int64?
    /// How many parts are sent at the same time; nil for the driver's choice.
    public var concurrency: Int?
    /// Told how many bytes have been stored so far; called on any thread, in order, at least once at the end.
    public var progress: Progress?
    /// The checksum that is sent with the bytes, compared and kept by the service; nil for what the driver is set up
    /// to do.
    public var checksum: WriteChecksum?
    /// Who may read the object; nil for the service's own default.
    public var visibility: Visibility?
    /// What few writes ask for.
    private var box: Box<RareWriteOptions>?

    /// What few writes ask for; nil for nothing.
    package var rare: RareWriteOptions? {
        get { box?.value }
        set { box = RareWriteOptions.box(newValue) }
    }

    /// How the service shall encrypt the object; nil for what the driver is set up to ask for.
    public var encryption: ServerSideEncryption? {
        get { box?.value.encryption }
        set { change { $0.encryption = newValue } }
    }

    /// The storage class, in the service's words, for instance `STANDARD_IA`; nil for what the driver is set up to ask
    /// for, or the service's own.
    public var storageClass: String? {
        get { box?.value.storageClass }
        set { change { $0.storageClass = newValue } }
    }

    /// The object's tags: at most 10, see ``TagRules``. They can be changed later without the object being written.
    public var tags: [String: String] {
        get { box?.value.tags ?? [:] }
        set { change { $0.tags = newValue.isEmpty ? nil : newValue } }
    }

    /// How long the object must not be deleted or replaced.
    public var retention: Retention? {
        get { box?.value.retention }
        set { change { $0.retention = newValue } }
    }

    /// Whether the object must not be deleted or replaced until further notice; nil for what the bucket is set up to do.
    public var legalHold: Bool? {
        get { box?.value.legalHold }
        set { change { $0.legalHold = newValue } }
    }

    private mutating func change(_ body: (inout RareWriteOptions) -> Void) {
        var value = rare ?? RareWriteOptions()
        body(&value)
        rare = value
    }

    /// Makes options; everything is optional.
    ///
    /// - Parameters:
    ///   - metadata: What is stored beside the bytes.
    ///   - condition: What has to be true of the present object.
    ///   - partSize: The size of parts in bytes.
    ///   - concurrency: How many parts are sent at the same time, at least 1.
    ///   - progress: Told how many bytes have been stored.
    ///   - checksum: The checksum that is sent with the bytes.
    ///   - encryption: How the service shall encrypt the object.
    ///   - storageClass: The storage class.
    ///   - tags: The object's tags.
    ///   - retention: How long the object must not be deleted.
    ///   - legalHold: Whether the object must not be deleted until further notice.
    ///   - visibility: Who may read the object.
    public init(
        metadata: ObjectMetadata = ObjectMetadata(), condition: WriteCondition = .none, partSize: Int64? = nil,
        concurrency: Int? = nil, progress: Progress? = nil, checksum: WriteChecksum? = nil,
        encryption: ServerSideEncryption? = nil, storageClass: String? = nil, tags: [String: String] = [:],
        retention: Retention? = nil, legalHold: Bool? = nil, visibility: Visibility? = nil
    ) {
        self.metadata = metadata
        self.condition = condition
        self.partSize = partSize
        self.concurrency = concurrency
        self.progress = progress
        self.checksum = checksum
        self.visibility = visibility
        if encryption != nil || storageClass != nil || !tags.isEmpty || retention != nil || legalHold != nil {
            box = Box(
                RareWriteOptions(
                    encryption: encryption, storageClass: storageClass, tags: tags.isEmpty ? nil : tags,
                    retention: retention, legalHold: legalHold))
        }
    }

    /// Whether nothing is set that a driver could refuse.
    var isPlain: Bool {
        metadata.isEmpty && condition == .none && partSize == nil && concurrency == nil && checksum == nil && box == nil
            && visibility == nil
    }
}

/// A listener for the progress of a transfer.
public struct Progress: Sendable, Hashable {
    private final class Listener: Sendable {
        let call: @Sendable (Int64) -> Void
        init(_ call: @escaping @Sendable (Int64) -> Void) { self.call = call }
    }
    private let listener: Listener

    /// Makes a listener.
    ///
    /// - Parameter call: Gets the number of bytes transferred so far.
    public init(_ call: @escaping @Sendable (Int64) -> Void) { listener = Listener(call) }

    /// Tells the listener.
    ///
    /// - Parameter bytes: The number of bytes transferred so far.
    public func report(_ bytes: Int64) { listener.call(bytes) }

    /// Whether both are the same listener.
    public static func == (a: Progress, b: Progress) -> Bool { a.listener === b.listener }

    /// Hashes the listener's identity.
    ///
    /// - Parameter hasher: What takes it.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(listener)) }
}
