import Coffer

extension S3Driver {
    /// Publishes an upload.
    ///
    /// A completion whose answer got lost may have happened: the next attempt then finds no upload, or finds the
    /// object that it was to create. What is there is compared with what was sent.
    public func completeUpload(
        _ upload: UploadID, parts: [UploadedPart], _ options: WriteOptions
    ) async throws(StoreError) -> ObjectInfo {
        try checkCondition(options.condition, .completeUpload, upload.key)
        let checksum = try self.checksum(parts, options.checksum)
        let attributes = settings.attributes(options.rare)
        let customerKey = attributes?.encryption?.customerKey
        var info = ObjectInfo(
            key: upload.key, size: parts.reduce(0) { $0 + $1.size }, metadata: options.metadata, checksum: checksum)
        do throws(StoreError) {
            let (response, result) = try await client.send(
                .completeUpload(upload, parts: parts, options.condition, checksum, customerKey: customerKey),
                reading: CompleteMultipartUploadResult.self)
            lostCompletions.remove(upload)
            try S3Driver.compare("the service put something else together", checksum, result.checksum)
            try await set(
                settings.split(attributes).afterwards, of: upload.key,
                version: MetadataHeaders.version(response.headers))
            var rare = RareObjectInfo(checksum: info.checksum ?? result.checksum)
            // No answer here speaks of customers' keys, that of Ceph 18 of nothing; the one to the creation was compared.
            rare.encryption = RareHeaders.encryption(response.headers) ?? attributes?.encryption?.confirmed
            if let attributes {
                info.storageClass = attributes.storageClass
                rare.take(attributes)
            }
            info.rare = rare
            guard let etag = result.etag else {
                // Old Ceph names no ETag where parts were copied.
                return try await stat(upload.key, StatOptions(customerKey: customerKey))
            }
            info.etag = etag
            info.version = MetadataHeaders.version(response.headers)
            return info
        } catch {
            let isMissing = await isGone(upload, error)
            let isOccupied = error.code == .alreadyExists || error.code == .preconditionFailed
            if isMissing || (isOccupied && lostCompletions.contains(upload)),
                let published = await published(upload, parts, info, customerKey)
            {
                lostCompletions.remove(upload)
                return published
            }
            if isMissing {
                lostCompletions.remove(upload)
                throw Self.gone(upload, error)
            }
            // A layer that gives up waiting cancels: the answer is lost then too.
            if error.isRetryable || error.code == .cancelled {
                lostCompletions.insert(upload)
            } else {
                lostCompletions.remove(upload)
            }
            throw error
        }
    }

    /// The checksum that the object must have by those of its parts; nil if they have none.
    ///
    /// - Throws: `checksumMismatch` if it is not the one that the caller knows.
    private func checksum(_ parts: [UploadedPart], _ wanted: WriteChecksum?) throws(StoreError) -> Checksum? {
        guard let plan = settings.checksumPlan(wanted) else { return nil }
        if let known = plan.known {
            let whole = try Checksum.of(parts, plan.algorithm, isComposite: false)
            if let whole, whole != known {
                // Sent once more, they would not be either.
                throw StoreError.mismatch(
                    "the parts are not the object that was announced", expected: known, found: whole,
                    isRetryable: false)
            }
        }
        return try Checksum.of(parts, plan.algorithm, isComposite: plan.isComposite)
    }

    /// Whether the upload is no more. Ceph has only an internal error for an upload that was aborted.
    private func isGone(_ upload: UploadID, _ error: StoreError) async -> Bool {
        if error.serviceCode == "NoSuchUpload" { return true }
        guard error.code == .internal else { return false }
        do throws(StoreError) {
            _ = try await client.send(
                .listParts(upload, after: nil, customerKey: settings.customerKey(of: upload)),
                reading: ListPartsResult.self)
            return false
        } catch {
            return error.code == .notFound
        }
    }

    private static func gone(_ upload: UploadID, _ error: StoreError) -> StoreError {
        if error.serviceCode == "NoSuchUpload" { return error }
        return StoreError(
            .notFound, "the upload was completed or aborted meanwhile; start again", operation: .completeUpload,
            key: upload.key.string, driver: "s3", httpStatus: error.httpStatus, serviceCode: error.serviceCode,
            requestID: error.requestID, underlying: error)
    }

    /// The object, if it is what the upload would have made.
    private func published(
        _ upload: UploadID, _ parts: [UploadedPart], _ wanted: ObjectInfo, _ customerKey: CustomerKey?
    ) async -> ObjectInfo? {
        do throws(StoreError) {
            let found = try await stat(upload.key, StatOptions(customerKey: customerKey))
            guard found.size == wanted.size, let etag = found.etag else { return nil }
            // Encrypted parts have ETags that look like an MD5, and nobody says what that of the whole is made of.
            if found.encryption?.hidesDigest != true, let expected = CompositeETag.of(parts) {
                return etag == expected ? found : nil
            }
            return etag.value.hasSuffix("-\(parts.count)") ? found : nil
        } catch {
            return nil
        }
    }
}

/// The ETag of an object that was uploaded in parts: the MD5 of the parts' MD5s, and their number.
enum CompositeETag {
    /// The ETag; nil if a part's own is no MD5 (encryption with a customer's keys, some servers).
    ///
    /// - Parameter parts: The parts in ascending order.
    static func of(_ parts: [UploadedPart]) -> ETag? {
        var digests = ByteBuffer(capacity: parts.count * 16)
        for part in parts {
            let digits = Array(part.etag.value.utf8)
            guard digits.count == 32 else { return nil }
            for index in stride(from: 0, to: 32, by: 2) {
                guard let high = Hex.value(digits[index]), let low = Hex.value(digits[index + 1]) else { return nil }
                digests.append(high << 4 | low)
            }
        }
        do throws(StoreError) {
            let digest = try MD5.hash(digests.bytes)
            let hex = String(unsafeUninitializedCapacity: 32) { target in
                guard let start = target.baseAddress else { return 0 }
                withUnsafeBytes(of: digest) { Hex.write($0, to: start) }
                return 32
            }
            return ETag("\(hex)-\(parts.count)")
        } catch {
            return nil
        }
    }
}

/// Uploads whose completion may have happened although it failed.
final class LostCompletions: Sendable {
    private let ids = ForkSafeLock<Set<String>>([])

    func insert(_ upload: UploadID) { ids.withLock { _ = $0.insert(upload.id) } }
    func remove(_ upload: UploadID) { ids.withLock { _ = $0.remove(upload.id) } }
    func contains(_ upload: UploadID) -> Bool { ids.withLock { $0.contains(upload.id) } }
}
