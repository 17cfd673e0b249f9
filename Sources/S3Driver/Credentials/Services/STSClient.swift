import Coffer
import HTTPTransport

/// The role that is to be taken, and for how long.
struct RoleRequest: Sendable, Hashable {
    /// The role's ARN.
    var arn: String
    /// How the session is called in the records of the account; nil for a name of our own.
    var sessionName: String?
    /// What the role's owner wants to see of a third party.
    var externalID: String?
    /// How long the credentials are good for, in seconds: 900 to 43,200; nil for STS's hour.
    var seconds: Int64?

    /// The name of the session, as STS takes it: letters, digits and `+=,.@_-`.
    func session(at time: Timestamp) -> String { sessionName ?? "coffer-\(time.seconds)" }
}

/// Asks AWS's Security Token Service, or a server that speaks its protocol, for the credentials of a role.
///
/// Source: AWS Security Token Service API reference, version 2011-06-15.
struct STSClient: Sendable {
    let services: CredentialServices
    /// Where it is.
    let url: ServiceURL
    /// The region that requests are signed for.
    let region: String

    /// Finds the service: as configured, else that of the region, else the global one.
    ///
    /// - Parameters:
    ///   - services: What requests go through.
    ///   - context: Environment and profile.
    ///   - region: The region; nil for that of environment and profile.
    ///   - endpoint: The service's URL; nil for what environment and profile say.
    /// - Throws: `invalidConfiguration` if an endpoint is no URL.
    init(
        _ services: CredentialServices, _ context: AWSContext, region: String? = nil, endpoint: String? = nil
    ) throws(StoreError) {
        self.services = services
        let found = (region ?? context.region).flatMap { $0 == "auto" || $0 == "aws-global" ? nil : $0 }
        self.region = found ?? "us-east-1"
        if let endpoint {
            guard let url = ServiceURL(endpoint) else {
                throw StoreError(
                    .invalidConfiguration,
                    "option 'sts_endpoint': the value is not a URL of the form http[s]://host[:port][/path]")
            }
            self.url = url
        } else {
            let configured = try context.serviceURL("sts", host: "sts", region: self.region)
            let isGlobal = found == nil && context.endpoint("sts") == nil
            url = isGlobal ? ServiceURL(awsHost: "sts.amazonaws.com") : configured
        }
    }

    /// Takes a role with credentials.
    ///
    /// - Parameters:
    ///   - role: The role.
    ///   - credentials: What the request is signed with.
    /// - Throws: `unauthenticated` if STS refuses; what the transport throws.
    func assume(_ role: RoleRequest, with credentials: Credentials) async throws(StoreError) -> Credentials {
        var form = form("AssumeRole", role)
        if let externalID = role.externalID { form.append(("ExternalId", externalID)) }
        return try await post(form, role, signedWith: credentials)
    }

    /// Takes a role with the token of an identity provider; the request is not signed.
    ///
    /// - Parameters:
    ///   - role: The role.
    ///   - token: The token.
    /// - Throws: `unauthenticated` if STS refuses; what the transport throws.
    func assume(_ role: RoleRequest, webIdentity token: String) async throws(StoreError) -> Credentials {
        try await post(form("AssumeRoleWithWebIdentity", role) + [("WebIdentityToken", token)], role, signedWith: nil)
    }

    private func form(_ action: String, _ role: RoleRequest) -> [(name: String, value: String)] {
        var form = [
            ("Action", action), ("Version", "2011-06-15"), ("RoleArn", role.arn),
            ("RoleSessionName", role.session(at: services.now())),
        ]
        if let seconds = role.seconds { form.append(("DurationSeconds", String(seconds))) }
        return form
    }

    private func post(
        _ form: [(name: String, value: String)], _ role: RoleRequest, signedWith credentials: Credentials?
    ) async throws(StoreError) -> Credentials {
        let body = Chunk(form.map { $0.name + "=" + PercentEncoding.encode($0.value) }.joined(separator: "&"))
        var request = HTTPRequest(
            .post, url.origin, target: url.path + "/",
            headers: [("content-type", "application/x-www-form-urlencoded; charset=utf-8")], body: Payload(body))
        if let credentials {
            let digest = try body.withUnsafeBytes { bytes throws(StoreError) in try SHA256.hash(bytes) }
            let signer = Signer(credentials: credentials, region: region, service: "sts")
            try signer.sign(&request, payload: .sha256(digest), at: services.now())
        }
        let answer = try await services.send(request, isLocal: false, attempts: 3)
        let secrets = form.filter { $0.name == "WebIdentityToken" || $0.name == "ExternalId" }.map(\.value)
        return try read(answer, role, secrets)
    }

    /// Reads the answer.
    private func read(
        _ answer: CredentialServices.Answer, _ role: RoleRequest, _ secrets: [String]
    ) throws(StoreError) -> Credentials {
        switch parse(answer.body) {
        case .failure(let error)?:
            throw refusal(answer.status, error.code, error.message, error.requestID, role, secrets)
        case .document(let document)?:
            guard answer.status == 200, document.code == nil else {
                throw refusal(answer.status, document.code, document.message, document.requestID, role, secrets)
            }
            guard !document.accessKeyID.isEmpty, !document.secretAccessKey.isEmpty, !document.sessionToken.isEmpty
            else {
                throw StoreError(
                    .invalidResponse, "STS at \(url.description) gave no credentials for \(role.arn)",
                    isRetryable: true)
            }
            return Credentials(
                accessKeyID: document.accessKeyID, secretAccessKey: document.secretAccessKey,
                sessionToken: document.sessionToken, expiration: document.expiration)
        case nil:
            guard answer.status == 200 else { throw refusal(answer.status, nil, nil, nil, role, secrets) }
            throw StoreError(
                .invalidResponse, "STS at \(url.description) gave an answer that makes no sense", isRetryable: true)
        }
    }

    private func parse(_ body: [UInt8]) -> XMLAnswer<AssumeRoleDocument>? {
        do throws(XMLError) {
            return try Chunk(body).withUnsafeBytes { bytes throws(XMLError) in
                try XMLReader<AssumeRoleDocument>.read(bytes)
            }
        } catch {
            return nil
        }
    }

    private func refusal(
        _ status: Int, _ code: String?, _ message: String?, _ requestID: String?, _ role: RoleRequest,
        _ secrets: [String]
    ) -> StoreError {
        let isPassing = status >= 500 || status == 429 || code == "Throttling" || code == "ThrottlingException"
        let words = message.map { ": " + Redaction.hide(secrets, in: $0) } ?? ""
        return StoreError(
            isPassing ? .rateLimited : .unauthenticated,
            "STS at \(url.description) refused the role \(role.arn) with \(code ?? "status \(status)")\(words); "
                + "check the role's trust policy and the credentials or the token that it is taken with",
            isRetryable: isPassing, httpStatus: status, serviceCode: code, requestID: requestID)
    }
}
