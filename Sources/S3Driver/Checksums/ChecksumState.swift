import Coffer

/// A checksum in the making, by any algorithm. One owner; ``finish()`` makes it ready for the next one.
struct ChecksumState: ~Copyable {
    private let algorithm: ChecksumAlgorithm
    private var check: CyclicCheck?
    private var digest: DigestContext?

    /// Makes the checksum of no bytes yet.
    ///
    /// - Parameter algorithm: How to compute it.
    /// - Throws: `internal` if OpenSSL does not provide the digest.
    init(_ algorithm: ChecksumAlgorithm) throws(StoreError) {
        self.algorithm = algorithm
        check = CyclicCheck(algorithm)
        switch algorithm {
        case .sha256: digest = try DigestContext(.sha256)
        case .sha1: digest = try DigestContext(.sha1)
        case .crc32, .crc32c, .crc64nvme: digest = nil
        }
    }

    /// Takes the next bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        check?.update(bytes)
        digest?.update(bytes)
    }

    /// Ends, and starts again.
    ///
    /// - Returns: As many bytes as the algorithm has.
    /// - Throws: `internal` if OpenSSL failed.
    mutating func finish() throws(StoreError) -> [UInt8] {
        if let check {
            self.check = CyclicCheck(algorithm)
            return check.bytes
        }
        // Room for any digest of OpenSSL.
        var room = SIMD64<UInt8>()
        try withUnsafeMutablePointer(to: &room) { pointer throws(StoreError) in
            try digest?.finish(into: UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self))
        }
        digest?.restart()
        return withUnsafeBytes(of: room) { Array($0.prefix(algorithm.byteCount)) }
    }

    /// The checksum of some bytes.
    static func of(_ bytes: UnsafeRawBufferPointer, _ algorithm: ChecksumAlgorithm) throws(StoreError) -> Checksum? {
        var state = try ChecksumState(algorithm)
        state.update(bytes)
        return Checksum(algorithm, bytes: try state.finish())
    }
}
