/// How soon an archived object shall be readable. Source: S3 user guide, "Archive retrieval options".
public enum RestoreTier: String, Sendable, Hashable, CaseIterable {
    /// Minutes; the dearest, and not for the deep archive.
    case expedited = "Expedited"
    /// Hours.
    case standard = "Standard"
    /// Up to two days; the cheapest.
    case bulk = "Bulk"
}

/// Whether an archived object can be read.
public struct RestoreStatus: Sendable, Hashable {
    /// Whether a copy that can be read is being made.
    public var isOngoing: Bool
    /// Until when that copy stays; nil while it is being made.
    public var expires: Timestamp?

    /// Makes a status.
    ///
    /// - Parameters:
    ///   - isOngoing: Whether a copy is being made.
    ///   - expires: Until when it stays.
    public init(isOngoing: Bool, expires: Timestamp? = nil) {
        self.isOngoing = isOngoing
        self.expires = expires
    }
}
