import Coffer

/// The profile files of AWS's tools, `~/.aws/credentials` and `~/.aws/config`, with all that a profile can say:
/// keys, roles, web identity, SSO, a program.
///
/// `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` say where else they are, `AWS_PROFILE` which profile counts. The
/// files are read again whenever the provider is asked.
public struct ProfileCredentials: CredentialProvider {
    /// `profile`.
    public let name = "profile"
    private let setup: CredentialSetup

    /// Makes a provider.
    ///
    /// - Parameters:
    ///   - profile: The profile's name; nil for that of `AWS_PROFILE`, or `default`.
    ///   - environment: The variables; nil for those of the process, whenever it is asked.
    public init(profile: String? = nil, environment: [String: String]? = nil) {
        setup = CredentialSetup(profile: profile, environment: environment)
    }

    /// Makes a provider of a chain.
    init(_ setup: CredentialSetup) { self.setup = setup }

    /// Reads the files, and asks whom they name.
    ///
    /// - Throws: `invalidConfiguration` for a file that makes no sense, a profile that was named and is not there, or one
    ///   with a key and no secret; `unsupported` for `mfa_serial`; `unauthenticated` if whoever is asked refuses.
    public func resolve() async throws(StoreError) -> CredentialResolution {
        let context = try await setup.context()
        var planner = ProfilePlanner(context.files)
        let plan = try planner.plan(context.profile)
        if case .nothing(let reason) = plan {
            if context.isProfileNamed, context.files.section(context.profile) == nil {
                throw StoreError(
                    .invalidConfiguration, "there is no profile '\(context.profile)': \(reason); check its name")
            }
            return .nothing(because: reason)
        }
        let found = try await carryOut(plan, context)
        let place = "profile '\(context.profile)'"
        guard let detail = found.source, !detail.hasPrefix(place) else { return .credentials(found) }
        return .credentials(found.from("\(place), \(detail)"))
    }

    private func carryOut(_ plan: ProfilePlan, _ context: AWSContext) async throws(StoreError) -> Credentials {
        switch plan {
        case .keys(let credentials): return credentials
        case .role(let request, let source):
            let base = try await carryOut(source, context)
            let found = try await setup.sts(context).assume(request, with: base)
            return found.from("role \(request.arn), taken with \(base.source ?? "its source")")
        case .webIdentity(let request, let path):
            let found = try await WebIdentityCredentials.assume(request, path, setup, context)
            return found.from("role \(request.arn), token of \(path)")
        case .sso(let settings):
            let found = try await SSOCredentials(setup: setup, settings: settings, context: context).read()
            return found.from("SSO role \(settings.role) of account \(settings.account)")
        case .process(let command, let profile):
            let found = try await ProcessCredentials.read(command, profile: profile, variables: context.variables)
            return found.from("credential_process")
        case .named(let source): return try await named(source, context)
        case .nothing(let reason): throw StoreError(.unauthenticated, reason)
        }
    }

    private func named(_ source: ProfilePlan.Named, _ context: AWSContext) async throws(StoreError) -> Credentials {
        let provider: any CredentialProvider =
            switch source {
            case .environment: EnvironmentCredentials(context.variables)
            case .instance: InstanceCredentials(setup: setup)
            case .container: ContainerCredentials(setup: setup)
            }
        switch try await provider.resolve() {
        case .credentials(let found): return found
        case .anonymous: throw StoreError(.unauthenticated, "credential_source \(source.rawValue) has no credentials")
        case .nothing(let reason):
            throw StoreError(
                .unauthenticated,
                "profile '\(context.profile)' has credential_source \(source.rawValue), which has nothing: \(reason)")
        }
    }
}

extension ProfileCredentials: CustomStringConvertible, CustomReflectable {
    /// The profile's name: variables may be secret.
    public var description: String { "ProfileCredentials(\(setup.profile ?? "AWS_PROFILE"))" }

    /// The profile's name.
    public var customMirror: Mirror { Mirror(self, children: ["profile": setup.profile ?? "AWS_PROFILE"]) }
}
