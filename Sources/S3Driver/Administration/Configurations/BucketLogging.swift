/// Where a service writes a log of each access to a bucket. Source: `BucketLoggingStatus`, S3 API reference.
public struct BucketLogging: BucketConfiguration, S3Mapped {
    /// Where the log goes; nil for no log.
    public var target: LoggingTarget?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - bucket: The bucket that gets the log, of the same region and account.
    ///   - prefix: What the keys of the log begin with.
    public init(to bucket: String, prefix: String) { target = LoggingTarget(bucket, prefix: prefix) }

    /// No log.
    public init() {}

    /// The subresource `logging`.
    public static let subresource = BucketSubresource("logging", root: "BucketLoggingStatus", canBeDeleted: false)
    /// No log.
    public static var inactive: BucketLogging? { BucketLogging() }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) { xml.child("LoggingEnabled", &target) }
}

/// Where the log of a bucket goes.
public struct LoggingTarget: S3Mapped {
    /// The bucket that gets the log.
    public var bucket: String
    /// Who else may use the log; only where the target bucket has ACLs.
    public var grants: [BucketGrant] = []
    /// What the keys of the log begin with.
    public var prefix: String
    /// What comes after the prefix in the keys; nil for the time and a random text.
    public var keyFormat: KeyFormat?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a target.
    ///
    /// - Parameters:
    ///   - bucket: The bucket that gets the log.
    ///   - prefix: What the keys of the log begin with.
    public init(_ bucket: String, prefix: String) {
        self.bucket = bucket
        self.prefix = prefix
    }

    /// What a target is read into.
    public init() { self.init("", prefix: "") }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("TargetBucket", &bucket)
        xml.group("TargetGrants") { $0.children("Grant", &grants) }
        xml.child("TargetPrefix", &prefix)
        xml.child("TargetObjectKeyFormat", &keyFormat)
    }

    /// How the keys of a log are made.
    public struct KeyFormat: S3Mapped {
        /// Whether the time and a random text follow the prefix.
        public var isSimple = false
        /// Whether account, region, bucket and day are parts of the key, and which day that is.
        public var partition: Partition?
        /// Elements that this version does not know.
        public var unknown = UnknownElements()

        /// The time and a random text.
        public static let simple: KeyFormat = {
            var format = KeyFormat()
            format.isSimple = true
            return format
        }()

        /// Account, region, bucket and day.
        ///
        /// - Parameter day: Which day: `EventTime` or `DeliveryTime`.
        public static func partitioned(by day: String) -> KeyFormat {
            var format = KeyFormat()
            format.partition = Partition()
            format.partition?.day = day
            return format
        }

        /// What a format is read into.
        public init() {}

        /// The elements.
        public mutating func map(_ xml: inout S3Mapping) {
            xml.presence("SimplePrefix", &isSimple)
            xml.child("PartitionedPrefix", &partition)
        }
    }

    /// Which day is a part of the keys.
    public struct Partition: S3Mapped {
        /// `EventTime` or `DeliveryTime`.
        public var day: String?
        /// Elements that this version does not know.
        public var unknown = UnknownElements()

        /// What a partition is read into.
        public init() {}

        /// The elements.
        public mutating func map(_ xml: inout S3Mapping) { xml.child("PartitionDateSource", &day) }
    }
}
