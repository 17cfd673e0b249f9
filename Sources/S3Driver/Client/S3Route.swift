import Coffer
import HTTPTransport

/// Where the requests of a bucket go to: all of it worked out once, when the store is opened or a region is learned.
final class S3Route: Sendable {
    /// The region that requests are signed for.
    let region: String
    /// The connection's other end; its authority is the `Host` header.
    let origin: HTTPOrigin
    /// What stands before `/key`: empty, or `/bucket` for path style.
    let pathPrefix: String

    /// The other end of requests about no bucket, and their path.
    private let serviceOrigin: HTTPOrigin
    private let servicePath: String

    /// What the service is called in signatures.
    let service: String

    /// Works out a route.
    ///
    /// - Parameters:
    ///   - place: Where the bucket is.
    ///   - region: The region.
    init(_ place: S3Place, region: String) {
        let server: HTTPOrigin
        let base: String
        switch place.endpoint {
        case .aws:
            server = HTTPOrigin(scheme: .https, host: place.awsHost(region))
            base = ""
        case .custom(let custom, let path):
            server = custom
            base = path
        }
        serviceOrigin = server
        servicePath = base + "/"
        switch place.bucket {
        case .accessPoint(let point):
            self.region = point.region
            service = point.service
            let custom: String? = if case .custom = place.endpoint { server.host } else { nil }
            origin = HTTPOrigin(scheme: server.scheme, host: place.host(point, below: custom), port: server.port)
            pathPrefix = base
        case .plain(let bucket):
            self.region = region
            service = "s3"
            let isVirtual =
                switch place.style {
                case .path: false
                // A name with dots matches no certificate.
                case .virtual: S3Route.isHostLabel(bucket) || server.scheme == .http
                case .auto: place.endpoint.isAWS && S3Route.isHostLabel(bucket)
                }
            origin =
                isVirtual
                ? HTTPOrigin(scheme: server.scheme, host: bucket + "." + server.host, port: server.port) : server
            pathPrefix = isVirtual ? base : base + "/" + PercentEncoding.encode(bucket)
        }
    }

    /// Whether a bucket's name can be one label of a host name (a dot would not match the certificate's wildcard).
    ///
    /// Source: S3 user guide, "General purpose bucket naming rules".
    static func isHostLabel(_ bucket: String) -> Bool {
        let bytes = bucket.utf8
        let isAlphanumeric: (UInt8) -> Bool = { (97...122).contains($0) || (48...57).contains($0) }
        guard (3...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last) && bytes.allSatisfy { isAlphanumeric($0) || $0 == 45 }
    }

    /// The connection's other end for a request.
    ///
    /// - Parameter resource: What the request is about.
    func origin(_ resource: S3Request.Resource) -> HTTPOrigin {
        if case .service = resource { return serviceOrigin }
        return origin
    }

    /// The path of a request, encoded once and not normalised: sent and signed as it is.
    ///
    /// - Parameter resource: What the request is about.
    func path(_ resource: S3Request.Resource) -> String {
        switch resource {
        case .service: return servicePath
        case .bucket: return pathPrefix.isEmpty ? "/" : pathPrefix
        case .object(let key):
            var key = key.string
            var prefix = pathPrefix
            return key.withUTF8 { keyBytes in
                prefix.withUTF8 { prefixBytes in
                    String(unsafeUninitializedCapacity: prefixBytes.count + 1 + keyBytes.count * 3) { target in
                        guard let start = target.baseAddress else { return 0 }
                        if let source = prefixBytes.baseAddress {
                            start.update(from: source, count: prefixBytes.count)
                        }
                        start[prefixBytes.count] = UInt8(ascii: "/")
                        let written = PercentEncoding.write(
                            UnsafeRawBufferPointer(keyBytes), .unreservedAndSlash, to: start + prefixBytes.count + 1)
                        return prefixBytes.count + 1 + written
                    }
                }
            }
        }
    }
}
