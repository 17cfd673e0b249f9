import Coffer
import HTTPTransport

extension S3Driver {
    /// How the driver presents itself.
    public static let descriptor = DriverDescriptor(
        name: "s3", summary: "Objects in a bucket of Amazon S3 or of any server that speaks its protocol.",
        schema: S3Schema.schema,
        commonDefaults: [
            "retry_attempts": "3", "timeout": "5m", "stall_timeout": "30s", "max_concurrency": "256",
        ]
    ) { configuration async throws(StoreError) in
        try await S3Driver.make(configuration)
    }

    /// Makes a driver of a store's settings; nothing is sent, but profile files are read.
    static func make(_ configuration: Configuration) async throws(StoreError) -> S3Driver {
        let named = configuration.string("profile")
        let profile = ProfileCredentials(profile: named, environment: configuration.environment)
        let settings: S3Settings
        if configuration.string("region") != nil && configuration.string("endpoint") != nil {
            settings = try S3Settings(configuration)
        } else {
            let found = try await profile.settings()
            settings = try S3Settings(configuration, profile: (found.region, found.endpointURL))
        }
        let transport = try HTTPClient(settings.transport)
        return S3Driver(S3Client(settings, transport: transport, credentials: try provider(configuration, profile)))
    }

    /// Where the keys come from: options, then environment, then profile; a profile by name goes before the environment.
    private static func provider(
        _ configuration: Configuration, _ profile: ProfileCredentials
    ) throws(StoreError) -> any CredentialProvider {
        if configuration.boolean("anonymous") { return AnonymousCredentials() }
        let id = configuration.string("access_key_id")
        let secret = configuration.string("secret_access_key")
        if let id, let secret {
            let token = configuration.string("session_token")
            return StaticCredentials(Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token))
        }
        if id != nil { throw configuration.fault("secret_access_key", "it is missing; it goes with access_key_id") }
        if secret != nil { throw configuration.fault("access_key_id", "it is missing; it goes with secret_access_key") }
        if configuration.string("profile") != nil { return CredentialChain([profile]) }
        return CredentialChain([EnvironmentCredentials(configuration.environment), profile])
    }
}

/// Makes the driver known by being linked; see `DriverRegistry`.
@section("coffer_drivers") @used
let registration: @convention(c) () -> Void = { DriverRegistry.registerLinked(S3Driver.descriptor) }
