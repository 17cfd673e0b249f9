import Coffer

/// Credentials that the host program gets itself: a closure as a source.
public struct HostCredentials: CredentialProvider {
    /// What the source is called in errors.
    public let name: String
    private let body: @Sendable () async throws(StoreError) -> CredentialResolution

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - name: What it is called in errors.
    ///   - body: Gets the credentials. Called once for all tasks that wait: when the first request needs them, ahead of
    ///     the `expiration` that it gave, and when the service says that they have expired. It must not block.
    public init(
        name: String = "host", _ body: @escaping @Sendable () async throws(StoreError) -> CredentialResolution
    ) {
        self.name = name
        self.body = body
    }

    /// Calls the closure.
    public func resolve() async throws(StoreError) -> CredentialResolution { try await body() }
}
