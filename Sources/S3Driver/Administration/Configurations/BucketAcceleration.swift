/// Whether a bucket can be reached through the edge of AWS's network. Source: `AccelerateConfiguration`, S3 API reference.
///
/// A store then uses it with the option `accelerate`.
public struct BucketAcceleration: BucketConfiguration, S3Mapped {
    /// `enabled` or `suspended`; nil where it never was on.
    public var status: S3Status?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameter status: `enabled` or `suspended`.
    public init(_ status: S3Status?) { self.status = status }

    /// That of a bucket without acceleration.
    public init() {}

    /// The subresource `accelerate`.
    public static let subresource = BucketSubresource(
        "accelerate", root: "AccelerateConfiguration", canBeDeleted: false)
    /// What was on can only be suspended.
    public static var inactive: BucketAcceleration? { BucketAcceleration(.suspended) }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) { xml.child("Status", &status) }
}
