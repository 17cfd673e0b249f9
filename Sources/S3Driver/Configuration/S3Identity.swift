import Coffer
import HTTPTransport

/// Who the requests of a store come from: what the options say of credentials.
struct S3Identity {
    private let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// Reads environment and profile files.
    ///
    /// - Throws: `invalidConfiguration` for a file that makes no sense.
    func context() async throws(StoreError) -> AWSContext {
        try await AWSContext.read(configuration.environment, profile: configuration.string("profile"))
    }

    /// The ways to the services that credentials come from.
    ///
    /// - Parameters:
    ///   - settings: How S3 is connected to: AWS's other services likewise.
    ///   - context: Environment and profile.
    func services(_ settings: S3Settings, _ context: AWSContext) throws(StoreError) -> CredentialServices {
        var remote = settings.transport
        remote.maxConnections = 8
        remote.maxConnectionsPerOrigin = 4
        remote.threads = 1
        var timeout = configuration.duration("metadata_timeout") ?? .zero
        if timeout <= .zero {
            let seconds = context.settings["metadata_service_timeout"].flatMap { Double($0) } ?? 1
            timeout = .milliseconds(Int64(max(0.01, min(seconds, 600)) * 1000))
        }
        var local = CredentialServices.localConfiguration(timeout: timeout)
        local.caFile = settings.transport.caFile
        return CredentialServices(transport: try HTTPClient(remote), local: try HTTPClient(local))
    }

    /// What the sources are made of.
    ///
    /// - Parameters:
    ///   - services: The ways to the services.
    ///   - region: The store's region, if it was given.
    func setup(_ services: CredentialServices, region: String?) -> CredentialSetup {
        // The variants of the endpoints are for AWS's other services too.
        var environment = configuration.environment
        for (option, variable) in [("fips", "AWS_USE_FIPS_ENDPOINT"), ("dualstack", "AWS_USE_DUALSTACK_ENDPOINT")]
        where configuration.string(option) != nil {
            environment[variable] = configuration.boolean(option) ? "true" : "false"
        }
        var setup = CredentialSetup(
            profile: configuration.string("profile"), environment: environment, services: services)
        setup.region = configuration.string("sts_region") ?? region
        setup.stsEndpoint = configuration.string("sts_endpoint")
        return setup
    }

    /// Where the keys come from: a role around the host's source, the keys of the options, or the chain.
    ///
    /// - Parameters:
    ///   - setup: What sources are made of.
    ///   - host: The host's own source.
    /// - Throws: `invalidConfiguration` for options that do not go together.
    func provider(
        _ setup: CredentialSetup, host: (any CredentialProvider)? = nil
    ) throws(StoreError) -> any CredentialProvider {
        let role = try role()
        let base = try base(setup, host)
        guard let role else { return base }
        if base is AnonymousCredentials {
            throw configuration.fault("anonymous", "a role cannot be taken without credentials; leave out one of them")
        }
        if let path = configuration.string("web_identity_token_file") {
            return WebIdentityCredentials(setup: setup, explicit: (role, path))
        }
        return AssumeRoleCredentials(setup: setup, role: role, base: base)
    }

    private func role() throws(StoreError) -> RoleRequest? {
        guard let arn = configuration.string("role_arn") else {
            for name in ["role_session_name", "external_id", "role_duration", "web_identity_token_file"]
            where configuration.string(name) != nil {
                throw configuration.fault(name, "it goes with role_arn, which is missing")
            }
            return nil
        }
        guard arn.hasPrefix("arn:"), arn.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw configuration.fault("role_arn", "'\(arn)' is no ARN; write arn:aws:iam::ACCOUNT:role/NAME")
        }
        var role = RoleRequest(
            arn: arn, sessionName: configuration.string("role_session_name"),
            externalID: configuration.string("external_id"))
        if let duration = configuration.duration("role_duration") {
            let seconds = duration.components.seconds
            guard (900...43_200).contains(seconds) else {
                throw configuration.fault("role_duration", "\(seconds) seconds are out of range; use 15m to 12h")
            }
            role.seconds = seconds
        }
        return role
    }

    private func base(
        _ setup: CredentialSetup, _ host: (any CredentialProvider)?
    ) throws(StoreError) -> any CredentialProvider {
        let (id, secret) = (configuration.string("access_key_id"), configuration.string("secret_access_key"))
        let isAnonymous = configuration.boolean("anonymous")
        if let host {
            if id != nil || secret != nil || isAnonymous {
                throw configuration.fault(
                    isAnonymous ? "anonymous" : "access_key_id", "the host gives credentials itself; leave it out")
            }
            return host
        }
        if isAnonymous { return AnonymousCredentials() }
        if let id, let secret {
            return StaticCredentials(
                Credentials(
                    accessKeyID: id, secretAccessKey: secret, sessionToken: configuration.string("session_token")))
        }
        if id != nil { throw configuration.fault("secret_access_key", "it is missing; it goes with access_key_id") }
        if secret != nil { throw configuration.fault("access_key_id", "it is missing; it goes with secret_access_key") }
        return CredentialChain(try sources(setup).map { $0.provider(setup) })
    }

    /// The sources that the option `credentials` names.
    private func sources(_ setup: CredentialSetup) throws(StoreError) -> [CredentialSource] {
        let list = configuration.string("credentials") ?? "auto"
        if list == "auto" { return CredentialSource.chain(setup) }
        var sources: [CredentialSource] = []
        for part in list.split(separator: ",") {
            let name = part.filter { $0 != " " }
            guard let source = CredentialSource(rawValue: name), !sources.contains(source) else {
                let known = CredentialSource.allCases.map(\.rawValue).joined(separator: ", ")
                throw configuration.fault(
                    "credentials", "'\(name)' is no source, or named twice; the sources are auto, or of \(known)")
            }
            sources.append(source)
        }
        if sources.isEmpty { throw configuration.fault("credentials", "no source is named; write auto") }
        return sources
    }
}
