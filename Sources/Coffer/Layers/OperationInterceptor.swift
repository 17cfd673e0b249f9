/// One request to a driver, as a layer sees it.
public struct InterceptedCall: Sendable {
    /// The verb.
    public var operation: Operation
    /// The key, where the verb has one.
    public var key: Key?
    /// How many bytes the request carries.
    public var bytes: Int64 = 0
    /// Whether the request may be made again even if nobody knows whether the first one was carried out.
    public var isIdempotent = true
}

/// How to open a stream again in the middle: what a layer needs to continue a broken read.
public struct StreamSource: Sendable {
    /// The object, as it was when the stream was opened.
    public var info: ObjectInfo
    /// The offsets that the stream covers.
    public var range: Range<Int64>
    /// The options by which it was opened.
    public var options: ReadOptions
    /// Whether the driver can be asked for the same ETag.
    public var canPinETag: Bool
    /// Reads again, by other options.
    public var reopen: @Sendable (ReadOptions) async throws(StoreError) -> ReadResponse
}

/// What most layers are: one function around every request, and one around every stream.
public protocol OperationInterceptor: Sendable {
    /// Runs a request.
    ///
    /// - Parameters:
    ///   - call: What is asked.
    ///   - body: Makes the request; may be called more than once, or not at all.
    func intercept<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable @concurrent () async throws(StoreError) -> R
    ) async throws(StoreError) -> R

    /// Wraps the stream of a read; the default leaves it as it is.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - source: How to open it again.
    func wrap(_ stream: any ByteStream, _ source: StreamSource) -> any ByteStream

    /// Wraps a writer; the default leaves it as it is.
    ///
    /// - Parameter writer: The writer.
    func wrap(_ writer: any DriverWriter) -> any DriverWriter
}

extension OperationInterceptor {
    /// The stream as it is.
    public func wrap(_ stream: any ByteStream, _ source: StreamSource) -> any ByteStream { stream }
    /// The writer as it is.
    public func wrap(_ writer: any DriverWriter) -> any DriverWriter { writer }
}
