/// How long new objects cannot be deleted if the writer does not say. Source: `ObjectLockConfiguration`, S3 API reference.
///
/// It needs a bucket that was made with ``BucketCreation/hasObjectLock``, on most services.
public struct BucketObjectLock: BucketConfiguration, S3Mapped {
    /// `Enabled`; it cannot be taken back.
    public var status: S3Status? = .enabled
    /// What becomes of new objects; nil for nothing.
    public var retention: DefaultRetention?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameter retention: What becomes of new objects; nil for nothing.
    public init(_ retention: DefaultRetention?) { self.retention = retention }

    /// Objects can be locked, and none is if nobody says so.
    public init() {}

    /// The subresource `object-lock`.
    public static let subresource = BucketSubresource(
        "object-lock", root: "ObjectLockConfiguration",
        absent: ["ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration"], canBeDeleted: false)
    /// Objects can be locked, and none is if nobody says so.
    public static var inactive: BucketObjectLock? { BucketObjectLock() }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("ObjectLockEnabled", &status)
        xml.group("Rule") { $0.child("DefaultRetention", &retention) }
    }

    /// How new objects are locked: for days or for years.
    public struct DefaultRetention: S3Mapped {
        /// Who can override it.
        public var mode: Mode?
        /// For so many days.
        public var days: Int?
        /// For so many years.
        public var years: Int?
        /// Days and years of a hold that an event ends.
        public var eventHold: EventHold?
        /// Elements that this version does not know.
        public var unknown = UnknownElements()

        /// Makes a retention: one of the two times.
        ///
        /// - Parameters:
        ///   - mode: Who can override it.
        ///   - days: For so many days.
        ///   - years: For so many years.
        public init(_ mode: Mode, days: Int? = nil, years: Int? = nil) {
            self.mode = mode
            self.days = days
            self.years = years
        }

        /// What a retention is read into.
        public init() {}

        /// The elements.
        public mutating func map(_ xml: inout S3Mapping) {
            xml.child("Mode", &mode)
            xml.child("Days", &days)
            xml.child("Years", &years)
            xml.child("DefaultEventHold", &eventHold)
        }
    }

    /// How long a hold lasts after the event that ends it.
    public struct EventHold: S3Mapped {
        /// So many days.
        public var days: Int?
        /// So many years.
        public var years: Int?
        /// Elements that this version does not know.
        public var unknown = UnknownElements()

        /// What a hold is read into.
        public init() {}

        /// The elements.
        public mutating func map(_ xml: inout S3Mapping) {
            xml.child("Days", &days)
            xml.child("Years", &years)
        }
    }

    /// Who can override a retention.
    public struct Mode: S3Token {
        /// The word.
        public let rawValue: String
        /// Makes a word.
        ///
        /// - Parameter rawValue: As the service spells it.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Whoever has the permission for it.
        public static let governance: Mode = "GOVERNANCE"
        /// Nobody.
        public static let compliance: Mode = "COMPLIANCE"
    }
}
