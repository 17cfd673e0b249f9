/// Who owns the objects that others write into a bucket. Source: `OwnershipControls`, S3 API reference.
public struct OwnershipControls: BucketConfiguration, S3Mapped {
    /// The rules: one, today.
    public var rules: [OwnershipRule]
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration of one rule.
    ///
    /// - Parameter ownership: Who owns the objects.
    public init(_ ownership: ObjectOwnership) { rules = [OwnershipRule(ownership)] }

    /// No rules: what a configuration is read into.
    public init() { rules = [] }

    /// The subresource `ownershipControls`.
    public static let subresource = BucketSubresource(
        "ownershipControls", root: "OwnershipControls", absent: ["OwnershipControlsNotFoundError"])

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) { xml.children("Rule", &rules) }
}

/// One rule of who owns objects.
public struct OwnershipRule: S3Mapped {
    /// Who owns the objects.
    public var ownership: ObjectOwnership
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a rule.
    ///
    /// - Parameter ownership: Who owns the objects.
    public init(_ ownership: ObjectOwnership) { self.ownership = ownership }

    /// What a rule is read into.
    public init() { self.init(.bucketOwnerEnforced) }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) { xml.child("ObjectOwnership", &ownership) }
}

/// Who owns the objects that others write into a bucket.
public struct ObjectOwnership: S3Token {
    /// The word.
    public let rawValue: String
    /// Makes a word.
    ///
    /// - Parameter rawValue: As the service spells it.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The bucket's owner; there are no ACLs.
    public static let bucketOwnerEnforced: ObjectOwnership = "BucketOwnerEnforced"
    /// The bucket's owner, if the writer says `bucket-owner-full-control`.
    public static let bucketOwnerPreferred: ObjectOwnership = "BucketOwnerPreferred"
    /// The writer.
    public static let objectWriter: ObjectOwnership = "ObjectWriter"
}
