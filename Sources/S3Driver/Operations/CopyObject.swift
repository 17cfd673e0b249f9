import Coffer
import HTTPTransport

extension S3Request {
    /// The header that names what is copied: bucket and key, encoded, and the version.
    static func copySource(bucket: String, _ key: Key, _ version: String?) -> String {
        let key = PercentEncoding.encode(key.string, .unreservedAndSlash)
        // An access point is named by its ARN, and then its objects by `object/`.
        let source =
            bucket.hasPrefix("arn:")
            ? PercentEncoding.encode(bucket, .unreservedAndSlash) + "/object/" + key
            : "/" + PercentEncoding.encode(bucket) + "/" + key
        return source + (version.map { "?versionId=" + PercentEncoding.encode($0) } ?? "")
    }

    /// CopyObject: copies an object of up to 5 GiB on the server.
    ///
    /// - Parameters:
    ///   - bucket: The bucket of the source.
    ///   - plan: What is copied, and what is said of the copy.
    ///   - attributes: What the copy carries, as far as the server takes it from this request.
    /// - Throws: `internal` if OpenSSL has no MD5, which a customer's key needs.
    static func copyObject(
        bucket: String, _ plan: CopyPlan, _ attributes: RareWriteOptions?
    ) throws(StoreError) -> S3Request {
        var request = S3Request(.copy, .put, .object(plan.target))
        let source = copySource(bucket: bucket, plan.source.key, plan.options.sourceVersion)
        request.headers.append(("x-amz-copy-source", source))
        if let metadata = plan.metadata {
            request.headers.append(("x-amz-metadata-directive", "REPLACE"))
            MetadataHeaders.write(metadata, to: &request.headers)
        }
        if attributes?.tags != nil { request.headers.append(("x-amz-tagging-directive", "REPLACE")) }
        if let etag = plan.ifSourceMatch { request.headers.append(("x-amz-copy-source-if-match", etag.quoted)) }
        if let algorithm = plan.options.checksum {
            request.headers.append(("x-amz-checksum-algorithm", algorithm.wireName))
        }
        try request.add(attributes)
        try request.add(plan.sourceKey, ofSource: true)
        request.condition = plan.options.condition
        return request
    }

    /// UploadPartCopy: copies a range of an object into a part.
    ///
    /// - Parameters:
    ///   - bucket: The bucket of the source.
    ///   - plan: What is copied: key, version, ETag and keys.
    ///   - range: The bytes.
    ///   - upload: The upload.
    ///   - number: The part's number.
    /// - Throws: `internal` if OpenSSL has no MD5, which a customer's key needs.
    static func uploadPartCopy(
        bucket: String, _ plan: CopyPlan, _ range: Range<Int64>, _ upload: UploadID, _ number: Int
    ) throws(StoreError) -> S3Request {
        let source = plan.source
        var request = S3Request(.copy, .put, .object(upload.key))
        request.query = [("partNumber", String(number)), ("uploadId", upload.id)]
        request.headers = [
            ("x-amz-copy-source", copySource(bucket: bucket, source.key, source.version)),
            ("x-amz-copy-source-range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"),
        ]
        if let etag = source.etag { request.headers.append(("x-amz-copy-source-if-match", etag.quoted)) }
        try request.add(plan.attributes.encryption?.customerKey)
        try request.add(plan.sourceKey, ofSource: true)
        request.isSolitary = false
        return request
    }
}

extension S3Driver: CopyDriver {
    /// How often a copy begins anew because its source was replaced meanwhile.
    private static let copyAttempts = 3

    /// Copies an object on the server, with all that it carries; one that is too large for a single request by parts.
    public func copy(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo {
        var attempt = 1
        while true {
            let plan = try await plan(source, to: target, options)
            do throws(StoreError) {
                return try await copy(plan)
            } catch {
                // The object was replaced between the look and the copy; or the condition on the target does not hold.
                let isPinned = options.ifSourceMatch == nil && options.sourceVersion == nil
                guard isPinned, attempt < Self.copyAttempts, error.httpStatus == 412, await isReplaced(plan) else {
                    throw error
                }
                attempt += 1
            }
        }
    }

    private func isReplaced(_ plan: CopyPlan) async -> Bool {
        do throws(StoreError) {
            let options = StatOptions(verification: .off, customerKey: plan.sourceKey)
            return try await stat(plan.source.key, options).etag != plan.source.etag
        } catch {
            return false
        }
    }

    private func copy(_ plan: CopyPlan) async throws(StoreError) -> ObjectInfo {
        if plan.source.size > plan.options.partSize ?? S3Settings.maxPartSize { return try await copyInParts(plan) }
        let (sent, afterwards) = settings.split(plan.attributes)
        let answer: (response: HTTPResponse, document: CopyResult)
        do throws(StoreError) {
            answer = try await client.send(
                .copyObject(bucket: settings.bucket, plan, sent), reading: CopyResult.self)
        } catch {
            guard Self.isTooLarge(error) || Self.isEncryptedCopyMissing(error, plan) else { throw error }
            return try await copyInParts(plan)
        }
        let version = MetadataHeaders.version(answer.response.headers)
        try await set(afterwards, of: plan.target, version: version)
        let encryption = RareHeaders.encryption(answer.response.headers)
        try ServerSideEncryption.check(plan.attributes.encryption, encryption, plan.target)
        if let algorithm = plan.options.checksum, answer.document.checksum?.algorithm != algorithm {
            throw StoreError(
                .unsupported,
                "the service ignored the checksum that was asked for: the copy is there, without it; set"
                    + " disable=copy_checksums", key: plan.target.string, driver: name)
        }
        // Where nobody compared ETags, what was copied may be another object than the one that was looked at.
        // Ceph does not say which version it made.
        let isVersionMissing = version == nil && capabilities.features.contains(.versions)
        guard plan.ifSourceMatch != nil, !isVersionMissing else {
            return try await stat(plan.target, StatOptions(customerKey: plan.attributes.encryption?.customerKey))
        }
        var info = ObjectInfo(
            key: plan.target, size: plan.source.size, etag: answer.document.etag,
            lastModified: answer.document.lastModified, metadata: plan.metadata ?? plan.source.metadata,
            version: version, storageClass: plan.attributes.storageClass)
        var rare = RareObjectInfo(checksum: answer.document.checksum)
        rare.encryption = encryption
        rare.take(plan.attributes)
        if plan.attributes.tags == nil { rare.tagCount = plan.source.tagCount }
        info.rare = rare
        return info
    }

    /// Whether a copy was refused because of the object's size: AWS says `InvalidRequest`, others `EntityTooLarge`.
    private static func isTooLarge(_ error: StoreError) -> Bool {
        error.serviceCode == "EntityTooLarge"
            || (error.serviceCode == "InvalidRequest" && error.message.lowercased().contains("copy source is larger"))
    }

    /// Whether the server copies encrypted objects by parts only, as Ceph did up to Reef.
    private static func isEncryptedCopyMissing(_ error: StoreError, _ plan: CopyPlan) -> Bool {
        error.serviceCode == "NotImplemented" && plan.source.size > 0
            && (plan.source.encryption != nil || plan.attributes.encryption != nil)
    }

    /// Parts of a copy cost the client nothing, so they are large: half a gigabyte takes the service seconds.
    private static let copyPartSize: Int64 = 512 << 20

    /// Copies an object by parts: what the source carries is said of the upload, for parts carry nothing.
    ///
    /// - Parameter plan: What is copied; a change of the source ends the copy.
    func copyInParts(_ plan: CopyPlan) async throws(StoreError) -> ObjectInfo {
        let source = plan.source
        let sizes = try PartPlan(
            size: source.size, partSize: plan.options.partSize ?? Self.copyPartSize, capabilities: capabilities)
        let tags = plan.attributes.tags == nil ? try await self.tags(ofSource: source) : nil
        let write = plan.writeOptions(tags: tags)
        let checksum = plan.options.checksum.flatMap { settings.checksumPlan(.algorithm($0)) }
        let id = try await createUpload(plan.target, write, checksum)
        let upload = UploadID(key: plan.target, id: id, options: write)
        do throws(StoreError) {
            let parts = try await copyParts(plan, upload, sizes.size(ofPart: 1))
            // Ceph copies parts of whatever is there, whatever the condition says: look again.
            _ = try await stat(
                source.key, StatOptions(ifMatch: source.etag, version: source.version, customerKey: plan.sourceKey))
            return try await completeUpload(upload, parts: parts, write)
        } catch {
            await abandon(upload)
            throw error
        }
    }

    private func copyParts(
        _ plan: CopyPlan, _ upload: UploadID, _ partSize: Int64
    ) async throws(StoreError) -> [UploadedPart] {
        let (source, options) = (plan.source, plan.options)
        let concurrency = options.concurrency ?? settings.partConcurrency
        let bucket = settings.bucket
        let client = client
        let count = Int((source.size + partSize - 1) / partSize)
        let results = await withTaskGroup(of: Result<UploadedPart, StoreError>.self) { group in
            var results: [Result<UploadedPart, StoreError>] = []
            var next = 1
            func start() {
                let number = next
                let range = Int64(number - 1) * partSize..<min(Int64(number) * partSize, source.size)
                next += 1
                group.addTask {
                    do throws(StoreError) {
                        let result = try await client.send(
                            .uploadPartCopy(bucket: bucket, plan, range, upload, number), reading: CopyResult.self)
                        // The document is refused if it has no ETag.
                        let etag = result.document.etag ?? ""
                        return .success(
                            UploadedPart(
                                number: number, size: range.upperBound - range.lowerBound, etag: etag,
                                checksum: options.checksum == nil ? nil : result.document.checksum))
                    } catch { return .failure(error) }
                }
            }
            while next <= min(count, concurrency) { start() }
            var copied: Int64 = 0
            while let result = await group.next() {
                results.append(result)
                guard case .success(let part) = result else {
                    group.cancelAll()
                    continue
                }
                copied += part.size
                options.progress?.report(copied)
                if next <= count, !group.isCancelled { start() }
            }
            return results
        }
        // The first failure is the reason; those after it were cancelled.
        var parts: [UploadedPart] = []
        for result in results { parts.append(try result.get()) }
        if parts.count < count { throw .cancelled(.copy) }
        return parts.sorted { $0.number < $1.number }
    }
}
