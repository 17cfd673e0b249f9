/// How to delete an object.
public struct DeleteOptions: Sendable, Hashable {
    /// Delete only if the object has this ETag; else `preconditionFailed` (also if there is no object).
    public var ifMatch: ETag?
    /// The version to delete; nil for the current one.
    public var version: String?

    /// Makes options; everything is optional.
    ///
    /// - Parameters:
    ///   - ifMatch: Delete only if the object has this ETag.
    ///   - version: The version to delete.
    public init(ifMatch: ETag? = nil, version: String? = nil) {
        self.ifMatch = ifMatch
        self.version = version
    }

    var isDefault: Bool { ifMatch == nil && version == nil }
}

/// What became of one key of a batch delete.
public struct DeleteOutcome: Sendable {
    /// The key.
    public let key: Key
    /// Why it could not be deleted; nil if it is gone (also if it was not there).
    public let error: StoreError?

    /// Makes an outcome.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - error: Why it could not be deleted.
    public init(key: Key, error: StoreError? = nil) {
        self.key = key
        self.error = error
    }
}
