import Glibc

extension Store {
    /// Begins an upload that can be paused and continued, by another process too, until it is finished or aborted.
    ///
    /// ```swift
    /// let upload = try await store.beginUpload("backup.tar", .file("/data/backup.tar"))
    /// save(upload.token.text)                 // then, whatever happens, perhaps in another process:
    /// try await upload.finish()               // or: store.resumeUpload(UploadToken(text), .file(…)).finish()
    /// ```
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - source: A file or bytes in memory, which must stay as they are; a stream cannot be read again.
    ///   - options: Metadata, condition, part size, concurrency, progress.
    /// - Throws: `unsupported` if the driver takes no parts, `invalidArgument` if the source is a stream.
    @concurrent public func beginUpload(
        _ key: Key, _ source: Body, _ options: WriteOptions = WriteOptions()
    ) async throws(StoreError) -> ResumableUpload {
        try await perform(.put, key) { () async throws(StoreError) in
            try check(key)
            let options = try checked(options)
            let driver = try multipart("resumable uploads")
            let source = try await payload(source)
            let plan = try PartPlan(size: source.count, partSize: options.partSize, capabilities: capabilities)
            let id = try await driver.createUpload(key, options)
            let token = UploadToken(
                driver: driverName, upload: UploadID(key: key, id: id, options: options), size: source.count,
                partSize: plan.size(ofPart: 1), condition: options.condition, sourceModified: Self.modified(source))
            return ResumableUpload(self, driver, token, source, options, [])
        }
    }

    /// Goes on with an upload: asks which parts have arrived, and compares them with the source.
    ///
    /// - Parameters:
    ///   - token: What ``ResumableUpload/token`` was.
    ///   - source: The same bytes as before.
    ///   - options: The same as before but for part size, condition and checksum, which are in the token. A customer's
    ///     key is not: give it again.
    /// - Throws: `notFound` if the upload was completed by others or aborted; `conflict` if the source has changed;
    ///   `invalidArgument` if the token is of another driver.
    @concurrent public func resumeUpload(
        _ token: UploadToken, _ source: Body, _ options: WriteOptions = WriteOptions()
    ) async throws(StoreError) -> ResumableUpload {
        try await perform(.put, token.upload.key) { () async throws(StoreError) in
            try check(token)
            var options = try checked(options)
            options.condition = token.condition
            options.partSize = token.partSize
            options.checksum = token.upload.checksum
            let token = try token.unlocked(by: options.encryption)
            if token.needsCustomerKey { options.encryption = token.upload.encryption }
            let driver = try multipart("resumable uploads")
            let source = try await payload(source)
            guard source.count == token.size else {
                throw Self.changed("it has \(source.count) bytes, and had \(token.size)")
            }
            let listed: [UploadedPart]
            do throws(StoreError) {
                listed = try await driver.listParts(token.upload)
            } catch {
                // Perhaps its last act was to publish the object, and only the answer was lost.
                guard error.code == .notFound, let info = try await published(token, driver, source) else {
                    throw error
                }
                return ResumableUpload(self, driver, token, source, published: info)
            }
            let parts = try await verified(listed, token, driver, source)
            options.progress?.report(parts.reduce(0) { $0 + $1.size })
            return ResumableUpload(self, driver, token, source, options, parts)
        }
    }

    /// Throws an upload away, with the parts that have arrived; one that is not there is no error.
    ///
    /// - Parameter token: The upload.
    /// - Throws: What the driver throws.
    @concurrent public func abortUpload(_ token: UploadToken) async throws(StoreError) {
        try await perform(.abortUpload, token.upload.key) { () async throws(StoreError) in
            try check(token)
            try await multipart("uploads in parts").abortUpload(token.upload)
        }
    }

    /// Lists the uploads that were begun and neither completed nor aborted. Their parts take up space, and cost.
    ///
    /// - Parameter prefix: Only keys that begin with this.
    /// - Throws: `unsupported` if the driver takes no parts.
    @concurrent public func uploads(prefix: String = "") async throws(StoreError) -> [OpenUpload] {
        try await perform(.listUploads, nil) { () async throws(StoreError) in
            try check(ListOptions(prefix: prefix))
            return try await multipart("uploads in parts").listUploads(prefix: prefix)
        }
    }

    /// Aborts the uploads that were begun before a time.
    ///
    /// - Parameters:
    ///   - prefix: Only keys that begin with this.
    ///   - time: Uploads of this time or later stay, and those of which nobody knows the time.
    /// - Returns: An outcome for each upload that was old enough.
    /// - Throws: What listing them throws; everything else is in the outcomes.
    @discardableResult
    @concurrent public func abortUploads(
        prefix: String = "", startedBefore time: Timestamp
    ) async throws(StoreError) -> [(upload: OpenUpload, error: StoreError?)] {
        let driver = try multipart("uploads in parts")
        let name = driverName
        let stale = try await uploads(prefix: prefix).filter { $0.started.map { $0 < time } ?? false }
        return try await perform(.abortUpload, nil) { () async throws(StoreError) in
            try await inParallel(stale, limit: 8) { upload -> (OpenUpload, StoreError?) in
                do throws(StoreError) {
                    try await driver.abortUpload(upload.id)
                    return (upload, nil)
                } catch {
                    return (upload, error.filling(operation: .abortUpload, key: upload.id.key.string, driver: name))
                }
            }
        }
    }
}

// MARK: Comparing

extension Store {
    private func multipart(_ what: String) throws(StoreError) -> any MultipartDriver {
        guard let driver = facets.multipart else { throw unsupported(what) }
        return driver
    }

    private func check(_ token: UploadToken) throws(StoreError) {
        guard token.driver == driverName else {
            throw StoreError(
                .invalidArgument, "the token is of a store of the driver '\(token.driver)', not of '\(driverName)'")
        }
        try check(token.upload.key)
    }

    private func payload(_ source: Body) async throws(StoreError) -> Payload {
        switch source.source {
        case .payload(let payload): return payload.owned()
        case .file(let path):
            let region = try await BlockingPool.run { () throws(StoreError) in
                try OpenFile.reading(path).wholeRegion()
            }
            return Payload(region)
        case .stream:
            throw StoreError(
                .invalidArgument, "a stream cannot be read again from the middle; give a file, or bytes in memory")
        }
    }

    /// When the source was last modified, if it is a part of one file.
    private static func modified(_ source: Payload) -> Timestamp? {
        guard source.segments.count == 1, case .file(let region) = source.segments[0] else { return nil }
        var status = Glibc.stat()
        guard fstat(region.file.descriptor, &status) == 0 else { return nil }
        return Timestamp(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int32(status.st_mtim.tv_nsec))
    }

    private static func changed(_ how: String) -> StoreError {
        StoreError(
            .conflict, "the source is not what it was when the upload began: \(how); abort the upload and begin anew")
    }

    /// The parts that need not be sent again: of the right size, and with the source's bytes as far as can be told.
    private func verified(
        _ parts: [UploadedPart], _ token: UploadToken, _ driver: any MultipartDriver, _ source: Payload
    ) async throws(StoreError) -> [UploadedPart] {
        // A part of another size was cut short, or sent by somebody with other plans: it is replaced.
        let sized = parts.filter { part in
            guard part.number <= token.partCount else { return false }
            let range = token.range(ofPart: part.number)
            return part.size == range.upperBound - range.lowerBound
        }
        let verdicts = try await inParallel(sized, limit: 4) { part -> Result<Bool?, StoreError> in
            do throws(StoreError) {
                let bytes = source.slice(token.range(ofPart: part.number))
                return .success(try await driver.part(part, of: token.upload, holds: bytes))
            } catch { return .failure(error) }
        }
        var different: [Int] = []
        var isUnknown = false
        for (part, verdict) in zip(sized, verdicts) {
            switch try verdict.get() {
            case true?: break
            case false?: different.append(part.number)
            case nil: isUnknown = true
            }
        }
        let isUntouched = token.sourceModified != nil && token.sourceModified == Self.modified(source)
        // If no part compares equal and the file was not touched, the service's names of parts are no digests of their
        // bytes: so it is with keys of a key management service.
        let isIncomparable = different.count == sized.count && isUntouched
        if !different.isEmpty && !isIncomparable {
            throw Self.changed("part \(different[0]) was stored with other bytes")
        }
        if isUnknown && token.sourceModified != nil && !isUntouched {
            throw Self.changed(
                "the file was modified since, and the service cannot tell whether its parts are the same")
        }
        return sized
    }

    /// The object, if it is what the upload was to make.
    private func published(
        _ token: UploadToken, _ driver: any MultipartDriver, _ source: Payload
    ) async throws(StoreError) -> ObjectInfo? {
        let info: ObjectInfo
        do throws(StoreError) {
            info = try await self.driver.stat(
                token.upload.key, StatOptions(customerKey: token.upload.encryption?.customerKey))
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        guard info.size == token.size else { return nil }
        let parts = (1...max(1, token.partCount)).map { source.slice(token.range(ofPart: $0)) }
        return try await driver.object(info, consistsOf: parts) == true ? info : nil
    }
}
