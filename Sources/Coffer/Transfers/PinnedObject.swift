/// One state of an object, ranges of which are read: never bytes of two objects.
struct PinnedObject: Sendable {
    let driver: any Driver
    let key: Key
    let etag: ETag
    private let options: ReadOptions

    /// Pins what a first read found.
    ///
    /// - Parameters:
    ///   - driver: Where to read.
    ///   - key: The object's key.
    ///   - info: What the first read found.
    ///   - options: The options of the first read.
    /// - Returns: Nil if the object has no ETag that names its bytes.
    init?(_ driver: any Driver, _ key: Key, _ info: ObjectInfo, _ options: ReadOptions) {
        guard let etag = info.etag, !etag.value.hasPrefix("W/") else { return nil }
        self.driver = driver
        self.key = key
        self.etag = etag
        var pinned = options.pinned(etag)
        // A range has no checksum; where the whole has one, the store compares it.
        pinned.verification = .off
        self.options = pinned
    }

    /// Reads a range.
    ///
    /// - Parameter range: Its offsets.
    /// - Throws: `preconditionFailed` if the object has been replaced.
    func open(_ range: Range<Int64>) async throws(StoreError) -> any ByteStream {
        var options = options
        options.range = .bounded(range)
        let response: ReadResponse
        do throws(StoreError) {
            response = try await driver.read(key, options)
        } catch {
            throw error.code == .preconditionFailed || error.code == .rangeNotSatisfiable ? replaced(error) : error
        }
        guard response.range == range, response.info.etag == etag else {
            response.stream.cancel()
            // Some servers do not look at If-Match of a ranged read.
            if response.info.etag != etag { throw replaced(nil) }
            throw StoreError(
                .invalidResponse,
                "the service sent the bytes \(response.range) where \(range) were wanted; is a proxy in between?",
                key: key.string)
        }
        return response.stream
    }

    private func replaced(_ error: StoreError?) -> StoreError {
        StoreError(
            .preconditionFailed, "the object was replaced while it was read; read it again", key: key.string,
            httpStatus: error?.httpStatus, serviceCode: error?.serviceCode, requestID: error?.requestID,
            underlying: error)
    }
}
