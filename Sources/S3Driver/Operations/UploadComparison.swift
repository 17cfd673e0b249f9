import Coffer

extension S3Driver {
    /// Compares a part's ETag with the MD5 of bytes, where it is one.
    ///
    /// With keys of a key management service or of the customer's, an ETag looks like an MD5 and is none: then no part
    /// compares equal, which ``Store/resumeUpload(_:_:_:)`` takes into account.
    public func part(
        _ part: UploadedPart, of upload: UploadID, holds payload: Payload
    ) async throws(StoreError) -> Bool? {
        guard PartDigest.isMD5(part.etag) else { return nil }
        return try await PartDigest.etag(payload) == part.etag
    }

    /// Compares an object's ETag with that of an upload of these parts.
    public func object(_ object: ObjectInfo, consistsOf parts: [Payload]) async throws(StoreError) -> Bool? {
        guard let etag = object.etag, etag.value.hasSuffix("-\(parts.count)") else { return false }
        var uploaded: [UploadedPart] = []
        for part in parts {
            let etag = try await PartDigest.etag(part)
            uploaded.append(UploadedPart(number: uploaded.count + 1, size: part.count, etag: etag))
        }
        return CompositeETag.of(uploaded) == etag
    }
}

/// The MD5 of a part, which is its ETag on unencrypted objects.
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
            var position: Int64 = 0
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 64)
            defer { buffer.deallocate() }
            while position < payload.count {
                let count = try payload.read(into: buffer, at: position)
                if count == 0 { break }
                digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                position += Int64(count)
            }
            let bytes = try digest.finish()
            return ETag(
                String(unsafeUninitializedCapacity: 32) { target in
                    guard let start = target.baseAddress else { return 0 }
                    withUnsafeBytes(of: bytes) { Hex.write($0, to: start) }
                    return 32
                })
        }
    }
}
