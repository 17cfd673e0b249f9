/// How a bucket answers browsers at its website endpoint. Source: `WebsiteConfiguration`, S3 API reference.
public struct BucketWebsite: BucketConfiguration, S3Mapped {
    /// The key of the page that is shown for errors.
    public var errorPage: String?
    /// What is appended to a key that ends with a slash, for instance `index.html`.
    public var indexSuffix: String?
    /// Where all requests are sent instead.
    public var redirection: Redirection?
    /// Exceptions, in order.
    public var routes: [WebsiteRoute] = []
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// A website.
    ///
    /// - Parameters:
    ///   - index: What is appended to a key that ends with a slash.
    ///   - errorPage: The key of the page that is shown for errors.
    ///   - routes: Exceptions.
    public init(index: String, errorPage: String? = nil, routes: [WebsiteRoute] = []) {
        indexSuffix = index
        self.errorPage = errorPage
        self.routes = routes
    }

    /// A redirection of everything.
    ///
    /// - Parameters:
    ///   - host: The host's name.
    ///   - scheme: `http` or `https`; nil for that of the request.
    public init(redirectingTo host: String, scheme: String? = nil) {
        redirection = Redirection(host: host, scheme: scheme)
    }

    /// What a configuration is read into.
    public init() {}

    /// The subresource `website`.
    public static let subresource = BucketSubresource(
        "website", root: "WebsiteConfiguration", absent: ["NoSuchWebsiteConfiguration"])

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.group("ErrorDocument") { $0.child("Key", &errorPage) }
        xml.group("IndexDocument") { $0.child("Suffix", &indexSuffix) }
        xml.child("RedirectAllRequestsTo", &redirection)
        xml.group("RoutingRules") { $0.children("RoutingRule", &routes) }
    }

    /// Where all requests are sent.
    public struct Redirection: S3Mapped {
        /// The host's name.
        public var host: String
        /// `http` or `https`; nil for that of the request.
        public var scheme: String?
        /// Elements that this version does not know.
        public var unknown = UnknownElements()

        /// Makes a redirection.
        ///
        /// - Parameters:
        ///   - host: The host's name.
        ///   - scheme: `http` or `https`.
        public init(host: String, scheme: String? = nil) {
            self.host = host
            self.scheme = scheme
        }

        /// What a redirection is read into.
        public init() { self.init(host: "") }

        /// The elements.
        public mutating func map(_ xml: inout S3Mapping) {
            xml.child("HostName", &host)
            xml.child("Protocol", &scheme)
        }
    }
}

/// What is answered to some requests instead of the object.
public struct WebsiteRoute: S3Mapped {
    /// Only if the answer would have this status, for instance `404`.
    public var ifStatus: String?
    /// Only if the key begins with this.
    public var ifPrefix: String?
    /// The host that the request is sent to; nil for the same.
    public var host: String?
    /// The status of the redirection, for instance `301`.
    public var status: String?
    /// `http` or `https`; nil for that of the request.
    public var scheme: String?
    /// What takes the place of ``ifPrefix``.
    public var replacementPrefix: String?
    /// What takes the place of the whole key.
    public var replacementKey: String?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a route that does nothing yet.
    ///
    /// - Parameters:
    ///   - ifPrefix: Only if the key begins with this.
    ///   - ifStatus: Only if the answer would have this status.
    public init(ifPrefix: String? = nil, ifStatus: String? = nil) {
        self.ifPrefix = ifPrefix
        self.ifStatus = ifStatus
    }

    /// What a route is read into.
    public init() { self.init(ifPrefix: nil) }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.group("Condition") {
            $0.child("HttpErrorCodeReturnedEquals", &ifStatus)
            $0.child("KeyPrefixEquals", &ifPrefix)
        }
        xml.group("Redirect", isKept: true) {
            $0.child("HostName", &host)
            $0.child("HttpRedirectCode", &status)
            $0.child("Protocol", &scheme)
            $0.child("ReplaceKeyPrefixWith", &replacementPrefix)
            $0.child("ReplaceKeyWith", &replacementKey)
        }
    }
}
