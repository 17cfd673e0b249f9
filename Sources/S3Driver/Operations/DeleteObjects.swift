import Coffer

extension S3Request {
    /// DeleteObjects: removes up to 1,000 objects or versions.
    ///
    /// The body needs a digest: a checksum where the store is set up to send them, else `Content-MD5`, which every
    /// server takes. Source: S3 API reference.
    ///
    /// - Parameters:
    ///   - objects: Keys, all of which XML can spell, and versions.
    ///   - checksum: What checksum goes with the body; nil for `Content-MD5`.
    /// - Throws: `invalidKey` for a key that XML cannot spell.
    static func deleteObjects(_ objects: [VersionID], _ checksum: ChecksumPlan? = nil) throws(StoreError) -> S3Request {
        var request = S3Request(.delete, .post, .bucket)
        request.query = [("delete", "")]
        let body: Chunk
        do throws(XMLError) {
            body = Chunk(try RequestBodies.delete(objects, isQuiet: false))
        } catch {
            throw StoreError(.invalidKey, "a key cannot be part of a batch: \(error)")
        }
        request.body = Payload(body)
        request.signsBody = true
        request.checksum = checksum
        request.sendsMD5 = checksum == nil
        request.headers = [("content-type", "application/xml")]
        request.isSolitary = false
        return request
    }
}

extension S3Driver: BatchDeleteDriver {
    /// Deletes objects by one request, with a reason for each that stays.
    public func deleteBatch(_ keys: [Key]) async throws(StoreError) -> [DeleteOutcome] {
        try await client.delete(keys.map { VersionID($0, nil) })
    }
}

extension S3Client {
    /// Deletes objects or versions by one request, with a reason for each that stays. What XML cannot spell is deleted by
    /// a request of its own; so is everything where the server takes no batches, or none of versions.
    ///
    /// - Parameters:
    ///   - objects: At most 1,000, each once.
    ///   - headers: Further headers of each request.
    /// - Returns: An outcome for each, in the same order.
    func delete(
        _ objects: [VersionID], headers: [(name: String, value: String)] = []
    ) async throws(StoreError) -> [DeleteOutcome] {
        let takesBatches = settings.server.features.contains(.batchDelete)
        var indexes: [VersionID: Int] = [:]
        indexes.reserveCapacity(objects.count)
        var outcomes: [DeleteOutcome?] = Array(repeating: nil, count: objects.count)
        var batch: [VersionID] = []
        batch.reserveCapacity(objects.count)
        for (index, object) in objects.enumerated() {
            let isTaken = takesBatches && (object.version == nil || settings.server.deletesVersionsInBatches)
            if isTaken, Self.survivesXML(object.key) {
                indexes[object] = index
                batch.append(object)
            } else {
                outcomes[index] = await deleteAlone(object, headers)
            }
        }
        if !batch.isEmpty {
            var request = try S3Request.deleteObjects(batch, settings.checksumPlan(nil))
            request.headers += headers
            let (response, result) = try await send(request, reading: DeleteResult.self)
            for deletion in result.deleted {
                guard let index = Self.index(of: deletion.key, deletion.versionID, in: indexes) else { continue }
                outcomes[index] = DeleteOutcome(key: objects[index].key, version: objects[index].version)
            }
            for failure in result.failures {
                guard let index = Self.index(of: failure.key, failure.versionID, in: indexes) else { continue }
                outcomes[index] = outcome(failure, objects[index], response.requestID)
            }
        }
        return objects.enumerated().map { index, object in
            outcomes[index]
                ?? DeleteOutcome(key: object.key, version: object.version, error: Self.unmentioned(object.key))
        }
    }

    /// What a line of the answer is about. Of the current version a service may say which one it was; of the one that a
    /// bucket without versions has, it may not.
    private static func index(of key: String, _ version: String?, in indexes: [VersionID: Int]) -> Int? {
        let key = Key(key)
        return indexes[VersionID(key, version)] ?? indexes[VersionID(key, nil)]
            ?? (version == nil ? indexes[VersionID(key, "null")] : nil)
    }

    private func outcome(_ failure: DeleteResult.Failure, _ object: VersionID, _ requestID: String?) -> DeleteOutcome {
        let fault = S3Fault(status: 200, code: failure.code, message: failure.message, requestID: requestID)
        let error = fault.error(.delete, key: object.key, bucket: settings.bucket)
        // That it was not there is what was wanted.
        return DeleteOutcome(
            key: object.key, version: object.version, error: error.code == .notFound ? nil : error)
    }

    /// Whether a key comes back from a server as it was sent: XML 1.0 has no way to write most control characters, and
    /// servers forget to escape the line ends that a parser then changes.
    private static func survivesXML(_ key: Key) -> Bool {
        key.string.utf8.allSatisfy { $0 >= 0x20 } && XMLWriter.unrepresentable(in: key.string) == nil
    }

    private func deleteAlone(
        _ object: VersionID, _ headers: [(name: String, value: String)]
    ) async -> DeleteOutcome {
        var request = S3Request.deleteObject(object.key, DeleteOptions(version: object.version))
        request.headers += headers
        do throws(StoreError) {
            _ = try await send(request)
        } catch {
            // Some servers say that there was nothing to delete.
            if error.code != .notFound {
                return DeleteOutcome(key: object.key, version: object.version, error: error)
            }
        }
        return DeleteOutcome(key: object.key, version: object.version)
    }

    private static func unmentioned(_ key: Key) -> StoreError {
        StoreError(
            .invalidResponse, "the service's answer does not say what became of the key; delete it again",
            operation: .delete, key: key.string, driver: "s3", isRetryable: true)
    }
}
