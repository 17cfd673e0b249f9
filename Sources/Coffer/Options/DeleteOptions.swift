/// How to delete an object.
public struct DeleteOptions: Sendable, Hashable {
    /// Delete only if the object has this ETag; else `preconditionFailed` (also if there is no object).
    public var ifMatch: ETag?
    /// The version to delete; nil for the current one.
    public var version: String?
    /// The code of a second factor, where one is needed to delete a version.
    public var mfa: MFACode?
    /// Whether the version is deleted although it is retained in governance mode; needs a special permission.
    public var bypassesGovernance: Bool

    /// Makes options; everything is optional.
    ///
    /// - Parameters:
    ///   - ifMatch: Delete only if the object has this ETag.
    ///   - version: The version to delete.
    ///   - mfa: The code of a second factor.
    ///   - bypassesGovernance: Whether a retention in governance mode does not count.
    public init(
        ifMatch: ETag? = nil, version: String? = nil, mfa: MFACode? = nil, bypassesGovernance: Bool = false
    ) {
        self.ifMatch = ifMatch
        self.version = version
        self.mfa = mfa
        self.bypassesGovernance = bypassesGovernance
    }
}

/// What became of one key of a batch delete.
public struct DeleteOutcome: Sendable {
    /// The key.
    public let key: Key
    /// The version, where one was named.
    public let version: String?
    /// Why it could not be deleted; nil if it is gone (also if it was not there).
    public let error: StoreError?

    /// Makes an outcome.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - version: The version, where one was named.
    ///   - error: Why it could not be deleted.
    public init(key: Key, version: String? = nil, error: StoreError? = nil) {
        self.key = key
        self.version = version
        self.error = error
    }
}
