import Coffer
import HTTPTransport

/// What the sources of one chain are made of: profile, environment, ways to the services, and what options say of STS.
struct CredentialSetup: Sendable {
    /// The profile's name; nil for that of `AWS_PROFILE`, or `default`.
    let profile: String?
    /// The region for STS; nil for that of environment and profile.
    var region: String?
    /// The URL of STS; nil for what environment and profile say.
    var stsEndpoint: String?
    private let environment: @Sendable () -> [String: String]
    private let ways: Ways

    /// The transports: a store's own, or those that all sources without a store share.
    private enum Ways: Sendable {
        case own(CredentialServices)
        case shared
    }

    /// Makes a setup.
    ///
    /// - Parameters:
    ///   - profile: The profile's name.
    ///   - environment: The variables; nil for those of the process, whenever they are needed.
    ///   - services: The ways to the services; nil for those that all share.
    init(profile: String? = nil, environment: [String: String]? = nil, services: CredentialServices? = nil) {
        self.profile = profile
        if let environment {
            self.environment = { environment }
        } else {
            self.environment = { ProcessEnvironment.current() }
        }
        ways = services.map { .own($0) } ?? .shared
    }

    /// The ways to the services.
    var services: CredentialServices {
        switch ways {
        case .own(let services): services
        case .shared: CredentialServices.shared
        }
    }

    /// The variables as they are now.
    var variables: [String: String] { environment() }

    /// Reads environment and profile files.
    func context() async throws(StoreError) -> AWSContext {
        try await AWSContext.read(environment(), profile: profile)
    }

    /// The security token service.
    func sts(_ context: AWSContext) throws(StoreError) -> STSClient {
        try STSClient(services, context, region: region, endpoint: stsEndpoint)
    }
}

extension CredentialSetup: CustomStringConvertible, CustomReflectable {
    /// The profile's name: variables may be secret.
    var description: String { "CredentialSetup(\(profile ?? "AWS_PROFILE"))" }

    /// The profile's name.
    var customMirror: Mirror { Mirror(self, children: ["profile": profile ?? "AWS_PROFILE"]) }
}
