import Coffer

/// The credentials of a role for the token of an identity provider in a file: what a pod of Kubernetes has (IRSA).
///
/// `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME` say which. The file is read again for each
/// refresh: its writer rotates the token. Source: "Assume role credential provider", AWS SDKs and tools reference guide.
struct WebIdentityCredentials: CredentialProvider {
    let name = "web_identity"
    let setup: CredentialSetup
    /// Which role with which file; nil for what the environment says.
    var explicit: (role: RoleRequest, path: String)?

    func resolve() async throws(StoreError) -> CredentialResolution {
        let context = try await setup.context()
        let role: RoleRequest
        let path: String
        if let explicit {
            (role, path) = explicit
        } else {
            guard let file = context.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else {
                return .nothing(because: "AWS_WEB_IDENTITY_TOKEN_FILE is not set")
            }
            guard let arn = context.variable("AWS_ROLE_ARN") else {
                throw StoreError(
                    .invalidConfiguration, "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not; set both")
            }
            role = RoleRequest(arn: arn, sessionName: context.variable("AWS_ROLE_SESSION_NAME"))
            path = file
        }
        let found = try await Self.assume(role, path, setup, context)
        return .credentials(found.from("web_identity (role \(role.arn), token of \(path))"))
    }

    /// Reads the token and takes the role.
    static func assume(
        _ role: RoleRequest, _ path: String, _ setup: CredentialSetup, _ context: AWSContext
    ) async throws(StoreError) -> Credentials {
        let token = try await SmallFile.token(path)
        return try await setup.sts(context).assume(role, webIdentity: token)
    }
}
