/// The verbs for callers that have no task: without one where the driver needs none, see ``ImmediateDriver``.
extension Store {
    /// ``get(_:_:)`` for a thread that waits for the answer.
    package func getWaiting(
        _ key: Key, _ options: ReadOptions
    ) throws(StoreError) -> (info: ObjectInfo, bytes: Chunk) {
        if let immediate, !options.hasTransferOptions, options.verification != .required {
            let found = try performNow(.get, key) { () throws(StoreError) in
                try check(options)
                return try immediate.readNow(key, options)
            }
            if let found { return found }
        }
        return try CallingThread.run { [self] () async throws(StoreError) in try await get(key, options) }
    }

    /// ``get(_:into:_:)`` for a thread that waits for the answer.
    package func getWaiting(
        _ key: Key, into buffer: UnsafeMutableRawBufferPointer, _ options: ReadOptions
    ) throws(StoreError) -> (info: ObjectInfo, count: Int) {
        if let immediate, !options.hasTransferOptions, options.verification != .required {
            let found = try performNow(.get, key) { () throws(StoreError) -> (info: ObjectInfo, count: Int)? in
                try check(options)
                guard let (info, bytes) = try immediate.readNow(key, options) else { return nil }
                try Self.checkFits(Int64(bytes.count), buffer)
                bytes.withUnsafeBytes { buffer.copyMemory(from: $0) }
                return (info, bytes.count)
            }
            if let found { return found }
        }
        nonisolated(unsafe) let target = buffer
        return try CallingThread.run { [self] () async throws(StoreError) in
            try await get(key, into: target, options)
        }
    }

    /// ``stat(_:_:)`` for a thread that waits for the answer.
    package func statWaiting(_ key: Key, _ options: StatOptions) throws(StoreError) -> ObjectInfo {
        if let immediate {
            return try performNow(.stat, key) { () throws(StoreError) in
                try checkStat(options)
                return try immediate.statNow(key, options)
            }
        }
        return try CallingThread.run { [self] () async throws(StoreError) in try await stat(key, options) }
    }

    /// ``exists(_:)`` for a thread that waits for the answer.
    package func existsWaiting(_ key: Key) throws(StoreError) -> Bool {
        if let immediate {
            return try performNow(.exists, key) { () throws(StoreError) in
                do throws(StoreError) { _ = try immediate.statNow(key, StatOptions()) } catch {
                    if error.code == .notFound { return false }
                    throw error
                }
                return true
            }
        }
        return try CallingThread.run { [self] () async throws(StoreError) in try await exists(key) }
    }

    /// ``put(_:_:_:)`` of bytes in memory for a thread that waits for the answer.
    ///
    /// - Parameter bytes: May be lent.
    package func putWaiting(_ key: Key, _ bytes: Chunk, _ options: WriteOptions) throws(StoreError) -> ObjectInfo {
        let limit = min(capabilities.maxPutSize, capabilities.maxObjectSize, capabilities.multipartThreshold)
        if let immediate, options.partSize == nil, Int64(bytes.count) <= limit {
            return try performNow(.put, key) { () throws(StoreError) in
                let info = try immediate.putNow(key, bytes, try checked(options))
                options.progress?.report(Int64(bytes.count))
                return info
            }
        }
        return try CallingThread.run { [self] () async throws(StoreError) in
            try await put(key, .chunk(bytes), options)
        }
    }

    /// ``delete(_:_:)`` for a thread that waits for the answer.
    package func deleteWaiting(_ key: Key, _ options: DeleteOptions) throws(StoreError) {
        if let immediate {
            return try performNow(.delete, key) { () throws(StoreError) in
                try check(options)
                try immediate.deleteNow(key, options)
            }
        }
        try CallingThread.run { [self] () async throws(StoreError) in try await delete(key, options) }
    }

    /// What ``perform(_:_:_:)`` does, for a verb that does not wait.
    @inline(__always)
    private func performNow<R>(
        _ operation: Operation, _ key: Key, _ body: () throws(StoreError) -> R
    ) throws(StoreError) -> R {
        guard lifecycle.enter() else { throw closed(operation, key) }
        defer { lifecycle.leave() }
        do throws(StoreError) {
            try check(key)
            return try body()
        } catch {
            throw error.filling(operation: operation, key: key.string, driver: driverName)
        }
    }
}
