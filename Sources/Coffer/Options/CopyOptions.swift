/// How to copy or move an object.
public struct CopyOptions: Sendable, Hashable {
    /// Metadata for the copy; nil keeps that of the source.
    public var metadata: ObjectMetadata?
    /// What has to be true of the object at the target.
    public var condition: WriteCondition
    /// Copy only if the source has this ETag; else `preconditionFailed`.
    public var ifSourceMatch: ETag?
    /// The version of the source; nil for the current one.
    public var sourceVersion: String?

    /// Makes options; everything is optional.
    ///
    /// - Parameters:
    ///   - metadata: Metadata for the copy.
    ///   - condition: What has to be true of the object at the target.
    ///   - ifSourceMatch: Copy only if the source has this ETag.
    ///   - sourceVersion: The version of the source.
    public init(
        metadata: ObjectMetadata? = nil, condition: WriteCondition = .none, ifSourceMatch: ETag? = nil,
        sourceVersion: String? = nil
    ) {
        self.metadata = metadata
        self.condition = condition
        self.ifSourceMatch = ifSourceMatch
        self.sourceVersion = sourceVersion
    }
}
