/// Lets only so many requests run at the same time; further ones wait their turn, in order.
///
/// A stream counts until its first byte can be read, not until its end: a program may hold more streams than the
/// limit without waiting for itself.
public struct ConcurrencyLimitLayer: Layer {
    /// The most requests at the same time.
    public var limit: Int

    /// Makes the layer.
    ///
    /// - Parameter limit: The most requests at the same time, at least 1.
    public init(limit: Int) { self.limit = max(1, limit) }

    /// Wraps a driver.
    ///
    /// - Parameter driver: The driver.
    public func wrap(_ driver: any Driver) -> any Driver {
        InterceptingDriver(driver, ConcurrencyLimitInterceptor(semaphore: AsyncSemaphore(limit)))
    }
}

struct ConcurrencyLimitInterceptor: OperationInterceptor {
    let semaphore: AsyncSemaphore

    func intercept<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable @concurrent () async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        try await semaphore.wait()
        defer { semaphore.signal() }
        return try await body()
    }
}
