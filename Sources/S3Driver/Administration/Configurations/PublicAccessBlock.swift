/// What may make a bucket or its objects public. Source: `PublicAccessBlockConfiguration`, S3 API reference.
public struct PublicAccessBlock: BucketConfiguration, S3Mapped {
    /// Whether new ACLs that would make something public are refused.
    public var blocksPublicACLs: Bool
    /// Whether ACLs that make something public have no effect.
    public var ignoresPublicACLs: Bool
    /// Whether new policies that would make something public are refused.
    public var blocksPublicPolicy: Bool
    /// Whether policies that make something public let only the owner's account and AWS's services in.
    public var restrictsPublicBuckets: Bool
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - blocksPublicACLs: Whether new ACLs that would make something public are refused.
    ///   - ignoresPublicACLs: Whether ACLs that make something public have no effect.
    ///   - blocksPublicPolicy: Whether new policies that would make something public are refused.
    ///   - restrictsPublicBuckets: Whether policies that make something public have no effect on the public.
    public init(
        blocksPublicACLs: Bool, ignoresPublicACLs: Bool, blocksPublicPolicy: Bool, restrictsPublicBuckets: Bool
    ) {
        self.blocksPublicACLs = blocksPublicACLs
        self.ignoresPublicACLs = ignoresPublicACLs
        self.blocksPublicPolicy = blocksPublicPolicy
        self.restrictsPublicBuckets = restrictsPublicBuckets
    }

    /// Nothing is blocked.
    public init() {
        self.init(
            blocksPublicACLs: false, ignoresPublicACLs: false, blocksPublicPolicy: false,
            restrictsPublicBuckets: false)
    }

    /// Everything is blocked.
    public static let everything = PublicAccessBlock(
        blocksPublicACLs: true, ignoresPublicACLs: true, blocksPublicPolicy: true, restrictsPublicBuckets: true)

    /// The subresource `publicAccessBlock`.
    public static let subresource: BucketSubresource = {
        var place = BucketSubresource(
            "publicAccessBlock", root: "PublicAccessBlockConfiguration",
            absent: ["NoSuchPublicAccessBlockConfiguration"])
        // Ceph 16 and 18.
        place.otherRoots = ["BlockPublicAccessBlockConfiguration"]
        return place
    }()

    /// The elements; one that is left out blocks nothing.
    public mutating func map(_ xml: inout S3Mapping) {
        for (name, field) in Self.fields {
            var value: Bool? = self[keyPath: field]
            xml.child(name, &value)
            self[keyPath: field] = value ?? false
        }
    }

    private static let fields: [(String, WritableKeyPath<PublicAccessBlock, Bool> & Sendable)] = [
        ("BlockPublicAcls", \.blocksPublicACLs), ("IgnorePublicAcls", \.ignoresPublicACLs),
        ("BlockPublicPolicy", \.blocksPublicPolicy), ("RestrictPublicBuckets", \.restrictsPublicBuckets),
    ]
}
