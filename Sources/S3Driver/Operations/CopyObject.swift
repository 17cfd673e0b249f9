import Coffer

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
    ///   - source: The object's key.
    ///   - target: The copy's key.
    ///   - options: Metadata and conditions.
    static func copyObject(bucket: String, _ source: Key, to target: Key, _ options: CopyOptions) -> S3Request {
        var request = S3Request(.copy, .put, .object(target))
        request.headers.append(("x-amz-copy-source", copySource(bucket: bucket, source, options.sourceVersion)))
        if let metadata = options.metadata {
            request.headers.append(("x-amz-metadata-directive", "REPLACE"))
            MetadataHeaders.write(metadata, to: &request.headers)
        }
        if let etag = options.ifSourceMatch {
            request.headers.append(("x-amz-copy-source-if-match", etag.quoted))
        }
        request.condition = options.condition
        return request
    }

    /// UploadPartCopy: copies a range of an object into a part.
    ///
    /// - Parameters:
    ///   - bucket: The bucket of the source.
    ///   - source: The object's key, version and ETag.
    ///   - range: The bytes.
    ///   - upload: The upload.
    ///   - number: The part's number.
    static func uploadPartCopy(
        bucket: String, _ source: ObjectInfo, _ range: Range<Int64>, _ upload: UploadID, _ number: Int
    ) -> S3Request {
        var request = S3Request(.copy, .put, .object(upload.key))
        request.query = [("partNumber", String(number)), ("uploadId", upload.id)]
        request.headers = [
            ("x-amz-copy-source", copySource(bucket: bucket, source.key, source.version)),
            ("x-amz-copy-source-range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"),
        ]
        if let etag = source.etag { request.headers.append(("x-amz-copy-source-if-match", etag.quoted)) }
        request.isSolitary = false
        return request
    }
}

extension S3Driver: CopyDriver {
    /// Copies an object on the server, metadata included; one that is too large for a single request by parts.
    public func copy(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo {
        if let partSize = options.partSize {
            let info = try await stat(
                source, StatOptions(ifMatch: options.ifSourceMatch, version: options.sourceVersion))
            if info.size > partSize { return try await copyInParts(info, to: target, options, partSize: partSize) }
        }
        do throws(StoreError) {
            _ = try await client.send(
                .copyObject(bucket: settings.bucket, source, to: target, options), reading: CopyResult.self)
        } catch {
            guard Self.isTooLarge(error) else { throw error }
            return try await copyLarge(source, to: target, options)
        }
        // The answer says neither size nor metadata.
        return try await stat(target, StatOptions())
    }

    /// Whether a copy was refused because of the object's size: AWS says `InvalidRequest`, others `EntityTooLarge`.
    private static func isTooLarge(_ error: StoreError) -> Bool {
        error.serviceCode == "EntityTooLarge"
            || (error.serviceCode == "InvalidRequest" && error.message.lowercased().contains("copy source is larger"))
    }

    private func copyLarge(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo
    {
        let info = try await stat(source, StatOptions(ifMatch: options.ifSourceMatch, version: options.sourceVersion))
        return try await copyInParts(info, to: target, options, partSize: options.partSize ?? Self.copyPartSize)
    }

    /// Parts of a copy cost the client nothing, so they are large: half a gigabyte takes the service seconds.
    private static let copyPartSize: Int64 = 512 << 20

    /// Copies an object by parts: the source's metadata are given to the upload, for parts have none.
    ///
    /// - Parameters:
    ///   - source: The object, as it is now; a change of it ends the copy.
    ///   - target: The copy's key.
    ///   - options: Metadata and conditions.
    ///   - partSize: The size of a part, in bytes.
    func copyInParts(
        _ source: ObjectInfo, to target: Key, _ options: CopyOptions, partSize: Int64
    ) async throws(StoreError) -> ObjectInfo {
        let plan = try PartPlan(size: source.size, partSize: partSize, capabilities: capabilities)
        let write = WriteOptions(metadata: options.metadata ?? source.metadata, condition: options.condition)
        let upload = UploadID(key: target, id: try await createUpload(target, write, nil))
        do throws(StoreError) {
            let parts = try await copyParts(source, upload, plan.size(ofPart: 1), options)
            // Ceph copies parts of whatever is there, whatever the condition says: look again.
            _ = try await stat(source.key, StatOptions(ifMatch: source.etag, version: source.version))
            return try await completeUpload(upload, parts: parts, write)
        } catch {
            await abandon(upload)
            throw error
        }
    }

    private func copyParts(
        _ source: ObjectInfo, _ upload: UploadID, _ partSize: Int64, _ options: CopyOptions
    ) async throws(StoreError) -> [UploadedPart] {
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
                            .uploadPartCopy(bucket: bucket, source, range, upload, number), reading: CopyResult.self)
                        // The document is refused if it has no ETag.
                        let etag = result.document.etag ?? ""
                        return .success(
                            UploadedPart(number: number, size: range.upperBound - range.lowerBound, etag: etag))
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
