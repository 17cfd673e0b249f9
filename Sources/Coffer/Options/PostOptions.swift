/// Which key an upload by a form gets.
public enum PostKey: Sendable, Hashable {
    /// This one.
    case exactly(Key)
    /// One that begins so; who fills in the form chooses the rest. The form comes with the name of the file that is
    /// uploaded (`${filename}`, which the service fills in).
    case startingWith(String)
}

/// A field of an upload form.
///
/// Source: S3 API reference, "POST Object", "Form fields".
public enum PostField: Sendable, Hashable {
    /// ``ObjectMetadata/contentType``.
    case contentType
    /// ``ObjectMetadata/contentDisposition``.
    case contentDisposition
    /// ``ObjectMetadata/contentEncoding``.
    case contentEncoding
    /// ``ObjectMetadata/cacheControl``.
    case cacheControl
    /// When the object is outdated; an HTTP date.
    case expires
    /// A canned ACL.
    case acl
    /// The storage class.
    case storageClass
    /// One entry of ``ObjectMetadata/user``; the name without a prefix, in lower case.
    case metadata(String)
    /// A checksum of the file, in Base64, which the service compares.
    case checksum(ChecksumAlgorithm)
    /// Any other field that the service knows.
    case other(String)
}

/// What a field of an upload form must be.
public enum PostCondition: Sendable, Hashable {
    /// Exactly so; the field comes filled in.
    case exactly(String)
    /// Anything that begins so, `""` for anything at all; the field is left to who fills in the form.
    case startingWith(String)
}

/// What an upload form shall allow.
///
/// Every field that a browser sends must be among ``fields``; the service refuses a form with others.
public struct PostOptions: Sendable, Hashable {
    /// How long the form is good for: 1 second to 7 days.
    public var expiresIn: Duration
    /// When the form begins to be valid; nil for now.
    public var date: Timestamp?
    /// How large the file may be, in bytes; nil for what the service takes.
    public var size: ClosedRange<Int64>?
    /// The fields of the form and what they must be.
    public var fields: [PostField: PostCondition]
    /// What status a success has: 200, 201 (with XML that names the object) or 204; nil for the service's 204.
    public var successStatus: Int?
    /// Where the browser is sent after a success, with `bucket`, `key` and `etag` added; nil for nowhere.
    public var successRedirect: String?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - expiresIn: How long the form is good for.
    ///   - date: When it begins to be valid.
    ///   - size: How large the file may be, in bytes.
    ///   - fields: The fields of the form and what they must be.
    ///   - successStatus: What status a success has.
    ///   - successRedirect: Where the browser is sent after a success.
    public init(
        expiresIn: Duration = .seconds(900), date: Timestamp? = nil, size: ClosedRange<Int64>? = nil,
        fields: [PostField: PostCondition] = [:], successStatus: Int? = nil, successRedirect: String? = nil
    ) {
        self.expiresIn = expiresIn
        self.date = date
        self.size = size
        self.fields = fields
        self.successStatus = successStatus
        self.successRedirect = successRedirect
    }
}

/// A form by which anyone may upload a file, with a browser for instance, until it expires.
///
/// It is sent by POST as `multipart/form-data`: the ``fields`` in order, those that were left open filled in, and the
/// file last, as a field named `file`.
public struct PresignedPost: Sendable, Hashable {
    /// One field of the form.
    public struct Field: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: String

        /// Makes a field.
        ///
        /// - Parameters:
        ///   - name: Its name.
        ///   - value: Its value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where the form is sent to.
    public var url: String
    /// The fields that come filled in. As good as a password until the form expires.
    public var fields: [Field]
    /// When it expires: as was asked for, or earlier with the credentials that it is signed with.
    public var expires: Timestamp

    /// Makes a form.
    ///
    /// - Parameters:
    ///   - url: Where it is sent to.
    ///   - fields: The fields that come filled in.
    ///   - expires: When it expires.
    public init(url: String, fields: [Field], expires: Timestamp) {
        self.url = url
        self.fields = fields
        self.expires = expires
    }

    /// The value of a field; nil if it is not filled in.
    ///
    /// - Parameter name: The field's name.
    public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}
