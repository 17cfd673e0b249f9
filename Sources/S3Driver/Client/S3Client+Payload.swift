import Coffer

extension S3Client {
    /// What is said of a request's body.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - isEncrypted: Whether it travels over TLS.
    /// - Throws: `io` if a file cannot be read.
    func payloadHash(_ request: S3Request, isEncrypted: Bool) async throws(StoreError) -> PayloadHash {
        if request.body.isEmpty { return .empty }
        if !request.signsBody {
            switch settings.payloadSigning {
            case .always: break
            case .never: return .unsigned
            case .auto: if isEncrypted { return .unsigned }
            }
        }
        return .sha256(try await PayloadDigest.sha256(request.body))
    }
}

/// The digest of a body, piece by piece and in bounded memory.
enum PayloadDigest {
    private static let step = 1 << 20

    /// SHA-256; blocks for files, and then on a thread that may.
    ///
    /// - Parameter payload: The body.
    static func sha256(_ payload: Payload) async throws(StoreError) -> SHA256Digest {
        if let chunk = payload.singleChunk {
            return try chunk.withUnsafeBytes { bytes throws(StoreError) in try SHA256.hash(bytes) }
        }
        return try await BlockingPool.run { () throws(StoreError) in try digest(payload) }
    }

    private static func digest(_ payload: Payload) throws(StoreError) -> SHA256Digest {
        var context = try SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 64)
        defer { buffer.deallocate() }
        for segment in payload.segments {
            switch segment {
            case .chunk(let chunk): chunk.withUnsafeBytes { context.update($0) }
            case .file(let region):
                var position: Int64 = 0
                while position < region.count {
                    let count = try region.read(into: buffer, at: position)
                    context.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    position += Int64(count)
                }
            }
        }
        return try context.finish()
    }
}
