import Coffer
import HTTPTransport

/// Objects in a bucket of Amazon S3 or of any server that speaks its protocol.
///
/// Each verb is in the file of the operation that carries it out, in `Operations/`.
public final class S3Driver: Driver {
    let client: S3Client
    let settings: S3Settings
    /// Completions whose outcome is not known: the answer got lost.
    let lostCompletions = LostCompletions()
    /// Whether the service has refused to name an object's parts.
    let partsUnknown = ForkSafeLock(false)

    /// The name by which the driver is registered.
    public let name = "s3"
    /// What the driver can do with the server that it was set up for.
    public let capabilities: Capabilities

    /// Makes a driver; nothing is sent.
    init(_ client: S3Client) {
        self.client = client
        settings = client.settings
        capabilities = client.settings.capabilities
    }

    /// Closes the connections.
    public func close() async { await client.close() }
}
