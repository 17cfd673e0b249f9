/// The requests that can be presigned.
public enum PresignMethod: String, Sendable, Hashable, CaseIterable {
    /// Reading.
    case get = "GET"
    /// Writing a whole object.
    case put = "PUT"
    /// Asking for metadata.
    case head = "HEAD"
    /// Deleting.
    case delete = "DELETE"
}

/// What a presigned URL shall allow.
public struct PresignOptions: Sendable, Hashable {
    /// The request.
    public var method: PresignMethod
    /// How long the URL is good for: 1 second to 7 days. Source: S3 API reference, "Query string authentication".
    public var expiresIn: Duration
    /// Headers that the user of the URL must send exactly so, for instance `content-type`.
    public var headers: [String: String]
    /// Query parameters that become part of the URL, for instance `response-content-disposition`.
    public var query: [String: String]
    /// When the URL begins to be valid; nil for now.
    public var date: Timestamp?
    /// What the object that is written with the URL shall have: metadata, encryption, storage class, tags, lock. They
    /// become headers that the user of the URL must send. Only with ``PresignMethod/put``; nil for nothing but what the
    /// store is set up to ask for.
    public var write: WriteOptions?
    /// The key that the object was encrypted with, if that was the caller's own: the user of the URL must send it.
    public var customerKey: CustomerKey?

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
    public init(
        method: PresignMethod = .get, expiresIn: Duration = .seconds(900), headers: [String: String] = [:],
        query: [String: String] = [:], date: Timestamp? = nil, write: WriteOptions? = nil,
        customerKey: CustomerKey? = nil
    ) {
        self.method = method
        self.expiresIn = expiresIn
        self.headers = headers
        self.query = query
        self.date = date
        self.write = write
        self.customerKey = customerKey
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
    /// When it expires.
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
