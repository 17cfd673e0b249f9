import Coffer

/// The profile files of AWS's tools, `~/.aws/credentials` and `~/.aws/config`.
///
/// `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` say where else they are, `AWS_PROFILE` which profile counts. The
/// files are read again whenever the provider is asked. Only permanent and session keys are taken from them.
public struct ProfileCredentials: CredentialProvider {
    /// `profile`.
    public let name = "profile"
    private let profile: String?
    private let environment: [String: String]?

    /// Makes a provider.
    ///
    /// - Parameters:
    ///   - profile: The profile's name; nil for that of `AWS_PROFILE`, or `default`.
    ///   - environment: The variables; nil for those of the process, whenever it is asked.
    public init(profile: String? = nil, environment: [String: String]? = nil) {
        self.profile = profile
        self.environment = environment
    }

    /// Reads the files.
    ///
    /// - Throws: `invalidConfiguration` for a file that makes no sense or a profile with a key and no secret.
    public func resolve() async throws(StoreError) -> CredentialResolution {
        try await read { files, profile throws(StoreError) in try files.resolve(profile) }
    }

    /// What the profile says beside credentials.
    ///
    /// - Throws: `invalidConfiguration` for a file that makes no sense.
    func settings() async throws(StoreError) -> ProfileSettings {
        try await read { files, profile throws(StoreError) in try files.settings(profile) }
    }

    private func read<R: Sendable>(
        _ body: @escaping @Sendable (ProfileFiles, String) throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        let environment = self.environment ?? ProcessEnvironment.current()
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let profile = self.profile ?? value("AWS_PROFILE") ?? value("AWS_DEFAULT_PROFILE") ?? "default"
        return try await BlockingPool.run { () throws(StoreError) in
            try body(try ProfileFiles(environment: environment), profile)
        }
    }
}

extension ProfileCredentials: CustomStringConvertible, CustomReflectable {
    /// The profile's name: variables may be secret.
    public var description: String { "ProfileCredentials(\(profile ?? "AWS_PROFILE"))" }

    /// The profile's name.
    public var customMirror: Mirror { Mirror(self, children: ["profile": profile ?? "AWS_PROFILE"]) }
}

/// What a profile says beside credentials.
struct ProfileSettings: Sendable, Hashable {
    /// The region.
    var region: String?
    /// The endpoint for S3, or for all services.
    var endpointURL: String?
}

extension ProfileFiles {
    /// The credentials of a profile: of the credentials file, else of the configuration file.
    func resolve(_ profile: String) throws(StoreError) -> CredentialResolution {
        for (file, section) in [(credentials, credentialsSection(profile)), (config, configSection(profile))] {
            guard let section, let key = section["aws_access_key_id"], !key.isEmpty else { continue }
            guard let secret = section["aws_secret_access_key"], !secret.isEmpty else {
                throw StoreError(
                    .invalidConfiguration,
                    "profile '\(profile)' in \(file.path) has aws_access_key_id, but no aws_secret_access_key")
            }
            let token = section["aws_security_token"] ?? section["aws_session_token"]
            return .credentials(
                Credentials(
                    accessKeyID: key, secretAccessKey: secret, sessionToken: token.flatMap { $0.isEmpty ? nil : $0 }))
        }
        return .nothing(because: reason(profile))
    }

    /// Region and endpoint of a profile: the credentials file goes before the configuration file.
    ///
    /// - Throws: `invalidConfiguration` if the profile names services that are not there.
    func settings(_ profile: String) throws(StoreError) -> ProfileSettings {
        let section = (configSection(profile) ?? [:]).merging(credentialsSection(profile) ?? [:]) { _, own in own }
        func value(_ section: [String: String]?, _ name: String) -> String? {
            section?[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        var settings = ProfileSettings(region: value(section, "region"), endpointURL: value(section, "endpoint_url"))
        if let services = section["services"] {
            guard hasServices(services) else {
                throw StoreError(
                    .invalidConfiguration,
                    "profile '\(profile)' names services '\(services)', but \(config.path) has no "
                        + "[services \(services)]")
            }
            if let endpoint = value(serviceBlock(services, "s3"), "endpoint_url") { settings.endpointURL = endpoint }
        }
        return settings
    }

    /// Why there are no credentials, for a person.
    private func reason(_ profile: String) -> String {
        var reasons: [String] = []
        for (file, section) in [(credentials, credentialsSection(profile)), (config, configSection(profile))] {
            if let obstacle = file.obstacle {
                reasons.append("\(file.path) \(obstacle)")
            } else if let section {
                let other = [
                    "credential_process", "role_arn", "sso_session", "sso_start_url", "web_identity_token_file",
                ]
                .first { section[$0] != nil }
                reasons.append(
                    "profile '\(profile)' in \(file.path) has no aws_access_key_id"
                        + (other.map { ", and its \($0) is not used here" } ?? ""))
            } else {
                reasons.append("\(file.path) has no profile '\(profile)'")
            }
        }
        return reasons.joined(separator: ", ")
    }
}
