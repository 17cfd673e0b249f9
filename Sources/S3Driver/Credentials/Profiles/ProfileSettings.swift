import Coffer

/// What a profile says beside credentials. Keys, secrets and tokens are not in it.
struct ProfileSettings: Sendable, Hashable {
    private var values: [String: String] = [:]
    private var services: [String: [String: String]] = [:]

    /// Nothing.
    init() {}

    /// Takes what is no credential.
    ///
    /// - Parameters:
    ///   - values: Names and values of the profile.
    ///   - services: The blocks of the section that its `services` names, by service.
    init(values: [String: String], services: [String: [String: String]] = [:]) {
        self.values = values.filter { name, value in
            !value.isEmpty && !name.hasPrefix("aws_") && name != "credential_process"
        }
        self.services = services
    }

    /// A value that is not empty.
    subscript(name: String) -> String? { values[name] }

    /// The region.
    var region: String? { self["region"] }

    /// The endpoint for S3, or for all services.
    var endpointURL: String? { endpoint("s3") }

    /// The endpoint for a service, or for all.
    ///
    /// - Parameter service: Its name in a `services` section, for instance `sts`.
    func endpoint(_ service: String) -> String? {
        services[service]?["endpoint_url"].flatMap { $0.isEmpty ? nil : $0 } ?? self["endpoint_url"]
    }

    /// A value of the profile's nested `s3` block.
    func s3(_ name: String) -> String? {
        self["s3"].flatMap { INIFile.block($0) }?[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension ProfileFiles {
    /// Names and values of a profile, those of the credentials file before those of the configuration file.
    ///
    /// - Returns: nil if neither file has the profile.
    func section(_ profile: String) -> [String: String]? {
        let (config, credentials) = (configSection(profile), credentialsSection(profile))
        if config == nil && credentials == nil { return nil }
        return (config ?? [:]).merging(credentials ?? [:]) { _, own in own }
    }

    /// Region, endpoints and the like of a profile: the credentials file goes before the configuration file.
    ///
    /// - Throws: `invalidConfiguration` if the profile names services that are not there.
    func settings(_ profile: String) throws(StoreError) -> ProfileSettings {
        let section = section(profile) ?? [:]
        guard let services = section["services"] else { return ProfileSettings(values: section) }
        guard hasServices(services) else {
            throw StoreError(
                .invalidConfiguration,
                "profile '\(profile)' names services '\(services)', but \(config.path) has no [services \(services)]")
        }
        var blocks: [String: [String: String]] = [:]
        for service in ["s3", "sts", "sso", "sso_oidc"] { blocks[service] = serviceBlock(services, service) }
        return ProfileSettings(values: section, services: blocks)
    }
}
