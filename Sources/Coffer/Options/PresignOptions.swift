/// The requests that can be presigned.
public enum PresignMethod: Sendable, Hashable {
    /// Reading.
    case get
    /// Writing a whole object.
    case put
    /// Asking for metadata.
    case head
    /// Deleting.
    case delete
    /// Starting an upload in parts; the answer names it.
    case createUpload
    /// Uploading one part of an upload. Its number is 1 to ``Capabilities/maxParts``; the answer's `ETag` is needed to
    /// complete the upload.
    case uploadPart(upload: String, number: Int)
    /// Completing an upload; the body is the list of its parts, as S3 has it in CompleteMultipartUpload.
    case completeUpload(upload: String)
    /// Aborting an upload.
    case abortUpload(upload: String)

    /// Makes one of its name, in letters of any case: GET, PUT, HEAD or DELETE; nil for another.
    ///
    /// - Parameter name: The name.
    public init?(_ name: String) {
        switch name.uppercased() {
        case "GET": self = .get
        case "PUT": self = .put
        case "HEAD": self = .head
        case "DELETE": self = .delete
        default: return nil
        }
    }

    /// Whether this is a step of an upload in parts.
    public var isUploadStep: Bool {
        switch self {
        case .get, .put, .head, .delete: false
        case .createUpload, .uploadPart, .completeUpload, .abortUpload: true
        }
    }
}

/// Headers of the answer to a presigned read that are to be others than the object's own.
///
/// Source: S3 API reference, "GetObject", "Overriding response header values".
public struct ResponseOverrides: Sendable, Hashable {
    /// The media type.
    public var contentType: String?
    /// How a browser shows it, for instance `attachment; filename="report.pdf"`.
    public var contentDisposition: String?
    /// How it is compressed.
    public var contentEncoding: String?
    /// Its language.
    public var contentLanguage: String?
    /// Whether and how long it may be cached.
    public var cacheControl: String?
    /// When it is outdated.
    public var expires: Timestamp?

    /// Makes overrides; nothing is other than the object's own unless it is given.
    ///
    /// - Parameters:
    ///   - contentType: The media type.
    ///   - contentDisposition: How a browser shows it.
    ///   - contentEncoding: How it is compressed.
    ///   - contentLanguage: Its language.
    ///   - cacheControl: Whether and how long it may be cached.
    ///   - expires: When it is outdated.
    public init(
        contentType: String? = nil, contentDisposition: String? = nil, contentEncoding: String? = nil,
        contentLanguage: String? = nil, cacheControl: String? = nil, expires: Timestamp? = nil
    ) {
        self.contentType = contentType
        self.contentDisposition = contentDisposition
        self.contentEncoding = contentEncoding
        self.contentLanguage = contentLanguage
        self.cacheControl = cacheControl
        self.expires = expires
    }

    /// Whether nothing is overridden.
    public var isEmpty: Bool { self == ResponseOverrides() }
}

/// What a presigned URL shall allow.
public struct PresignOptions: Sendable, Hashable {
    /// The request.
    public var method: PresignMethod
    /// How long the URL is good for: 1 second to 7 days. Source: S3 API reference, "Query string authentication".
    public var expiresIn: Duration
    /// Headers that the user of the URL must send exactly so, for instance `content-type`.
    public var headers: [String: String]
    /// Query parameters that become part of the URL, beside those that the other options make.
    public var query: [String: String]
    /// When the URL begins to be valid; nil for now.
    public var date: Timestamp?
    /// What the object that is written with the URL shall have: metadata, encryption, storage class, tags, lock. They
    /// become headers that the user of the URL must send. Only with ``PresignMethod/put``; nil for nothing but what the
    /// store is set up to ask for.
    public var write: WriteOptions?
    /// The key that the object was encrypted with, if that was the caller's own: the user of the URL must send it.
    public var customerKey: CustomerKey?
    /// Which version is read, asked for or deleted; needs the feature `versions`. nil for the newest.
    public var version: String?
    /// What the answer to a GET or HEAD says instead of what is stored.
    public var overrides: ResponseOverrides

    /// Makes options.
    ///
    /// - Parameters:
    ///   - method: The request.
    ///   - expiresIn: How long the URL is good for.
    ///   - headers: Headers that the user of the URL must send.
    ///   - query: Further query parameters.
    ///   - date: When the URL begins to be valid.
    ///   - write: What the object that is written shall have.
    ///   - customerKey: The key that the object was encrypted with.
    ///   - version: Which version is read, asked for or deleted.
    ///   - overrides: What the answer says instead of what is stored.
    public init(
        method: PresignMethod = .get, expiresIn: Duration = .seconds(900), headers: [String: String] = [:],
        query: [String: String] = [:], date: Timestamp? = nil, write: WriteOptions? = nil,
        customerKey: CustomerKey? = nil, version: String? = nil, overrides: ResponseOverrides = ResponseOverrides()
    ) {
        self.method = method
        self.expiresIn = expiresIn
        self.headers = headers
        self.query = query
        self.date = date
        self.write = write
        self.customerKey = customerKey
        self.version = version
        self.overrides = overrides
    }
}

/// A request that anyone may make until it expires.
public struct PresignedRequest: Sendable, Hashable {
    /// The HTTP method.
    public var method: String
    /// The URL; as good as a password until it expires.
    public var url: String
    /// Headers that must be sent exactly so; where a customer's key is needed, it is among them.
    public var headers: [String: String]
    /// When it expires: as was asked for, or earlier with the credentials that it is signed with.
    public var expires: Timestamp

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - url: The URL.
    ///   - headers: Headers that must be sent.
    ///   - expires: When it expires.
    public init(method: String, url: String, headers: [String: String], expires: Timestamp) {
        self.method = method
        self.url = url
        self.headers = headers
        self.expires = expires
    }
}

extension PresignedRequest: CustomStringConvertible, CustomReflectable {
    /// Method, expiry and the names of the headers; neither the URL nor a header's value, for both may be secrets.
    public var description: String {
        let names = headers.keys.sorted().joined(separator: ", ")
        return "PresignedRequest(\(method), expires \(expires.iso8601), headers: [\(names)])"
    }

    /// Only the description: reflection would show secrets.
    public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}
