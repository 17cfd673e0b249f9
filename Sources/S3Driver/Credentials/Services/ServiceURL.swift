import HTTPTransport

/// The address of a service beside S3: origin, path and query.
struct ServiceURL: Sendable, Hashable {
    /// Where requests go to.
    let origin: HTTPOrigin
    /// The path without a slash at its end, as it stands in the URL; may be empty.
    let path: String
    /// The query with its `?`; may be empty.
    let query: String

    /// Reads `http[s]://host[:port][/path][?query]`.
    ///
    /// - Parameter text: The URL; anything after `#` makes it unreadable.
    init?(_ text: String) {
        let address = text.prefix { $0 != "?" }
        guard !text.utf8.contains(where: { $0 <= 32 || $0 == 35 || $0 == 127 }),
            case .custom(let origin, let path) = S3Endpoint(url: String(address))
        else { return nil }
        self.origin = origin
        self.path = path
        query = String(text.dropFirst(address.count))
    }

    /// Makes the address of an AWS service.
    ///
    /// - Parameter host: The host name.
    init(awsHost host: String) { self.init(HTTPOrigin(scheme: .https, host: host)) }

    /// Makes an address without path and query.
    init(_ origin: HTTPOrigin) {
        self.origin = origin
        path = ""
        query = ""
    }

    /// The address for messages, without the query, which may be secret.
    var description: String { "\(origin.scheme.rawValue)://\(origin.authority)\(path)" }
}
