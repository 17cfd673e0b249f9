import Coffer

/// What becomes of objects with time. Source: `LifecycleConfiguration`, S3 API reference.
public struct BucketLifecycle: BucketConfiguration, S3Mapped {
    /// The rules: up to 1,000.
    public var rules: [LifecycleRule]
    /// From which size on objects are moved, in rules that do not say; nil for the service's default.
    public var defaultMinimumSize: DefaultMinimumSize?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - rules: The rules.
    ///   - defaultMinimumSize: From which size on objects are moved, in rules that do not say.
    public init(_ rules: [LifecycleRule], defaultMinimumSize: DefaultMinimumSize? = nil) {
        self.rules = rules
        self.defaultMinimumSize = defaultMinimumSize
    }

    /// No rules: what a configuration is read into. It cannot be set; remove the configuration instead.
    public init() { self.init([]) }

    /// The subresource `lifecycle`.
    public static let subresource = BucketSubresource(
        "lifecycle", root: "LifecycleConfiguration", absent: ["NoSuchLifecycleConfiguration"])

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) { xml.children("Rule", &rules) }

    /// From which size on objects are moved to other classes of storage. Source: S3 user guide, "Lifecycle transitions".
    public struct DefaultMinimumSize: S3Token {
        /// The word.
        public let rawValue: String
        /// Makes a word.
        ///
        /// - Parameter rawValue: As the service spells it.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// From 128 KiB on, to all classes.
        public static let all128K: DefaultMinimumSize = "all_storage_classes_128K"
        /// Any size to GLACIER and DEEP_ARCHIVE, from 128 KiB on to the others.
        public static let varies: DefaultMinimumSize = "varies_by_storage_class"
    }

    private static let header = "x-amz-transition-default-minimum-object-size"

    /// The default size goes in a header.
    public var headers: [(name: String, value: String)] {
        defaultMinimumSize.map { [(Self.header, $0.rawValue)] } ?? []
    }

    /// The default size comes in a header.
    public mutating func read(_ header: (String) -> String?) {
        defaultMinimumSize = header(Self.header).map { DefaultMinimumSize(rawValue: $0) }
    }
}

/// One rule of a lifecycle. At least one thing must become of the objects.
public struct LifecycleRule: S3Mapped {
    /// The name: up to 255 characters, each once; nil to have the service make one.
    public var id: String?
    /// Whether it is in force.
    public var status = S3Status.enabled
    /// Which objects; nil where an old rule has only ``legacyPrefix``.
    public var filter: LifecycleFilter?
    /// The beginning of the keys, as rules said it before there were filters; not together with a filter.
    public var legacyPrefix: String?
    /// When objects are deleted: of objects with versions, when they get a delete marker.
    public var expiration: LifecycleExpiration?
    /// When objects move to other classes of storage.
    public var transitions: [LifecycleTransition] = []
    /// When versions that are no longer current are deleted for good.
    public var noncurrentExpiration: NoncurrentExpiration?
    /// When versions that are no longer current move to other classes of storage.
    public var noncurrentTransitions: [NoncurrentTransition] = []
    /// After how many days an upload that was begun and not completed is aborted.
    public var abortIncompleteUploadsAfterDays: Int?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a rule that is in force and does nothing yet.
    ///
    /// - Parameters:
    ///   - id: The name.
    ///   - filter: Which objects; all without more.
    public init(_ id: String?, filter: LifecycleFilter = LifecycleFilter()) {
        self.id = id
        self.filter = filter
    }

    /// What a rule is read into.
    public init() {}

    /// Which objects, whichever way the rule says it: an empty prefix is none.
    public var objects: LifecycleFilter {
        var objects = filter ?? LifecycleFilter(prefix: legacyPrefix)
        if objects.prefix == "" { objects.prefix = nil }
        return objects
    }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("Expiration", &expiration)
        xml.child("ID", &id)
        xml.child("Prefix", &legacyPrefix)
        xml.child("Filter", &filter)
        xml.child("Status", &status)
        xml.children("Transition", &transitions)
        xml.children("NoncurrentVersionTransition", &noncurrentTransitions)
        xml.child("NoncurrentVersionExpiration", &noncurrentExpiration)
        xml.group("AbortIncompleteMultipartUpload") {
            $0.child("DaysAfterInitiation", &abortIncompleteUploadsAfterDays)
        }
    }
}

/// Which objects a rule is about: those of which everything that is given is true. Nothing given: all objects.
public struct LifecycleFilter: S3Mapped {
    /// The beginning of the key.
    public var prefix: String?
    /// Tags that the object has, all of them.
    public var tags: [S3Tag]
    /// It is larger than this, in bytes.
    public var largerThan: Int64?
    /// It is smaller than this, in bytes.
    public var smallerThan: Int64?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a filter; everything is optional.
    ///
    /// - Parameters:
    ///   - prefix: The beginning of the key.
    ///   - tags: Tags that the object has, all of them.
    ///   - largerThan: It is larger than this, in bytes.
    ///   - smallerThan: It is smaller than this, in bytes.
    public init(prefix: String? = nil, tags: [S3Tag] = [], largerThan: Int64? = nil, smallerThan: Int64? = nil) {
        self.prefix = prefix
        self.tags = tags
        self.largerThan = largerThan
        self.smallerThan = smallerThan
    }

    /// All objects.
    public init() { self.init(prefix: nil) }

    /// One condition stands alone, several stand in `And`.
    public mutating func map(_ xml: inout S3Mapping) {
        let count = (prefix == nil ? 0 : 1) + tags.count + (largerThan == nil ? 0 : 1) + (smallerThan == nil ? 0 : 1)
        let isCombined = count > 1 || xml.hasUnknown(in: "And")
        if xml.isReading || !isCombined { conditions(&xml) }
        if xml.isReading || isCombined { xml.group("And") { conditions(&$0) } }
    }

    private mutating func conditions(_ xml: inout S3Mapping) {
        xml.child("Prefix", &prefix)
        xml.children("Tag", &tags)
        xml.child("ObjectSizeGreaterThan", &largerThan)
        xml.child("ObjectSizeLessThan", &smallerThan)
    }
}
