import Coffer

/// The environment variables and the chosen profile: what every source and every endpoint is configured by.
struct AWSContext: Sendable {
    /// The environment variables.
    let variables: [String: String]
    /// The profile's name.
    let profile: String
    /// Whether somebody named the profile, so that it has to be there.
    let isProfileNamed: Bool
    /// The profile files.
    let files: ProfileFiles
    /// What the profile says beside credentials.
    let settings: ProfileSettings

    /// Reads the profile files; blocks.
    ///
    /// - Parameters:
    ///   - variables: The environment variables.
    ///   - profile: The profile's name; nil for that of `AWS_PROFILE`, or `default`.
    /// - Throws: `invalidConfiguration` for a file that makes no sense.
    init(_ variables: [String: String], profile: String?) throws(StoreError) {
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        let named = profile ?? value("AWS_PROFILE") ?? value("AWS_DEFAULT_PROFILE")
        self.variables = variables
        self.profile = named ?? "default"
        isProfileNamed = named != nil
        files = try ProfileFiles(environment: variables)
        settings = try files.settings(self.profile)
    }

    /// Reads the profile files on a thread that may block.
    ///
    /// - Parameters:
    ///   - variables: The environment variables.
    ///   - profile: The profile's name; nil for that of `AWS_PROFILE`, or `default`.
    /// - Throws: `invalidConfiguration` for a file that makes no sense.
    static func read(_ variables: [String: String], profile: String?) async throws(StoreError) -> AWSContext {
        try await BlockingPool.run { () throws(StoreError) in try AWSContext(variables, profile: profile) }
    }

    /// A variable that is set and not empty.
    func variable(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// A setting: of the environment, else of the profile.
    func setting(_ variable: String, _ name: String) -> String? { self.variable(variable) ?? settings[name] }

    /// A switch: `true` in any case is on.
    func flag(_ variable: String, _ name: String) -> Bool {
        setting(variable, name)?.lowercased() == "true"
    }

    /// The region of environment or profile; nil if there is none.
    var region: String? { variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? settings.region }

    /// Whether configured endpoints do not count. Source: "Service-specific endpoints", AWS SDKs and tools reference.
    var ignoresEndpoints: Bool {
        flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")
    }

    /// The endpoint that environment or profile give for a service, in the order of the AWS SDKs.
    ///
    /// - Parameter service: Its name in a `services` section; the variable is `AWS_ENDPOINT_URL_` and that in capitals.
    func endpoint(_ service: String) -> String? {
        if ignoresEndpoints { return nil }
        return variable("AWS_ENDPOINT_URL_" + service.uppercased()) ?? variable("AWS_ENDPOINT_URL")
            ?? settings.endpoint(service)
    }

    /// Where a service is: as configured, else AWS's own.
    ///
    /// - Parameters:
    ///   - service: Its name in a `services` section.
    ///   - host: The first label of AWS's host name, for instance `sts`.
    ///   - region: The region.
    /// - Throws: `invalidConfiguration` if the configured endpoint is no URL.
    func serviceURL(_ service: String, host: String, region: String) throws(StoreError) -> ServiceURL {
        if let text = endpoint(service) {
            guard let url = ServiceURL(text) else {
                throw StoreError(
                    .invalidConfiguration,
                    "the endpoint configured for \(service) is not a URL of the form http[s]://host[:port][/path]")
            }
            return url
        }
        let partition = AWSPartition(region: region)
        let name = flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint") ? host + "-fips" : host
        let isDual = flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
        return ServiceURL(awsHost: "\(name).\(region).\(isDual ? partition.dualStackSuffix : partition.suffix)")
    }
}

extension AWSContext: CustomStringConvertible, CustomReflectable {
    /// The profile's name: variables may be secret.
    var description: String { "AWSContext(\(profile))" }

    /// The profile's name.
    var customMirror: Mirror { Mirror(self, children: ["profile": profile]) }
}
