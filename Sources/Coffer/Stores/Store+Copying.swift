extension Store {
    /// Copies an object within the store, metadata included: on the server where it can, else through this process.
    ///
    /// - Parameters:
    ///   - source: The object's key.
    ///   - target: The copy's key; the same key is a way to replace the metadata.
    ///   - options: Metadata and conditions.
    /// - Returns: What is now stored at the target.
    /// - Throws: `notFound`, `alreadyExists`, `preconditionFailed`, …
    @discardableResult
    @concurrent public func copy(
        _ source: Key, to target: Key, _ options: CopyOptions = CopyOptions()
    ) async throws(StoreError) -> ObjectInfo {
        try await perform(.copy, source) { () async throws(StoreError) in
            try check(source)
            try check(target)
            let info = try await copyWithin(source, target, try checked(options))
            options.progress?.report(info.size)
            return info
        }
    }

    /// Replaces an object's metadata; its bytes stay, and are not sent.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - metadata: All of the new metadata: what it leaves out is gone.
    ///   - etag: Only if the object has this ETag; else `preconditionFailed`.
    /// - Returns: What is now stored.
    /// - Throws: `notFound`, `preconditionFailed`, …
    @discardableResult
    @concurrent public func setMetadata(
        _ key: Key, _ metadata: ObjectMetadata, ifMatch etag: ETag? = nil
    ) async throws(StoreError) -> ObjectInfo {
        try await copy(key, to: key, CopyOptions(metadata: metadata, ifSourceMatch: etag))
    }

    /// Copies an object to another store, through this process, as a stream.
    ///
    /// - Parameters:
    ///   - source: The object's key here.
    ///   - store: The other store.
    ///   - target: The copy's key there.
    ///   - options: Metadata and conditions.
    /// - Returns: What is now stored there.
    /// - Throws: As ``copy(_:to:_:)``.
    @discardableResult
    @concurrent public func copy(
        _ source: Key, to store: Store, _ target: Key, _ options: CopyOptions = CopyOptions()
    ) async throws(StoreError) -> ObjectInfo {
        if store === self { return try await copy(source, to: target, options) }
        return try await perform(.copy, source) { () async throws(StoreError) in
            try check(source)
            let info = try await copyByStream(source, store, target, options)
            options.progress?.report(info.size)
            return info
        }
    }

    /// Moves an object within the store: in one step where the driver can, else by copying and then deleting.
    ///
    /// - Parameters:
    ///   - source: The object's key.
    ///   - target: Its new key.
    ///   - options: Conditions on both sides, and new metadata.
    /// - Returns: What is now stored at the target.
    /// - Throws: `notFound`, `alreadyExists`, `preconditionFailed`, …; if deleting fails after the copy, both are there.
    @discardableResult
    @concurrent public func move(
        _ source: Key, to target: Key, _ options: CopyOptions = CopyOptions()
    ) async throws(StoreError) -> ObjectInfo {
        try await perform(.move, source) { () async throws(StoreError) in
            try check(source)
            try check(target)
            let options = try checked(options)
            if source == target { return try await copyWithin(source, target, options) }
            let info: ObjectInfo
            if let mover = facets.move, options.metadata == nil {
                info = try await mover.move(source, to: target, options)
            } else {
                info = try await copyWithin(source, target, options)
                try await driver.delete(source, DeleteOptions())
            }
            options.progress?.report(info.size)
            return info
        }
    }

    private func checked(_ options: CopyOptions) throws(StoreError) -> CopyOptions {
        var options = options
        try checkTransfer(options.concurrency, options.partSize)
        if let metadata = options.metadata { options.metadata = try checked(metadata) }
        switch options.condition {
        case .none: break
        case .absent: try require(.createOnly, "the copy condition 'absent'")
        case .matches: try require(.compareAndSwap, "the copy condition 'matches'")
        }
        if options.ifSourceMatch != nil { try require(.readIfMatch, "the copy option ifSourceMatch") }
        if options.sourceVersion != nil { try require(.versions, "the copy option sourceVersion") }
        return options
    }

    func copyWithin(_ source: Key, _ target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo {
        if source == target && options.metadata == nil && options.sourceVersion == nil {
            // Nothing would change; the conditions still have to hold.
            let info = try await driver.stat(
                source, StatOptions(ifMatch: options.ifSourceMatch, version: options.sourceVersion))
            try options.condition.check(exists: true, etag: info.etag)
            return info
        }
        if let copier = facets.copy, canCopyOnServer(options) {
            return try await copier.copy(source, to: target, options)
        }
        return try await copyByStream(source, self, target, options)
    }

    private func canCopyOnServer(_ options: CopyOptions) -> Bool {
        let features = capabilities.features
        let condition =
            switch options.condition {
            case .none: true
            case .absent: features.contains(.copyCreateOnly)
            case .matches: features.contains(.copyCompareAndSwap)
            }
        return condition && (options.ifSourceMatch == nil || features.contains(.copyIfSourceMatch))
            && (options.metadata == nil || features.contains(.copyMetadata))
    }

    private func copyByStream(
        _ source: Key, _ store: Store, _ target: Key, _ options: CopyOptions
    ) async throws(StoreError) -> ObjectInfo {
        let response = try await openStream(
            source, ReadOptions(ifMatch: options.ifSourceMatch, version: options.sourceVersion))
        let metadata = options.metadata ?? response.info.metadata
        do throws(StoreError) {
            return try await store.put(
                target, .stream(response.stream, count: response.info.size),
                WriteOptions(
                    metadata: metadata, condition: options.condition, partSize: options.partSize,
                    concurrency: options.concurrency, progress: options.progress))
        } catch {
            response.stream.cancel()
            throw error
        }
    }
}
