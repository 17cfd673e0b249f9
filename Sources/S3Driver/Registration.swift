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

    /// The driver with credentials that the host gets itself: `Store.open(S3Driver.descriptor(credentials: mine), …)`.
    ///
    /// Its stores cache what the provider gives, and ask again as ``CredentialProvider`` says. Options that choose
    /// credentials must not be given beside it, except `role_arn` and those that go with it.
    ///
    /// - Parameter credentials: Where keys come from; ``HostCredentials`` makes one of a closure.
    public static func descriptor(credentials: any CredentialProvider) -> DriverDescriptor {
        var descriptor = descriptor
        descriptor.make = { configuration async throws(StoreError) in
            try await make(configuration, credentials: credentials)
        }
        return descriptor
    }

    /// Makes a driver of a store's settings; nothing is sent, but profile files are read.
    static func make(
        _ configuration: Configuration, credentials: (any CredentialProvider)? = nil
    ) async throws(StoreError) -> S3Driver {
        let identity = S3Identity(configuration)
        let context = try await identity.context()
        let settings = try S3Settings(configuration, context)
        let services = try identity.services(settings, context)
        let setup = identity.setup(services, region: settings.isRegionGuessed ? nil : settings.region)
        let cache = CredentialsCache(
            try identity.provider(setup, host: credentials), services: services,
            findRegion: {
                do throws(StoreError) {
                    return await InstanceMetadata(services: services).region(try await setup.context())
                } catch {
                    return nil
                }
            })
        return S3Driver(S3Client(settings, transport: try HTTPClient(settings.transport), cache: cache))
    }
}

extension S3Driver {
    /// Where this store's credentials come from, and why the sources before had none; asks them if that has not
    /// happened yet.
    ///
    /// - Throws: As any request would: `unauthenticated` if there are none.
    public func credentialReport() async throws(StoreError) -> CredentialReport {
        try await client.credentials.report()
    }

    /// Where the credentials of a store with these settings would come from, and why the sources before have none.
    ///
    /// - Parameters:
    ///   - options: The store's settings; `bucket` may be left out.
    ///   - environment: The environment variables; nil for those of the process.
    /// - Throws: `invalidConfiguration` for settings that make no sense, `unauthenticated` if there are no credentials.
    public static func credentialReport(
        options: [String: String], environment: [String: String]? = nil
    ) async throws(StoreError) -> CredentialReport {
        var options = options
        if options["bucket"] == nil { options["bucket"] = "none" }
        let configuration = try Configuration(
            options, driver: "s3", schema: descriptor.fullSchema,
            environment: environment ?? ProcessEnvironment.current())
        let driver = try await make(configuration)
        let outcome: Result<CredentialReport, StoreError>
        do throws(StoreError) {
            outcome = .success(try await driver.credentialReport())
        } catch {
            outcome = .failure(error)
        }
        await driver.close()
        return try outcome.get()
    }
}

/// Makes the driver known by being linked; see `DriverRegistry`.
@section("coffer_drivers") @used
let registration: @convention(c) () -> Void = { DriverRegistry.registerLinked(S3Driver.descriptor) }
