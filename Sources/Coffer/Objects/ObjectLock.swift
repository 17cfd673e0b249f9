/// How long a version of an object must not be deleted or replaced. Source: S3 user guide, "Locking objects with Object
/// Lock".
public struct Retention: Sendable, Hashable {
    /// Who can shorten it.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Whoever has a special permission, and says so.
        case governance = "GOVERNANCE"
        /// Nobody, not even the account's owner.
        case compliance = "COMPLIANCE"
    }

    /// Who can shorten it.
    public var mode: Mode
    /// Until when it holds.
    public var until: Timestamp

    /// Makes a retention.
    ///
    /// - Parameters:
    ///   - mode: Who can shorten it.
    ///   - until: Until when it holds; must lie in the future when it is set.
    public init(_ mode: Mode, until: Timestamp) {
        self.mode = mode
        self.until = until
    }
}
