import Coffer

/// The credentials of a store: asked for when the first request needs them, and again when the service says that
/// they have expired.
final class CredentialsCache: Sendable {
    private let provider: any CredentialProvider
    private let known = ForkSafeLock<CredentialResolution?>(nil)

    /// Makes a cache that knows nothing yet.
    ///
    /// - Parameter provider: Where credentials come from.
    init(_ provider: any CredentialProvider) { self.provider = provider }

    /// The credentials; nil for requests that are not signed.
    ///
    /// - Throws: `unauthenticated` if there are none.
    func current() async throws(StoreError) -> Credentials? {
        if let resolution = known.withLock({ $0 }) { return try Self.credentials(resolution) }
        let resolution = try await provider.resolve()
        known.withLock { $0 = resolution }
        return try Self.credentials(resolution)
    }

    /// Asks again.
    ///
    /// - Parameter expired: What the service refused.
    /// - Returns: Whether there are others now.
    func refresh(_ expired: Credentials?) async throws(StoreError) -> Bool {
        let resolution = try await provider.resolve()
        known.withLock { $0 = resolution }
        return try Self.credentials(resolution) != expired
    }

    private static func credentials(_ resolution: CredentialResolution) throws(StoreError) -> Credentials? {
        switch resolution {
        case .credentials(let credentials): return credentials
        case .anonymous: return nil
        case .nothing(let reason):
            throw StoreError(
                .unauthenticated,
                "there are no credentials: \(reason); give access_key_id and secret_access_key, or anonymous=true")
        }
    }
}
