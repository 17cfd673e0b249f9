import Coffer

/// When objects are deleted: one of the three.
public struct LifecycleExpiration: S3Mapped {
    /// So many days after they were written; at least 1.
    public var days: Int?
    /// At this time, a midnight in UTC.
    public var date: Timestamp?
    /// Whether delete markers are removed once they are all that is left of an object.
    public var removesExpiredDeleteMarkers: Bool?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes an expiration.
    ///
    /// - Parameters:
    ///   - days: So many days after they were written.
    ///   - date: At this time, a midnight in UTC.
    ///   - removesExpiredDeleteMarkers: Whether delete markers are removed once they are all that is left.
    public init(days: Int? = nil, date: Timestamp? = nil, removesExpiredDeleteMarkers: Bool? = nil) {
        self.days = days
        self.date = date
        self.removesExpiredDeleteMarkers = removesExpiredDeleteMarkers
    }

    /// What an expiration is read into.
    public init() { self.init(days: nil) }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("Date", &date)
        xml.child("Days", &days)
        xml.child("ExpiredObjectDeleteMarker", &removesExpiredDeleteMarkers)
    }
}

/// When objects move to another class of storage: after days or at a date.
public struct LifecycleTransition: S3Mapped {
    /// So many days after they were written.
    public var days: Int?
    /// At this time, a midnight in UTC.
    public var date: Timestamp?
    /// The class, for instance `GLACIER` or `STANDARD_IA`.
    public var storageClass: String?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a transition after days.
    ///
    /// - Parameters:
    ///   - storageClass: The class.
    ///   - days: So many days after they were written.
    public init(to storageClass: String, days: Int) {
        self.storageClass = storageClass
        self.days = days
    }

    /// Makes a transition at a date.
    ///
    /// - Parameters:
    ///   - storageClass: The class.
    ///   - date: At this time, a midnight in UTC.
    public init(to storageClass: String, date: Timestamp) {
        self.storageClass = storageClass
        self.date = date
    }

    /// What a transition is read into.
    public init() {}

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("Date", &date)
        xml.child("Days", &days)
        xml.child("StorageClass", &storageClass)
    }
}

/// When versions that are no longer current are deleted.
public struct NoncurrentExpiration: S3Mapped {
    /// So many days after they were replaced; at least 1.
    public var days: Int?
    /// How many of the newest among them are kept nevertheless: 1 to 100.
    public var keptVersions: Int?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes an expiration.
    ///
    /// - Parameters:
    ///   - days: So many days after they were replaced.
    ///   - keptVersions: How many of the newest among them are kept nevertheless.
    public init(days: Int?, keptVersions: Int? = nil) {
        self.days = days
        self.keptVersions = keptVersions
    }

    /// What an expiration is read into.
    public init() { self.init(days: nil) }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("NoncurrentDays", &days)
        xml.child("NewerNoncurrentVersions", &keptVersions)
    }
}

/// When versions that are no longer current move to another class of storage.
public struct NoncurrentTransition: S3Mapped {
    /// So many days after they were replaced.
    public var days: Int?
    /// The class, for instance `GLACIER`.
    public var storageClass: String?
    /// How many of the newest among them stay nevertheless: 1 to 100.
    public var keptVersions: Int?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a transition.
    ///
    /// - Parameters:
    ///   - storageClass: The class.
    ///   - days: So many days after they were replaced.
    ///   - keptVersions: How many of the newest among them stay nevertheless.
    public init(to storageClass: String, days: Int, keptVersions: Int? = nil) {
        self.storageClass = storageClass
        self.days = days
        self.keptVersions = keptVersions
    }

    /// What a transition is read into.
    public init() {}

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("NoncurrentDays", &days)
        xml.child("StorageClass", &storageClass)
        xml.child("NewerNoncurrentVersions", &keptVersions)
    }
}
