/// Which pages of other origins a browser lets use the bucket. Source: `CORSConfiguration`, S3 API reference.
public struct BucketCORS: BucketConfiguration, S3Mapped {
    /// The rules: up to 100; the first that fits counts.
    public var rules: [CORSRule]
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameter rules: The rules.
    public init(_ rules: [CORSRule]) { self.rules = rules }

    /// No rules: what a configuration is read into. It cannot be set; remove the configuration instead.
    public init() { rules = [] }

    /// The subresource `cors`.
    public static let subresource = BucketSubresource(
        "cors", root: "CORSConfiguration", absent: ["NoSuchCORSConfiguration"])

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) { xml.children("CORSRule", &rules) }
}

/// What pages of some origins may do.
public struct CORSRule: S3Mapped {
    /// The name: up to 255 characters.
    public var id: String?
    /// Headers that requests may have; `*` may stand for a part of one.
    public var allowedHeaders: [String] = []
    /// Methods: `GET`, `PUT`, `HEAD`, `POST`, `DELETE`.
    public var allowedMethods: [String]
    /// Origins, for instance `https://*.example.com`.
    public var allowedOrigins: [String]
    /// Headers of answers that pages may look at.
    public var exposedHeaders: [String] = []
    /// How long a browser may remember this, in seconds.
    public var maxAge: Int?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a rule.
    ///
    /// - Parameters:
    ///   - methods: Methods that are allowed.
    ///   - origins: Origins that are allowed.
    ///   - headers: Headers that requests may have.
    public init(_ methods: [String], from origins: [String], headers: [String] = []) {
        allowedMethods = methods
        allowedOrigins = origins
        allowedHeaders = headers
    }

    /// What a rule is read into.
    public init() { self.init([], from: []) }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("ID", &id)
        xml.children("AllowedHeader", &allowedHeaders)
        xml.children("AllowedMethod", &allowedMethods)
        xml.children("AllowedOrigin", &allowedOrigins)
        xml.children("ExposeHeader", &exposedHeaders)
        xml.child("MaxAgeSeconds", &maxAge)
    }
}
