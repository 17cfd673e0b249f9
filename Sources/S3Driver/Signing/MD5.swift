import Coffer

/// MD5 over pieces, for `Content-MD5`: the one integrity header that every S3 server knows.
struct MD5: ~Copyable {
    private var context: DigestContext

    /// Makes a digest of nothing yet.
    ///
    /// - Throws: `internal` if OpenSSL has no MD5, as in a FIPS setup.
    init() throws(StoreError) { context = try DigestContext(.md5) }

    /// Takes bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) { context.update(bytes) }

    /// Ends the digest and starts anew.
    ///
    /// - Returns: 16 bytes.
    mutating func finish() throws(StoreError) -> SIMD16<UInt8> {
        var digest = SIMD16<UInt8>()
        try withUnsafeMutablePointer(to: &digest) { pointer throws(StoreError) in
            try context.finish(into: UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self))
        }
        context.restart()
        return digest
    }

    /// The digest of some bytes.
    static func hash(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> SIMD16<UInt8> {
        var digest = try MD5()
        digest.update(bytes)
        return try digest.finish()
    }
}
