extension Store {
    /// Copies an object within the store, with all that it carries: on the server where it can, else through this
    /// process. What is kept, and what can be replaced, says ``CopyOptions``.
    ///
    /// - Parameters:
    ///   - source: The object's key.
    ///   - target: The copy's key; the same key is a way to replace metadata, tags and the like.
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

    /// Replaces an object's metadata; its bytes stay, and are not sent, and so do tags, storage class and encryption. (An
    /// object under a customer's key: ``copy(_:to:_:)`` onto itself, which takes the key.)
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
            if let mover = facets.move, !options.replacesSomething {
                info = try await mover.move(source, to: target, options)
            } else {
                info = try await copyWithin(source, target, options)
                try await driver.delete(source, DeleteOptions())
            }
            options.progress?.report(info.size)
            return info
        }
    }

    func copyWithin(_ source: Key, _ target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo {
        if source == target && !options.replacesSomething && options.sourceVersion == nil {
            // Nothing would change; the conditions still have to hold.
            let info = try await driver.stat(
                source, StatOptions(ifMatch: options.ifSourceMatch, customerKey: options.sourceCustomerKey))
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
        var read = ReadOptions(ifMatch: options.ifSourceMatch, version: options.sourceVersion)
        read.customerKey = options.sourceCustomerKey
        try check(read)
        let response = try await openStream(source, read)
        do throws(StoreError) {
            var write = WriteOptions(
                metadata: options.metadata ?? response.info.metadata, condition: options.condition,
                partSize: options.partSize, concurrency: options.concurrency, progress: options.progress,
                checksum: options.checksum.map { .algorithm($0) })
            write.rare = options.rare
            if options.tags == nil { write.tags = try await tags(of: response.info, for: store) }
            return try await store.put(target, .stream(response.stream, count: response.info.size), write)
        } catch {
            response.stream.cancel()
            throw error
        }
    }

    /// The tags that a copy through this process takes along: where both sides have tags.
    private func tags(of source: ObjectInfo, for store: Store) async throws(StoreError) -> [String: String] {
        guard let tagged = facets.tags, store.capabilities.features.contains(.tags) else { return [:] }
        do throws(StoreError) {
            return try await tagged.tags(of: source.key, version: source.version)
        } catch {
            guard error.code == .permissionDenied else { throw error }
            throw StoreError(
                .permissionDenied,
                "the source's tags cannot be read, so the copy would lose them; allow it, or give the copy's tags"
                    + " (none will do): \(error.message)",
                operation: error.operation, key: error.key, driver: error.driver, httpStatus: error.httpStatus,
                serviceCode: error.serviceCode, requestID: error.requestID, underlying: error)
        }
    }
}
