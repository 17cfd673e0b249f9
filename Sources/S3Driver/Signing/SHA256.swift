import Coffer

/// A SHA-256 digest: 32 bytes, compared and hashed by value, without memory of its own.
struct SHA256Digest: Sendable, Hashable {
    /// The bytes in order.
    var bytes: SIMD32<UInt8>

    /// The digest of no bytes.
    static let ofNothing = SHA256Digest(bytes: [
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
        0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ])

    /// The digest in 64 lower-case hexadecimal digits.
    var hex: String {
        String(unsafeUninitializedCapacity: 64) { target in
            guard let start = target.baseAddress else { return 0 }
            withUnsafeBytes(of: bytes) { Hex.write($0, to: start) }
            return 64
        }
    }
}

extension SHA256Digest: CustomStringConvertible {
    /// The digest in hexadecimal.
    var description: String { hex }
}

/// SHA-256 over pieces. One owner; ``finish()`` makes it ready for the next digest.
struct SHA256: ~Copyable {
    private var context: DigestContext

    /// Makes a digest of nothing yet.
    ///
    /// - Throws: `internal` if OpenSSL has no SHA-256.
    init() throws(StoreError) { context = try DigestContext(.sha256) }

    /// Takes bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) { context.update(bytes) }

    /// Ends the digest and starts anew.
    mutating func finish() throws(StoreError) -> SHA256Digest {
        let digest = try context.finishSHA256()
        context.restart()
        return digest
    }

    /// The digest of some bytes.
    static func hash(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> SHA256Digest {
        if bytes.isEmpty { return .ofNothing }
        var context = try DigestContext(.sha256)
        context.update(bytes)
        return try context.finishSHA256()
    }
}

extension DigestContext {
    /// Ends a SHA-256; ``restart()`` is needed before the next use.
    mutating func finishSHA256() throws(StoreError) -> SHA256Digest {
        var digest = SHA256Digest(bytes: SIMD32())
        try withUnsafeMutablePointer(to: &digest) { pointer throws(StoreError) in
            // The digest is 32 bytes of plain storage.
            try finish(into: UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self))
        }
        return digest
    }
}
