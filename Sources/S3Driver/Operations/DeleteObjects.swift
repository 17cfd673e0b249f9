import Coffer

extension S3Request {
    /// DeleteObjects: removes up to 1,000 objects.
    ///
    /// The body needs a digest: a checksum where the store is set up to send them, else `Content-MD5`, which every
    /// server takes. Source: S3 API reference.
    ///
    /// - Parameters:
    ///   - keys: The keys, all of which XML can spell.
    ///   - checksum: What checksum goes with the body; nil for `Content-MD5`.
    /// - Throws: `invalidKey` for a key that XML cannot spell.
    static func deleteObjects(_ keys: [Key], _ checksum: ChecksumPlan? = nil) throws(StoreError) -> S3Request {
        var request = S3Request(.delete, .post, .bucket)
        request.query = [("delete", "")]
        let body: Chunk
        do throws(XMLError) {
            body = Chunk(try RequestBodies.delete(keys, isQuiet: false))
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
        var indexes: [Key: Int] = [:]
        indexes.reserveCapacity(keys.count)
        var outcomes: [DeleteOutcome?] = Array(repeating: nil, count: keys.count)
        var batch: [Key] = []
        batch.reserveCapacity(keys.count)
        for (index, key) in keys.enumerated() {
            if Self.survivesXML(key) {
                indexes[key] = index
                batch.append(key)
            } else {
                outcomes[index] = await deleteAlone(key)
            }
        }
        if !batch.isEmpty {
            let (response, result) = try await client.send(
                .deleteObjects(batch, settings.checksumPlan(nil)), reading: DeleteResult.self)
            for deletion in result.deleted {
                let key = Key(deletion.key)
                if let index = indexes[key] { outcomes[index] = DeleteOutcome(key: key) }
            }
            for failure in result.failures {
                guard let index = indexes[Key(failure.key)] else { continue }
                outcomes[index] = outcome(failure, keys[index], response.requestID)
            }
        }
        return keys.enumerated().map { index, key in
            outcomes[index] ?? DeleteOutcome(key: key, error: Self.unmentioned(key))
        }
    }

    private func outcome(_ failure: DeleteResult.Failure, _ key: Key, _ requestID: String?) -> DeleteOutcome {
        let fault = S3Fault(status: 200, code: failure.code, message: failure.message, requestID: requestID)
        let error = fault.error(.delete, key: key, bucket: settings.bucket)
        // That it was not there is what was wanted.
        return DeleteOutcome(key: key, error: error.code == .notFound ? nil : error)
    }

    /// Whether a key comes back from a server as it was sent: XML 1.0 has no way to write most control characters, and
    /// servers forget to escape the line ends that a parser then changes.
    private static func survivesXML(_ key: Key) -> Bool {
        key.string.utf8.allSatisfy { $0 >= 0x20 } && XMLWriter.unrepresentable(in: key.string) == nil
    }

    private func deleteAlone(_ key: Key) async -> DeleteOutcome {
        do throws(StoreError) {
            try await delete(key, DeleteOptions())
            return DeleteOutcome(key: key)
        } catch {
            return DeleteOutcome(key: key, error: error)
        }
    }

    private static func unmentioned(_ key: Key) -> StoreError {
        StoreError(
            .invalidResponse, "the service's answer does not say what became of the key; delete it again",
            operation: .delete, key: key.string, driver: "s3", isRetryable: true)
    }
}
