import Coffer

/// Asks one source after the other; the first that has something counts.
public struct CredentialChain: CredentialProvider {
    /// `chain`.
    public let name = "chain"
    private let providers: [any CredentialProvider]

    /// Makes a chain.
    ///
    /// - Parameter providers: The sources, in order.
    public init(_ providers: [any CredentialProvider]) { self.providers = providers }

    /// The chain of every store that is not told otherwise: what its configuration gives, the environment, web identity,
    /// the profile, the container, the instance.
    ///
    /// - Parameters:
    ///   - credentials: What the configuration gives, if anything.
    ///   - profile: The profile's name; nil for that of `AWS_PROFILE`, or `default`. If it is named here, the environment's
    ///     keys and web identity do not count.
    ///   - environment: The variables; nil for those of the process.
    public static func standard(
        _ credentials: Credentials? = nil, profile: String? = nil, environment: [String: String]? = nil
    ) -> CredentialChain {
        let setup = CredentialSetup(profile: profile, environment: environment)
        return CredentialChain(
            [StaticCredentials(credentials)] + CredentialSource.chain(setup).map { $0.provider(setup) })
    }

    /// Asks the sources in order.
    ///
    /// - Throws: `unauthenticated` if none has anything, with the reason of each; what a source throws, with its name.
    public func resolve() async throws(StoreError) -> CredentialResolution { try await trace().0 }

    /// Asks the sources in order, and notes what each had.
    func trace() async throws(StoreError) -> (CredentialResolution, CredentialReport) {
        var passed: [CredentialReport.Passed] = []
        for provider in providers {
            let resolution: CredentialResolution
            do throws(StoreError) {
                resolution = try await provider.resolve()
            } catch {
                throw error.ofSource(provider.name, passed)
            }
            guard case .nothing(let reason) = resolution else {
                return (resolution, provider.report(resolution, passed: passed))
            }
            passed.append(.init(source: provider.name, reason: reason))
        }
        throw StoreError(
            .unauthenticated,
            "no credentials were found (\(CredentialReport.list(passed))); give access_key_id and secret_access_key, set "
                + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, write a profile, or ask for anonymous access")
    }
}

/// The sources of the standard chain.
enum CredentialSource: String, Sendable, CaseIterable {
    case environment
    case webIdentity = "web_identity"
    case profile
    case container
    case instance

    /// The sources in AWS's order. Who names a profile wants no keys of the environment.
    static func chain(_ setup: CredentialSetup) -> [CredentialSource] {
        setup.profile == nil ? allCases : [.profile, .container, .instance]
    }

    /// The source.
    func provider(_ setup: CredentialSetup) -> any CredentialProvider {
        switch self {
        case .environment: EnvironmentCredentials { setup.variables }
        case .webIdentity: WebIdentityCredentials(setup: setup)
        case .profile: ProfileCredentials(setup)
        case .container: ContainerCredentials(setup: setup)
        case .instance: InstanceCredentials(setup: setup)
        }
    }
}

extension StoreError {
    /// A copy that says which source of credentials failed and what was asked before.
    func ofSource(_ name: String, _ passed: [CredentialReport.Passed]) -> StoreError {
        if code == .cancelled { return self }
        let before = passed.isEmpty ? "" : " (before: \(CredentialReport.list(passed)))"
        return StoreError(
            code, "credentials of \(name): \(message)\(before)", operation: operation, key: key, driver: driver,
            isRetryable: isRetryable, httpStatus: httpStatus, serviceCode: serviceCode, requestID: requestID,
            retryAfter: retryAfter, underlying: underlying, attempts: attempts)
    }
}
