import Coffer

extension S3Driver {
    /// Compares a part's checksum, or else its ETag, with bytes.
    ///
    /// A part's ETag is its MD5 unless it is encrypted with a key of a key management service or of the customer's: then it
    /// may look like an MD5 and be none. That is known if the upload or the store asked for it. If the bucket is set up so,
    /// no part compares equal, which ``Store/resumeUpload(_:_:_:)`` takes into account.
    public func part(
        _ part: UploadedPart, of upload: UploadID, holds payload: Payload
    ) async throws(StoreError) -> Bool? {
        if let checksum = part.checksum, checksum.coversAllBytes {
            return try await PartDigest.checksum(payload, checksum.algorithm) == checksum
        }
        guard PartDigest.isMD5(part.etag), !hidesDigest(upload) else { return nil }
        return try await PartDigest.etag(payload) == part.etag
    }

    private func hidesDigest(_ upload: UploadID) -> Bool {
        switch upload.encryption ?? settings.writeDefaults?.encryption {
        case nil, .bucketDefault, .managed: false
        case .kms, .dualLayerKMS, .customerKey: true
        }
    }

    /// Compares an object's checksum, or else its ETag, with that of an upload of these parts.
    public func object(_ object: ObjectInfo, consistsOf parts: [Payload]) async throws(StoreError) -> Bool? {
        if let checksum = object.checksum, checksum.parts.map({ $0 == parts.count }) ?? checksum.algorithm.combines {
            var uploaded: [UploadedPart] = []
            for part in parts {
                let sum = try await PartDigest.checksum(part, checksum.algorithm)
                uploaded.append(
                    UploadedPart(number: uploaded.count + 1, size: part.count, etag: "", checksum: sum))
            }
            return try Checksum.of(uploaded, checksum.algorithm, isComposite: checksum.parts != nil) == checksum
        }
        guard object.encryption?.hidesDigest != true else { return nil }
        guard let etag = object.etag, etag.value.hasSuffix("-\(parts.count)") else { return false }
        var uploaded: [UploadedPart] = []
        for part in parts {
            let etag = try await PartDigest.etag(part)
            uploaded.append(UploadedPart(number: uploaded.count + 1, size: part.count, etag: etag))
        }
        return CompositeETag.of(uploaded) == etag
    }
}

/// Digests of a part that lies here.
enum PartDigest {
    /// What is read from a file at a time, in bytes.
    private static let piece = 1 << 20

    /// Whether a tag looks like an MD5: 32 hexadecimal digits.
    static func isMD5(_ etag: ETag) -> Bool {
        etag.value.utf8.count == 32 && etag.value.utf8.allSatisfy { Hex.value($0) != nil }
    }

    /// The ETag that a part of these bytes gets.
    ///
    /// - Parameter payload: The bytes; read on threads that may block.
    /// - Throws: `io` if a file cannot be read, `cancelled`, `internal` if OpenSSL has no MD5.
    static func etag(_ payload: Payload) async throws(StoreError) -> ETag {
        if Task.isCancelled { throw .cancelled() }
        return try await BlockingPool.run { () throws(StoreError) in
            var digest = try MD5()
            try read(payload) { digest.update($0) }
            let bytes = try digest.finish()
            return ETag(
                String(unsafeUninitializedCapacity: 32) { target in
                    guard let start = target.baseAddress else { return 0 }
                    withUnsafeBytes(of: bytes) { Hex.write($0, to: start) }
                    return 32
                })
        }
    }

    /// A part's checksum.
    ///
    /// - Parameters:
    ///   - payload: The bytes; read on threads that may block.
    ///   - algorithm: Which one.
    /// - Throws: As ``etag(_:)``.
    static func checksum(_ payload: Payload, _ algorithm: ChecksumAlgorithm) async throws(StoreError) -> Checksum? {
        if Task.isCancelled { throw .cancelled() }
        return try await BlockingPool.run { () throws(StoreError) in
            var state = try ChecksumState(algorithm)
            try read(payload) { state.update($0) }
            return Checksum(algorithm, bytes: try state.finish())
        }
    }

    private static func read(_ payload: Payload, _ take: (UnsafeRawBufferPointer) -> Void) throws(StoreError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 64)
        defer { buffer.deallocate() }
        var position: Int64 = 0
        while position < payload.count {
            let count = try payload.read(into: buffer, at: position)
            if count == 0 { break }
            take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            position += Int64(count)
        }
    }
}
