/// Whether a bucket keeps the versions of its objects. Source: `VersioningConfiguration`, S3 API reference.
public struct BucketVersioning: BucketConfiguration, S3Mapped {
    /// `enabled` or `suspended`; nil where it never was on.
    public var status: S3Status?
    /// Whether deleting versions and changing the versioning needs a second factor; nil where that was never set. To
    /// change it, give the code to ``S3Bucket/set(_:mfa:)``.
    public var mfaDelete: S3Status?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - status: `enabled` or `suspended`.
    ///   - mfaDelete: Whether deleting versions needs a second factor.
    public init(_ status: S3Status?, mfaDelete: S3Status? = nil) {
        self.status = status
        self.mfaDelete = mfaDelete
    }

    /// That of a bucket without versioning.
    public init() { self.init(nil) }

    /// The subresource `versioning`.
    public static let subresource = BucketSubresource(
        "versioning", root: "VersioningConfiguration", canBeDeleted: false)
    /// What was on can only be suspended.
    public static var inactive: BucketVersioning? { BucketVersioning(.suspended) }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("MfaDelete", &mfaDelete)
        xml.child("Status", &status)
    }
}
