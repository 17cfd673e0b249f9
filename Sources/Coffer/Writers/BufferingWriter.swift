/// Collects an object in memory for a driver that takes only whole ones.
final class BufferingWriter: DriverWriter {
    /// The most bytes that are collected: such drivers are for small objects.
    static let limit: Int64 = 256 << 20

    private let driver: any Driver
    private let key: Key
    private let options: WriteOptions
    private let payload = ForkSafeLock(Payload())

    init(_ driver: any Driver, _ key: Key, _ options: WriteOptions) {
        self.driver = driver
        self.key = key
        self.options = options
    }

    func write(_ chunk: Chunk) async throws(StoreError) {
        let limit = min(Self.limit, driver.capabilities.maxPutSize)
        try payload.withLock { payload throws(StoreError) in
            guard payload.count + Int64(chunk.count) <= limit else {
                throw StoreError(
                    .tooLarge,
                    "the driver '\(driver.name)' takes whole objects only, and more than \(limit) bytes are not kept in memory"
                )
            }
            payload.append(chunk.owned())
        }
    }

    func finish() async throws(StoreError) -> ObjectInfo {
        try await driver.put(key, payload.withLock { $0 }, options)
    }

    func abort() async { payload.withLock { $0 = Payload() } }
}
