import Coffer

/// The credentials of a role, taken with those of another source.
struct AssumeRoleCredentials: CredentialProvider {
    let name = "role"
    let setup: CredentialSetup
    let role: RoleRequest
    /// Whose credentials the role is taken with.
    let base: any CredentialProvider

    func resolve() async throws(StoreError) -> CredentialResolution {
        guard case .credentials(let own) = try await base.resolve() else {
            throw StoreError(
                .unauthenticated, "there are no credentials to take the role \(role.arn) with; see the option role_arn")
        }
        let context = try await setup.context()
        let found = try await setup.sts(context).assume(role, with: own)
        return .credentials(found.from("role \(role.arn), taken with \(own.source ?? base.name)"))
    }
}
