extension Store {
    /// The way to what only one driver has: the driver below all layers, and a means to run its requests through them.
    ///
    /// ```swift
    /// let native = try store.native(MyDriver.self)
    /// let usage = try await native.run { driver async throws(StoreError) in try await driver.diskUsage() }
    /// ```
    ///
    /// - Parameter type: The driver's type.
    /// - Throws: `unsupported`, naming the store's driver, if it is another one.
    public func native<Native: Driver>(_ type: Native.Type) throws(StoreError) -> NativeDriver<Native> {
        let core = driver.core
        guard let driver = core.driver as? Native else {
            throw StoreError(
                .unsupported, "the driver '\(driverName)' is no \(Native.self): it has nothing of what only that has",
                operation: .administer, driver: driverName)
        }
        return NativeDriver(driver: driver, prefix: core.prefix, store: self)
    }
}

/// A store's driver as what it is; see ``Store/native(_:)``.
///
/// The layers of the store are around each ``run(_:key:isIdempotent:_:)`` (retries, timeouts, limits), but the driver
/// knows nothing of them: it sees the keys with their ``prefix``.
public struct NativeDriver<Native: Driver>: Sendable {
    /// The driver. Calls that are not made in ``run(_:key:isIdempotent:_:)`` pass by the layers, and are not refused
    /// when the store is closed.
    public let driver: Native
    /// What the store's layers put before every key; empty where the store sees all that the driver has.
    public let prefix: String
    /// The store.
    public let store: Store

    /// Runs a request of the driver's own, as the store's verbs are run: refused once the store is closed, repeated,
    /// limited in time and number as the layers say, errors completed.
    ///
    /// - Parameters:
    ///   - operation: What errors, retries and metrics call it.
    ///   - key: The key as the store knows it, where it is about one.
    ///   - isIdempotent: Whether it may be made again even if nobody knows whether the first one was carried out.
    ///   - body: Makes one request; may be called more than once.
    /// - Returns: What the body returned.
    /// - Throws: `closed`; what the body throws.
    @concurrent public func run<R: Sendable>(
        _ operation: Operation = .administer, key: Key? = nil, isIdempotent: Bool = true,
        _ body: @escaping @Sendable @concurrent (Native) async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        let driver = driver
        return try await store.perform(operation, key) { () async throws(StoreError) in
            let call = InterceptedCall(operation: operation, key: key, isIdempotent: isIdempotent)
            return try await store.driver.run(call) { () async throws(StoreError) in try await body(driver) }
        }
    }
}
