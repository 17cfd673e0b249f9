extension Store {
    /// Whether a read may be split into ranges.
    func isParallel(_ response: ReadResponse, _ options: ReadOptions) -> Bool {
        DownloadPlan(response.range, options, capabilities) != nil
            && PinnedObject(driver, response.info.key, response.info, options) != nil
    }

    /// Opens a stream over an object or a range, in order, that fetches ahead where that makes it faster, and verifies.
    func openStream(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse {
        let response = stream(key, try await open(key, options), options).verifying()
        guard let progress = options.progress else { return response }
        var metered = response
        metered.stream = MeteredStream(response.stream, progress)
        return metered
    }

    /// The response with a stream that fetches ahead where that makes it faster.
    private func stream(_ key: Key, _ response: ReadResponse, _ options: ReadOptions) -> ReadResponse {
        var response = response
        if let plan = DownloadPlan(response.range, options, capabilities),
            let object = PinnedObject(driver, key, response.info, options)
        {
            response.stream = ParallelStream(response.stream, plan, object, memory)
        }
        return response
    }

    /// Fetches an object or a range to where its bytes belong, by several streams where that makes it faster. An object
    /// that is replaced meanwhile is fetched again from the start, unless the caller insists on its ETag.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The options of the first read.
    ///   - first: What the first read gave.
    ///   - place: Says where the bytes go; asked again for each start.
    /// - Returns: What the bytes are; its stream has been read.
    /// - Throws: What the driver throws, `preconditionFailed` if the object is replaced again and again.
    func fetch(
        _ key: Key, _ options: ReadOptions, from first: ReadResponse,
        _ place: (ReadResponse) throws(StoreError) -> FillTarget
    ) async throws(StoreError) -> ReadResponse {
        var response = first
        var attempt = 1
        while true {
            do throws(StoreError) {
                let target = try place(response)
                let meter = ProgressMeter(options.progress)
                if case .file = target, response.verifier != nil {
                    // Checksums want the bytes in order, and a file cannot be looked at again as memory can.
                    let ordered = stream(key, response, options).verifying()
                    defer { ordered.stream.cancel() }
                    let receiver = try PartReceiver(target, response.range.lowerBound)
                    _ = try await receiver.receive(ordered.stream, response.range, meter)
                } else if let plan = DownloadPlan(response.range, options, capabilities),
                    let object = PinnedObject(driver, key, response.info, options)
                {
                    let fill = ParallelFill(plan, object, target, meter, response.verifier)
                    try await fill.run(first: response.stream)
                } else {
                    let receiver = try PartReceiver(target, response.range.lowerBound)
                    _ = try await receiver.receive(response.stream, response.range, meter)
                }
                return response
            } catch {
                response.stream.cancel()
                guard error.code == .preconditionFailed, options.ifMatch == nil, attempt < 3 else { throw error }
            }
            attempt += 1
            response = try await open(key, options)
        }
    }
}

/// A stream that tells a listener how many bytes it gave.
private final class MeteredStream: ByteStream {
    private let stream: any ByteStream
    private let meter: ProgressMeter

    init(_ stream: any ByteStream, _ progress: Progress) {
        self.stream = stream
        meter = ProgressMeter(progress)
    }

    func next() async throws(StoreError) -> Chunk? {
        let chunk = try await stream.next()
        if let chunk { meter.add(Int64(chunk.count)) }
        return chunk
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        let count = try await stream.read(into: buffer)
        if count > 0 { meter.add(Int64(count)) }
        return count
    }

    func cancel() { stream.cancel() }
}
