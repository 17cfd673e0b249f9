/// What is stored beside an object's bytes: the standard headers and the user's own pairs.
public struct ObjectMetadata: Sendable, Hashable {
    /// The media type, for instance `text/plain`. Source: RFC 9110, section 8.3.
    public var contentType: String?
    /// How a browser shall present it. Source: RFC 6266.
    public var contentDisposition: String?
    /// The coding of the stored bytes, for instance `gzip`; Coffer never decodes. Source: RFC 9110, section 8.4.
    public var contentEncoding: String?
    /// The natural language. Source: RFC 9110, section 8.5.
    public var contentLanguage: String?
    /// How long caches may keep it. Source: RFC 9111, section 5.2.
    public var cacheControl: String?
    /// The user's own pairs. Names are ASCII letters, digits and `-_.`, folded to lower case; values are any text
    /// without control characters. At most 2 KiB in all, as on S3.
    public var user: [String: String]

    /// Makes metadata; everything is optional.
    ///
    /// - Parameters:
    ///   - contentType: The media type.
    ///   - contentDisposition: How a browser shall present it.
    ///   - contentEncoding: The coding of the stored bytes.
    ///   - contentLanguage: The natural language.
    ///   - cacheControl: How long caches may keep it.
    ///   - user: The user's own pairs.
    public init(
        contentType: String? = nil, contentDisposition: String? = nil, contentEncoding: String? = nil,
        contentLanguage: String? = nil, cacheControl: String? = nil, user: [String: String] = [:]
    ) {
        self.contentType = contentType
        self.contentDisposition = contentDisposition
        self.contentEncoding = contentEncoding
        self.contentLanguage = contentLanguage
        self.cacheControl = cacheControl
        self.user = user
    }

    /// Whether nothing is set.
    public var isEmpty: Bool {
        contentType == nil && contentDisposition == nil && contentEncoding == nil && contentLanguage == nil
            && cacheControl == nil && user.isEmpty
    }
}
