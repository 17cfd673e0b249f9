extension Store {
    /// Stores an object: all or nothing.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - body: The bytes: in memory, a file or a stream.
    ///   - options: Metadata, condition, part size.
    /// - Returns: What is now stored.
    /// - Throws: `alreadyExists`, `preconditionFailed`, `tooLarge`, … and what a streamed body throws.
    @discardableResult
    @concurrent public func put(
        _ key: Key, _ body: Body, _ options: WriteOptions = WriteOptions()
    ) async throws(StoreError) -> ObjectInfo {
        try await perform(.put, key) { () async throws(StoreError) in
            try check(key)
            let options = try checked(options)
            switch body.source {
            case .payload(let payload):
                let mayKeep = !capabilities.features.contains(.lentMemory)
                return try await put(key, mayKeep ? payload.owned() : payload, options)
            case .file(let path):
                let region = try await BlockingPool.run { () throws(StoreError) in
                    try OpenFile.reading(path).wholeRegion()
                }
                return try await put(key, Payload(region), options)
            case .stream(let next, let count):
                return try await put(key, stream: next, count: count, options)
            }
        }
    }

    private func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
        let size = payload.count
        guard size <= capabilities.maxObjectSize else {
            throw StoreError(
                .tooLarge, "the object has \(size) bytes; the driver's limit is \(capabilities.maxObjectSize)")
        }
        let info: ObjectInfo
        if let multipart = facets.multipart,
            size > capabilities.maxPutSize || size > capabilities.multipartThreshold
                || options.partSize.map({ size > $0 }) == true
        {
            info = try await put(key, payload, inPartsTo: multipart, options)
        } else if size > capabilities.maxPutSize {
            throw StoreError(
                .tooLarge, "the object has \(size) bytes; the driver's limit is \(capabilities.maxPutSize)")
        } else {
            info = try await driver.put(key, payload, options)
        }
        options.progress?.report(size)
        return info
    }

    private func put(
        _ key: Key, _ payload: Payload, inPartsTo multipart: any MultipartDriver, _ options: WriteOptions
    ) async throws(StoreError) -> ObjectInfo {
        let plan = try PartPlan(size: payload.count, partSize: options.partSize, capabilities: capabilities)
        let partSize = plan.size(ofPart: 1)
        let concurrency = MultipartUpload.concurrency(options.concurrency, partSize: 1, capabilities)
        let upload = MultipartUpload(multipart, key, options, concurrency: concurrency, memory)
        do throws(StoreError) {
            var offset: Int64 = 0
            var number = 1
            while offset < payload.count {
                if Task.isCancelled { throw .cancelled() }
                let end = min(offset + partSize, payload.count)
                try await upload.start(part: number, payload.slice(offset..<end))
                offset = end
                number += 1
            }
            return try await upload.complete()
        } catch {
            await upload.abort()
            throw error
        }
    }

    private func put(
        _ key: Key, stream next: @Sendable () async throws -> Chunk?, count: Int64?, _ options: WriteOptions
    ) async throws(StoreError) -> ObjectInfo {
        let writer = try await makeWriter(key, options, size: count)
        do throws(StoreError) {
            while let chunk = try await nextChunk(next) { try await writer.write(chunk) }
            if let count, writer.bytesWritten != count {
                throw StoreError(
                    .invalidArgument, "the stream gave \(writer.bytesWritten) bytes; \(count) were announced")
            }
            return try await writer.finish()
        } catch {
            await writer.abort()
            throw error
        }
    }

    private func nextChunk(_ next: @Sendable () async throws -> Chunk?) async throws(StoreError) -> Chunk? {
        do {
            return try await next()
        } catch let error as StoreError {
            throw error
        } catch is CancellationError {
            throw .cancelled()
        } catch {
            throw StoreError(.io, "the source of the bytes failed: \(error)", underlying: error)
        }
    }

    /// Writes an object as a stream; nothing is visible before ``ObjectWriter/finish()``.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: Metadata, condition (checked on finish), part size.
    ///   - size: The object's size in bytes, if known: for better part sizes.
    /// - Throws: What can be known beforehand.
    @concurrent public func writer(
        _ key: Key, _ options: WriteOptions = WriteOptions(), size: Int64? = nil
    ) async throws(StoreError) -> ObjectWriter {
        try await perform(.write, key) { () async throws(StoreError) in
            try check(key)
            return try await makeWriter(key, try checked(options), size: size)
        }
    }

    private func makeWriter(_ key: Key, _ options: WriteOptions, size: Int64?) async throws(StoreError) -> ObjectWriter
    {
        let writer: any DriverWriter
        if let streaming = facets.streamingWrite {
            writer = try await streaming.makeWriter(key, options)
        } else if let multipart = facets.multipart {
            writer = try MultipartWriter(multipart, key, options, size: size, memory)
        } else {
            writer = BufferingWriter(driver, key, options)
        }
        return ObjectWriter(
            writer, key: key, driver: driverName, progress: options.progress, maxSize: capabilities.maxObjectSize,
            takesLent: capabilities.features.contains(.lentMemory))
    }
}
