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
    /// The size of parts in bytes, where the object is copied in parts; nil for the driver's choice. An object that is
    /// larger is copied in parts even where one request would do.
    public var partSize: Int64?
    /// How many parts are copied at the same time; nil for the driver's choice.
    public var concurrency: Int?
    /// Told how many bytes have been copied so far; called on any thread, one call at a time, at least once at the end.
    public var progress: Progress?

    /// Makes options; everything is optional.
    ///
    /// - Parameters:
    ///   - metadata: Metadata for the copy.
    ///   - condition: What has to be true of the object at the target.
    ///   - ifSourceMatch: Copy only if the source has this ETag.
    ///   - sourceVersion: The version of the source.
    ///   - partSize: The size of parts in bytes.
    ///   - concurrency: How many parts are copied at the same time, at least 1.
    ///   - progress: Told how many bytes have been copied.
    public init(
        metadata: ObjectMetadata? = nil, condition: WriteCondition = .none, ifSourceMatch: ETag? = nil,
        sourceVersion: String? = nil, partSize: Int64? = nil, concurrency: Int? = nil, progress: Progress? = nil
    ) {
        self.metadata = metadata
        self.condition = condition
        self.ifSourceMatch = ifSourceMatch
        self.sourceVersion = sourceVersion
        self.partSize = partSize
        self.concurrency = concurrency
        self.progress = progress
    }
}
