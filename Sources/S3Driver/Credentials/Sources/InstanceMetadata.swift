import Coffer
import HTTPTransport

/// The metadata service of an EC2 instance (IMDS), version 2; version 1 only where the token cannot be had and nobody
/// forbids it, as the AWS SDKs do it.
///
/// Source: "IMDS credential provider", AWS SDKs and tools reference guide; "Use IMDS", EC2 user guide.
struct InstanceMetadata: Sendable {
    /// How long a token is good for, in seconds: the longest that the service gives.
    private static let lifetime: Int64 = 21_600

    /// A session of the service.
    struct Session: Sendable {
        let url: ServiceURL
        /// The token; nil for version 1.
        let token: String?
        let attempts: Int
    }

    let services: CredentialServices

    /// Where the service is, or why it is not asked.
    static func address(_ context: AWSContext) throws(StoreError) -> Result<ServiceURL, NothingThere> {
        if context.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
            return .failure(NothingThere(reason: "AWS_EC2_METADATA_DISABLED is set"))
        }
        let endpoint = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
        if let text = context.setting(endpoint, "ec2_metadata_service_endpoint") {
            guard let url = ServiceURL(text) else {
                throw StoreError(.invalidConfiguration, "\(endpoint) is not a URL of the form http://host[:port]")
            }
            return .success(url)
        }
        switch context.setting(endpoint + "_MODE", "ec2_metadata_service_endpoint_mode")?.lowercased() {
        case nil, "ipv4": return .success(ServiceURL(local: "169.254.169.254"))
        case "ipv6": return .success(ServiceURL(local: "fd00:ec2::254"))
        default: throw StoreError(.invalidConfiguration, "\(endpoint)_MODE must be IPv4 or IPv6")
        }
    }

    /// Begins a session: asks for a token.
    ///
    /// - Returns: Why there is none, if the service is not there.
    /// - Throws: `unauthenticated` if it refuses.
    func session(_ context: AWSContext) async throws(StoreError) -> Result<Session, NothingThere> {
        let url: ServiceURL
        switch try Self.address(context) {
        case .success(let found): url = found
        case .failure(let nothing): return .failure(nothing)
        }
        let attempts =
            context.setting("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")
            .flatMap { Int($0) }.map { min(max($0, 1), 10) } ?? 1
        let mayUseVersion1 = !context.flag("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")
        let request = HTTPRequest(
            .put, url.origin, target: url.path + "/latest/api/token",
            headers: [("x-aws-ec2-metadata-token-ttl-seconds", String(Self.lifetime))])
        let answer: CredentialServices.Answer
        do throws(StoreError) {
            answer = try await services.send(request, isLocal: true, attempts: attempts)
        } catch {
            // The token's answer is lost where it may not travel far enough (a container, a hop limit of 1).
            if error.code == .timeout, mayUseVersion1 {
                return .success(Session(url: url, token: nil, attempts: attempts))
            }
            guard error.code == .timeout || error.code == .connectionFailed else { throw error }
            return .failure(NothingThere(reason: "no metadata service answers at \(url.description)"))
        }
        switch answer.status {
        case 200:
            let token = answer.text
            guard !token.isEmpty, token.utf8.allSatisfy({ (33...126).contains($0) }) else {
                throw StoreError(.invalidResponse, "the metadata service at \(url.description) gave no token")
            }
            return .success(Session(url: url, token: token, attempts: attempts))
        case 403, 404, 405:
            if mayUseVersion1 { return .success(Session(url: url, token: nil, attempts: attempts)) }
            return .failure(
                NothingThere(
                    reason: "the metadata service at \(url.description) gives no token (status \(answer.status)), and "
                        + "version 1 is turned off"))
        default:
            return .failure(
                NothingThere(
                    reason: "the metadata service at \(url.description) answered with status \(answer.status)"))
        }
    }

    /// Reads one item.
    ///
    /// - Parameters:
    ///   - path: Its path, for instance `/latest/meta-data/placement/region`.
    ///   - session: What ``session(_:)`` gave.
    func read(_ path: String, _ session: Session) async throws(StoreError) -> CredentialServices.Answer {
        var headers: [(name: String, value: String)] = []
        if let token = session.token { headers.append(("x-aws-ec2-metadata-token", token)) }
        return try await services.send(
            HTTPRequest(.get, session.url.origin, target: session.url.path + path, headers: headers), isLocal: true,
            attempts: session.attempts)
    }

    /// The region that the instance is in; nil if the service does not say.
    func region(_ context: AWSContext) async -> String? {
        do throws(StoreError) {
            guard case .success(let session) = try await session(context) else { return nil }
            let answer = try await read("/latest/meta-data/placement/region", session)
            let region = answer.text
            guard answer.status == 200, !region.isEmpty, region.utf8.count < 64,
                region.utf8.allSatisfy({ S3Settings.isRegionByte($0) })
            else { return nil }
            return region
        } catch {
            return nil
        }
    }

    /// The service is not there, or is not asked.
    struct NothingThere: Error, Hashable {
        let reason: String
    }
}

extension ServiceURL {
    /// Makes the address of a service of the machine.
    ///
    /// - Parameter host: Its address.
    init(local host: String) {
        self.init(HTTPOrigin(scheme: .http, host: host))
    }
}
