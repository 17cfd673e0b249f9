/// Who pays for requests and downloads. Source: `RequestPaymentConfiguration`, S3 API reference.
public struct BucketRequestPayment: BucketConfiguration, S3Mapped {
    /// Who pays: `BucketOwner` or `Requester`.
    public var payer: Payer
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameter payer: Who pays.
    public init(_ payer: Payer) { self.payer = payer }

    /// The owner pays.
    public init() { self.init(.bucketOwner) }

    /// The subresource `requestPayment`.
    public static let subresource = BucketSubresource(
        "requestPayment", root: "RequestPaymentConfiguration", canBeDeleted: false)
    /// The owner pays.
    public static var inactive: BucketRequestPayment? { BucketRequestPayment() }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) { xml.child("Payer", &payer) }

    /// Who pays.
    public struct Payer: S3Token {
        /// The word.
        public let rawValue: String
        /// Makes a word.
        ///
        /// - Parameter rawValue: As the service spells it.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The owner.
        public static let bucketOwner: Payer = "BucketOwner"
        /// Whoever asks; they have to say that they know.
        public static let requester: Payer = "Requester"
    }
}
