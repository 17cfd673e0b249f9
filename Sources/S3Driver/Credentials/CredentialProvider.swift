import Coffer

/// A source of credentials: a file, the environment, a service.
///
/// A provider is asked when a store's first request needs credentials, ahead of the `expiration` of what it gave, and when
/// the service says that they have expired. A store asks with one task at a time, however many requests wait; a provider
/// that several stores share may be asked by several. What blocks runs through `BlockingPool`.
public protocol CredentialProvider: Sendable {
    /// What the source is called in errors, for instance `environment`.
    var name: String { get }

    /// Asks the source.
    ///
    /// - Throws: `invalidConfiguration` if the source says something that makes no sense, so that looking further would
    ///   hide a mistake; anything else if it cannot be reached. Having nothing is no error.
    func resolve() async throws(StoreError) -> CredentialResolution
}

/// What a source of credentials had.
public enum CredentialResolution: Sendable, Hashable {
    /// Requests are signed with these.
    case credentials(Credentials)
    /// Requests are not signed at all: public data.
    case anonymous
    /// The source has nothing to say, and why: for the error that a chain without any credentials gives.
    case nothing(because: String)
}

/// Credentials that are known: from the configuration of a store, or an application's own.
public struct StaticCredentials: CredentialProvider {
    /// `static`.
    public let name = "static"
    let credentials: Credentials?

    /// Makes a provider.
    ///
    /// - Parameter credentials: What it gives; nil for nothing, so that a chain looks further.
    public init(_ credentials: Credentials?) { self.credentials = credentials }

    /// The credentials that it was made with.
    public func resolve() async throws(StoreError) -> CredentialResolution {
        guard let credentials else { return .nothing(because: "none were given") }
        return .credentials(credentials)
    }
}

/// No credentials, on purpose: requests are sent unsigned.
public struct AnonymousCredentials: CredentialProvider {
    /// `anonymous`.
    public let name = "anonymous"

    /// Makes the provider.
    public init() {}

    /// Always anonymous.
    public func resolve() async throws(StoreError) -> CredentialResolution { .anonymous }
}

/// The variables `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
///
/// An empty variable counts as not set. Source: "Environment variables", AWS SDKs and tools reference guide.
public struct EnvironmentCredentials: CredentialProvider {
    /// `environment`.
    public let name = "environment"
    private let environment: @Sendable () -> [String: String]

    /// Makes a provider that looks at the process's own environment whenever it is asked.
    public init() { environment = { ProcessEnvironment.current() } }

    /// Makes a provider that looks at these variables.
    ///
    /// - Parameter environment: Names and values.
    public init(_ environment: [String: String]) { self.environment = { environment } }

    /// Makes a provider that looks at what a function gives.
    init(_ environment: @escaping @Sendable () -> [String: String]) { self.environment = environment }

    /// Reads the variables.
    ///
    /// - Throws: `invalidConfiguration` if only one of key and secret is set.
    public func resolve() async throws(StoreError) -> CredentialResolution {
        let variables = environment()
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard let key = value("AWS_ACCESS_KEY_ID") else {
            return .nothing(because: "AWS_ACCESS_KEY_ID is not set")
        }
        guard let secret = value("AWS_SECRET_ACCESS_KEY") else {
            throw StoreError(
                .invalidConfiguration,
                "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not; set both or neither")
        }
        var expiration: Timestamp?
        if let text = value("AWS_CREDENTIAL_EXPIRATION") {
            guard let time = ExpirationTime.parse(text) else {
                throw StoreError(
                    .invalidConfiguration,
                    "AWS_CREDENTIAL_EXPIRATION is no time; write for instance 2030-01-31T12:00:00Z")
            }
            expiration = time
        }
        return .credentials(
            Credentials(
                accessKeyID: key, secretAccessKey: secret,
                sessionToken: value("AWS_SESSION_TOKEN") ?? value("AWS_SECURITY_TOKEN"), expiration: expiration,
                source: "environment"))
    }
}
