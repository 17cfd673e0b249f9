import Coffer
import HTTPTransport

/// The credentials of a container: of ECS, of EKS pod identity, or of any service in its place.
///
/// Source: "Container credential provider", AWS SDKs and tools reference guide.
struct ContainerCredentials: CredentialProvider {
    let name = "container"
    let setup: CredentialSetup

    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"

    func resolve() async throws(StoreError) -> CredentialResolution {
        let context = try await setup.context()
        guard let url = try address(context) else {
            return .nothing(because: "neither \(Self.relative) nor \(Self.full) is set")
        }
        var headers = [(name: "accept", value: "application/json")]
        let token = try await authorization(context)
        if let token { headers.append(("authorization", token)) }
        let target = (url.path.isEmpty ? "/" : url.path) + url.query
        let answer = try await setup.services.send(
            HTTPRequest(.get, url.origin, target: target, headers: headers), isLocal: true, attempts: 3)
        guard answer.status == 200 else {
            throw StoreError(
                .unauthenticated,
                "the container's credential service at \(url.description) answered with status \(answer.status)"
                    + Self.words(answer, hiding: token) + "; check the task role or the pod's service account",
                isRetryable: answer.status >= 500 || answer.status == 429, httpStatus: answer.status)
        }
        let found = try MetadataDocument.credentials(answer.body, of: "the container's credential service")
        return .credentials(found.from("container (\(url.description))"))
    }

    /// Where to ask; nil if nothing is set.
    private func address(_ context: AWSContext) throws(StoreError) -> ServiceURL? {
        if let path = context.variable(Self.relative) {
            guard path.hasPrefix("/"), let url = ServiceURL("http://" + ContainerHost.ecs + path) else {
                throw StoreError(.invalidConfiguration, "\(Self.relative) is not a path; it must begin with a slash")
            }
            return url
        }
        guard let text = context.variable(Self.full) else { return nil }
        guard let url = ServiceURL(text) else {
            throw StoreError(
                .invalidConfiguration, "\(Self.full) is not a URL of the form http[s]://host[:port][/path]")
        }
        guard url.origin.scheme == .https || ContainerHost.isTrusted(url.origin.host) else {
            throw StoreError(
                .invalidConfiguration,
                "\(Self.full) names the host '\(url.origin.host)', which must not be asked without encryption; use https, "
                    + "a loopback address, \(ContainerHost.known.joined(separator: " or "))")
        }
        return url
    }

    /// The value of `Authorization`; read again each time, the file is rotated.
    private func authorization(_ context: AWSContext) async throws(StoreError) -> String? {
        let value: String
        if let path = context.variable(Self.token + "_FILE") {
            value = try await SmallFile.token(path)
        } else if let own = context.variable(Self.token) {
            value = own
        } else {
            return nil
        }
        guard value.utf8.allSatisfy({ (32...126).contains($0) }) else {
            throw StoreError(
                .invalidConfiguration, "the container's authorization token cannot be the value of a header")
        }
        return value
    }

    /// What the service says of its refusal.
    private static func words(_ answer: CredentialServices.Answer, hiding token: String?) -> String {
        guard let json = try? JSONParser.parse(answer.body),
            let message = json["message"]?.text ?? json["Message"]?.text
        else { return "" }
        return ": " + Redaction.hide(token.map { [$0] } ?? [], in: message)
    }
}

/// Which hosts may be asked for a container's credentials without encryption.
enum ContainerHost {
    /// The address of ECS.
    static let ecs = "169.254.170.2"
    /// The addresses of ECS and EKS.
    static let known = [ecs, "169.254.170.23", "[fd00:ec2::23]"]

    /// Whether the host is the machine itself or a known address. No name but `localhost` is resolved for this.
    ///
    /// - Parameter host: A name or an address, without brackets.
    static func isTrusted(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" || host == "0:0:0:0:0:0:0:1" { return true }
        if host == ecs || host == "169.254.170.23" || host.lowercased() == "fd00:ec2::23" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
