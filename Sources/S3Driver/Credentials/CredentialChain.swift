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

    /// The chain of every store that is not told otherwise: what its configuration gives, the environment, the profile.
    ///
    /// - Parameters:
    ///   - credentials: What the configuration gives, if anything.
    ///   - profile: The profile's name; nil for that of `AWS_PROFILE`, or `default`.
    ///   - environment: The variables; nil for those of the process.
    public static func standard(
        _ credentials: Credentials? = nil, profile: String? = nil, environment: [String: String]? = nil
    ) -> CredentialChain {
        CredentialChain([
            StaticCredentials(credentials),
            environment.map { EnvironmentCredentials($0) } ?? EnvironmentCredentials(),
            ProfileCredentials(profile: profile, environment: environment),
        ])
    }

    /// Asks the sources in order.
    ///
    /// - Throws: `unauthenticated` if none has anything, with the reason of each; what a source throws.
    public func resolve() async throws(StoreError) -> CredentialResolution {
        var reasons: [String] = []
        for provider in providers {
            let resolution = try await provider.resolve()
            guard case .nothing(let reason) = resolution else { return resolution }
            reasons.append("\(provider.name): \(reason)")
        }
        throw StoreError(
            .unauthenticated,
            "no credentials were found (" + reasons.joined(separator: "; ")
                + "); give access_key_id and secret_access_key, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                + "write a profile, or ask for anonymous access")
    }
}
