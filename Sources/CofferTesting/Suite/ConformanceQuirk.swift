/// A known deviation of a service from the portable behaviour. A case does not skip it but asserts it, so that a service
/// that mends its ways is noticed.
public struct ConformanceQuirk: Sendable, Hashable, CustomStringConvertible {
    /// The name, for tables and configuration files.
    public let name: String

    /// Makes a quirk of its name; one that no case knows changes nothing.
    ///
    /// - Parameter name: The name.
    public init(_ name: String) { self.name = name }

    /// The name.
    public var description: String { name }

    /// The service cannot list open multipart uploads: the driver's `listUploads` throws.
    public static let noUploadListing = ConformanceQuirk("noUploadListing")
    /// Of several create-only or compare-and-swap writes at the same time more than one may win: the service compares
    /// and writes in two steps.
    public static let racyConditions = ConformanceQuirk("racyConditions")
    /// Some of the standard headers are not kept; what is kept is unchanged.
    public static let losesContentHeaders = ConformanceQuirk("losesContentHeaders")
    /// `_` in the names of user metadata comes back as `-`.
    public static let dashesMetadataNames = ConformanceQuirk("dashesMetadataNames")
    /// Listings are in some other order than that of the keys' bytes where keys are not ASCII.
    public static let ordersByScalars = ConformanceQuirk("ordersByScalars")
    /// Overwriting an object with the same bytes leaves the ETag as it is: it is a digest of the contents.
    public static let digestETags = ConformanceQuirk("digestETags")
    /// A presigned URL works for longer than it says.
    public static let ignoresPresignExpiry = ConformanceQuirk("ignoresPresignExpiry")
    /// The service takes headers of a presigned request that differ from the signed ones.
    public static let ignoresSignedHeaders = ConformanceQuirk("ignoresSignedHeaders")
    /// The service ignores `response-…` parameters in presigned URLs.
    public static let ignoresResponseOverrides = ConformanceQuirk("ignoresResponseOverrides")
    /// The service looks neither at the signature of a form for uploads nor at all of its policy.
    public static let ignoresPostPolicy = ConformanceQuirk("ignoresPostPolicy")
    /// The service asks nobody for credentials: private objects can be read by all.
    public static let readableByAll = ConformanceQuirk("readableByAll")
    /// A multipart upload can be completed with a part that was never uploaded, or replaced since.
    public static let lenientCompletion = ConformanceQuirk("lenientCompletion")
    /// A page of versions that ends with a key of special characters has no page after it: a listing that comes there fails.
    public static let losesVersionMarkers = ConformanceQuirk("losesVersionMarkers")
    /// Who replaces or deletes an object may have to wait until those who read it have come to its end.
    public static let writersWaitForReaders = ConformanceQuirk("writersWaitForReaders")
}
