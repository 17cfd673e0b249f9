import Coffer

extension S3Request {
    /// CreateMultipartUpload.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: Metadata; the condition counts on completion.
    ///   - checksum: What checksum the object shall get.
    ///   - attributes: What else the object carries.
    /// - Throws: `internal` if OpenSSL has no MD5, which a customer's key needs.
    static func createUpload(
        _ key: Key, _ options: WriteOptions, _ checksum: ChecksumPlan? = nil, _ attributes: RareWriteOptions? = nil
    ) throws(StoreError) -> S3Request {
        var request = S3Request(.createUpload, .post, .object(key))
        request.query = [("uploads", "")]
        MetadataHeaders.write(options.metadata, to: &request.headers)
        try request.add(attributes)
        if let visibility = options.visibility { request.headers.append(("x-amz-acl", visibility.cannedACL)) }
        if let checksum {
            request.headers.append(("x-amz-checksum-algorithm", checksum.algorithm.wireName))
            request.headers.append(("x-amz-checksum-type", checksum.isComposite ? "COMPOSITE" : "FULL_OBJECT"))
        }
        return request
    }

    /// UploadPart.
    ///
    /// - Parameters:
    ///   - upload: The upload.
    ///   - number: The part's number.
    ///   - payload: The bytes.
    ///   - checksum: What checksum goes with them.
    ///   - customerKey: The key that the object is encrypted with.
    /// - Throws: `internal` if OpenSSL has no MD5, which a customer's key needs.
    static func uploadPart(
        _ upload: UploadID, number: Int, _ payload: Payload, _ checksum: ChecksumPlan? = nil,
        customerKey: CustomerKey? = nil
    ) throws(StoreError) -> S3Request {
        var request = S3Request(.uploadPart, .put, .object(upload.key))
        request.query = [("partNumber", String(number)), ("uploadId", upload.id)]
        try request.add(customerKey)
        request.body = payload
        request.checksum = checksum
        request.isSolitary = false
        return request
    }

    /// CompleteMultipartUpload.
    ///
    /// - Parameters:
    ///   - upload: The upload.
    ///   - parts: The parts in ascending order.
    ///   - condition: What must be true of the present object.
    ///   - checksum: The checksum that the object must have.
    ///   - customerKey: The key that the object is encrypted with.
    /// - Throws: `invalidArgument` if an ETag is not one.
    static func completeUpload(
        _ upload: UploadID, parts: [UploadedPart], _ condition: WriteCondition, _ checksum: Checksum? = nil,
        customerKey: CustomerKey? = nil
    ) throws(StoreError) -> S3Request {
        var request = S3Request(.completeUpload, .post, .object(upload.key))
        request.query = [("uploadId", upload.id)]
        try request.add(customerKey)
        if let checksum {
            // A checksum of checksums follows from those of the parts; no header carries it.
            request.headers.append(("x-amz-checksum-type", checksum.coversAllBytes ? "FULL_OBJECT" : "COMPOSITE"))
            if checksum.coversAllBytes { request.headers.append((checksum.algorithm.header, checksum.base64)) }
        }
        do throws(XMLError) {
            request.body = Payload(Chunk(try RequestBodies.completeMultipartUpload(parts)))
        } catch {
            throw StoreError(.invalidArgument, "an ETag of the parts cannot be sent: \(error)", key: upload.key.string)
        }
        request.signsBody = true
        request.condition = condition
        return request
    }

    /// AbortMultipartUpload.
    ///
    /// - Parameter upload: The upload.
    static func abortUpload(_ upload: UploadID) -> S3Request {
        var request = S3Request(.abortUpload, .delete, .object(upload.key))
        request.query = [("uploadId", upload.id)]
        return request
    }
}

extension S3Driver: MultipartDriver {
    /// Starts an upload.
    public func createUpload(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> String {
        try checkCondition(options.condition, .createUpload, key)
        let plan = settings.checksumPlan(options.checksum)
        if let known = plan?.known, !known.algorithm.combines {
            throw StoreError(
                .unsupported,
                "the \(known.algorithm.rawValue) of an object that is uploaded in parts cannot be compared; give a CRC,"
                    + " or raise multipart_threshold so that the object is stored by one request",
                operation: .createUpload, key: key.string, driver: name)
        }
        return try await createUpload(key, options, plan)
    }

    /// Starts an upload with or without checksums: what is copied by parts on the server has none of ours.
    func createUpload(_ key: Key, _ options: WriteOptions, _ plan: ChecksumPlan?) async throws(StoreError) -> String {
        let attributes = settings.split(settings.attributes(options.rare)).sent
        let request = try S3Request.createUpload(key, options, plan, attributes)
        let (response, document) = try await client.send(request, reading: InitiateMultipartUploadResult.self)
        do throws(StoreError) {
            try ServerSideEncryption.check(attributes?.encryption, RareHeaders.encryption(response.headers), key)
        } catch {
            await abandon(UploadID(key: key, id: document.uploadID))
            throw error
        }
        return document.uploadID
    }

    /// Refuses a condition that the server would ignore.
    func checkCondition(_ condition: WriteCondition, _ operation: Operation, _ key: Key) throws(StoreError) {
        if condition == .none || settings.server.checksConditionOnCompletion { return }
        throw StoreError(
            .unsupported,
            "this server ignores conditions when an upload in parts is completed; raise multipart_threshold so that"
                + " the object is stored by one request, or write without a condition",
            operation: operation, key: key.string, driver: name)
    }

    /// Uploads one part.
    public func uploadPart(
        _ upload: UploadID, number: Int, _ payload: Payload
    ) async throws(StoreError) -> UploadedPart {
        let plan = settings.checksumPlan(upload.checksum)?.ofPart
        var request = try S3Request.uploadPart(
            upload, number: number, payload, plan, customerKey: settings.customerKey(of: upload))
        request.sendsMD5 = settings.sendsContentMD5 || (plan == nil && upload.isLocking)
        let body = try await client.prepare(request)
        let response = try await client.send(request, body)
        guard let etag = response.etag else { throw S3Driver.missing("ETag", response, .uploadPart, upload.key) }
        try S3Driver.compare("the service stored another part \(number)", body.checksum, response.headers.checksum)
        return UploadedPart(number: number, size: payload.count, etag: etag, checksum: body.checksum)
    }

    /// Throws an upload away; one that is not there is no error.
    public func abortUpload(_ upload: UploadID) async throws(StoreError) {
        lostCompletions.remove(upload)
        do throws(StoreError) {
            _ = try await client.send(.abortUpload(upload))
        } catch {
            if error.code == .notFound { return }
            throw error
        }
    }

    /// Aborts what failed, also in a cancelled task; tried three times, for parts that stay cost money.
    func abandon(_ upload: UploadID) async {
        let driver = self
        await BackgroundTasks.start {
            for attempt in 0..<3 {
                do throws(StoreError) {
                    try await driver.abortUpload(upload)
                    return
                } catch {
                    guard error.isRetryable else { return }
                    do throws(StoreError) { try await Sleeper.sleep(for: .milliseconds(200 << attempt)) } catch {
                        return
                    }
                }
            }
        }.value
    }
}
