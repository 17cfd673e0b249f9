/// What the option `server` sets beside what the server can do: where it is, and which region it wants.
///
/// Sources: Cloudflare R2, "S3 API compatibility"; Google Cloud Storage, "Interoperability"; DigitalOcean Spaces,
/// "S3 compatibility"; Backblaze B2, "S3-compatible API"; Wasabi, "Service URLs"; LocalStack, "S3".
struct ServerDefaults: Sendable, Hashable {
    /// The endpoint's URL, with `{region}` and `{account}` to be filled in; nil if everybody has one of his own.
    var endpoint: String?
    /// The region to sign for if none is given as an option: the service has no regions in that sense, so that the
    /// environment's does not count.
    var region: String?
    /// A host name's end that tells the server from its endpoint.
    var domain: String?

    /// The defaults by the names of ``ServerProfile/named``; those of AWS are not here.
    static let named: [String: ServerDefaults] = [
        "r2": ServerDefaults(
            endpoint: "https://{account}.r2.cloudflarestorage.com", region: "auto", domain: ".r2.cloudflarestorage.com"),
        "gcs": ServerDefaults(
            endpoint: "https://storage.googleapis.com", region: "auto", domain: "storage.googleapis.com"),
        "spaces": ServerDefaults(
            endpoint: "https://{region}.digitaloceanspaces.com", domain: ".digitaloceanspaces.com"),
        "b2": ServerDefaults(endpoint: "https://s3.{region}.backblazeb2.com", domain: ".backblazeb2.com"),
        "wasabi": ServerDefaults(endpoint: "https://s3.{region}.wasabisys.com", domain: ".wasabisys.com"),
        "localstack": ServerDefaults(endpoint: "http://localhost:4566"),
    ]

    /// The server whose endpoint has this host; nil if it is not known.
    ///
    /// - Parameter host: The endpoint's host.
    static func server(of host: String) -> String? {
        named.first { _, defaults in
            defaults.domain.map { host == $0 || host.hasSuffix($0.hasPrefix(".") ? $0 : "." + $0) } ?? false
        }?.key
    }
}
