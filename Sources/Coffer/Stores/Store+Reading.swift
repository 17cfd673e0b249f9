extension Store {
    /// Reads a whole object or a range into memory.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The range and the conditions.
    /// - Returns: The metadata and the bytes.
    /// - Throws: `notFound`, `rangeNotSatisfiable`, `preconditionFailed`, `notModified`, …
    @discardableResult
    @concurrent public func get(
        _ key: Key, _ options: ReadOptions = ReadOptions()
    ) async throws(StoreError) -> (info: ObjectInfo, bytes: Chunk) {
        try await perform(.get, key) { () async throws(StoreError) in
            try check(key)
            try check(options)
            let response = try await open(key, options)
            if isParallel(response, options) {
                var builder: ChunkBuilder?
                let last = try await fetch(key, options, from: response) { response throws(StoreError) in
                    let memory = try ChunkBuilder(capacity: Int(clamping: response.count))
                    builder = memory
                    return .memory(address: UInt(bitPattern: memory.remaining.baseAddress))
                }
                builder?.advance(by: Int(last.count))
                return (last.info, builder?.finish() ?? Chunk())
            }
            let bytes = try await response.collect()
            options.progress?.report(Int64(bytes.count))
            return (response.info, bytes)
        }
    }

    /// Reads a part of an object into memory.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - range: The part.
    /// - Throws: As ``get(_:_:)``.
    @concurrent public func get(_ key: Key, range: ByteRange) async throws(StoreError) -> Chunk {
        try await get(key, ReadOptions(range: range)).bytes
    }

    /// Reads an object or a range into the caller's memory.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - buffer: Where the bytes go; must stay valid until the call returns.
    ///   - options: The range and the conditions.
    /// - Returns: The metadata, and the number of bytes written.
    /// - Throws: As ``get(_:_:)``; `tooLarge` if the bytes do not fit (nothing has been written then).
    @concurrent public func get(
        _ key: Key, into buffer: UnsafeMutableRawBufferPointer, _ options: ReadOptions = ReadOptions()
    ) async throws(StoreError) -> (info: ObjectInfo, count: Int) {
        try await perform(.get, key) { () async throws(StoreError) in
            try check(key)
            try check(options)
            let response = try await open(key, options)
            if isParallel(response, options) {
                let last = try await fetch(key, options, from: response) { response throws(StoreError) in
                    try Self.checkFits(response.count, buffer)
                    return .memory(address: UInt(bitPattern: buffer.baseAddress))
                }
                return (last.info, Int(last.count))
            }
            let wanted = response.count
            do throws(StoreError) { try Self.checkFits(wanted, buffer) } catch {
                response.stream.cancel()
                throw error
            }
            var filled = 0
            while filled < Int(wanted) {
                if Task.isCancelled {
                    response.stream.cancel()
                    throw .cancelled()
                }
                let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<Int(wanted)])
                let count = try await response.stream.read(into: target)
                if count == 0 { break }
                try response.verify(UnsafeRawBufferPointer(rebasing: target[..<count]))
                filled += count
            }
            guard filled == Int(wanted) else { throw response.truncated(after: Int64(filled)) }
            try response.verifier?.finish()
            options.progress?.report(Int64(filled))
            return (response.info, filled)
        }
    }

    static func checkFits(_ count: Int64, _ buffer: UnsafeMutableRawBufferPointer) throws(StoreError) {
        if count > Int64(buffer.count) {
            throw StoreError(.tooLarge, "\(count) bytes do not fit into a buffer of \(buffer.count)")
        }
    }

    /// Reads an object as a stream.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The range and the conditions.
    /// - Throws: As ``get(_:_:)``.
    @concurrent public func reader(_ key: Key, _ options: ReadOptions = ReadOptions()) async throws(StoreError)
        -> ObjectReader
    {
        try await perform(.read, key) { () async throws(StoreError) in
            try check(key)
            try check(options)
            return ObjectReader(try await openStream(key, options), driver: driverName)
        }
    }

    /// Asks for an object's metadata.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The conditions and the version.
    /// - Throws: `notFound`, `preconditionFailed`, `notModified`, …
    @concurrent public func stat(_ key: Key, _ options: StatOptions = StatOptions()) async throws(StoreError)
        -> ObjectInfo
    {
        try await perform(.stat, key) { () async throws(StoreError) in
            try check(key)
            try checkStat(options)
            return try await driver.stat(key, options)
        }
    }

    /// Refuses what has no meaning where no bytes are read.
    func checkStat(_ options: StatOptions) throws(StoreError) {
        try check(options)
        if options.range != nil {
            throw StoreError(.invalidArgument, "a range has no meaning for stat; leave it out")
        }
        if options.verification == .required {
            throw StoreError(.invalidArgument, "stat reads no bytes that could be verified; leave it out")
        }
        if options.hasTransferOptions {
            throw StoreError(
                .invalidArgument, "partSize, concurrency and progress have no meaning for stat; leave them out")
        }
    }

    /// Whether there is an object.
    ///
    /// - Parameter key: The object's key.
    /// - Throws: What prevented the answer; a missing object is none.
    @concurrent public func exists(_ key: Key) async throws(StoreError) -> Bool {
        try await perform(.exists, key) { () async throws(StoreError) in
            try check(key)
            do throws(StoreError) {
                _ = try await driver.stat(key, StatOptions())
                return true
            } catch {
                if error.code == .notFound { return false }
                throw error
            }
        }
    }
}

extension ReadResponse {
    /// The number of bytes that the range has.
    var count: Int64 { range.upperBound - range.lowerBound }

    /// All bytes in one chunk: the stream's own if it comes in one piece, else collected in memory of the right size.
    func collect() async throws(StoreError) -> Chunk {
        let wanted = count
        if wanted == 0 {
            stream.cancel()
            return Chunk()
        }
        if let whole = stream.takeWhole(), Int64(whole.count) == wanted {
            try whole.withUnsafeBytes { bytes throws(StoreError) in try verify(bytes) }
            try verifier?.finish()
            return whole
        }
        let builder = try ChunkBuilder(capacity: Int(clamping: wanted))
        while !builder.remaining.isEmpty {
            if Task.isCancelled {
                stream.cancel()
                throw .cancelled()
            }
            let target = builder.remaining
            let count = try await stream.read(into: target)
            if count == 0 { break }
            try verify(UnsafeRawBufferPointer(rebasing: target[..<count]))
            builder.advance(by: count)
        }
        guard Int64(builder.count) == wanted else { throw truncated(after: Int64(builder.count)) }
        try verifier?.finish()
        return builder.finish()
    }

    /// Gives the verifier the next bytes.
    func verify(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        guard let verifier else { return }
        do throws(StoreError) { try verifier.update(bytes) } catch {
            stream.cancel()
            throw error
        }
    }

    func truncated(after count: Int64) -> StoreError {
        StoreError(
            .connectionFailed,
            "the body ended after \(count) of \(range.upperBound - range.lowerBound) bytes; read it again",
            isRetryable: true)
    }
}
