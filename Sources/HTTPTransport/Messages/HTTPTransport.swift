import Coffer

/// Sends HTTP/1.1 requests: the one protocol between a driver and the network.
///
/// A transport knows nothing of the service behind it. It follows no redirect, decodes no content encoding, repeats
/// no request that may have had an effect, and sends target and headers exactly as they are given.
/// ``HTTPClient`` is the one to use; a test puts its own in its place.
public protocol HTTPTransport: Sendable {
    /// Sends one request and waits for the head of the response.
    ///
    /// Every status is a response, not an error. Cancelling the task stops the transfer and closes its connection.
    ///
    /// - Parameter request: What is sent.
    /// - Returns: Status, headers, and the body: whole if ``HTTPRequest/collectLimit`` allows it, else as a stream that
    ///   must be read to its end or cancelled.
    /// - Throws: `connectionFailed`, `timeout` (both retryable unless the message says what to change),
    ///   `invalidResponse`, `cancelled`, `closed`, `invalidArgument`; `io` if the payload's file cannot be read.
    func send(_ request: HTTPRequest) async throws(StoreError) -> HTTPResponse

    /// Closes the idle connections and refuses new requests with `closed`; streams that are open may be read on.
    func close() async
}
