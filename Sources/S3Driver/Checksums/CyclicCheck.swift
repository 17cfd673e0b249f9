import CChecksums
import Coffer

/// A cyclic redundancy check over pieces: hardware where there is some, see `CChecksums`.
struct CyclicCheck: Sendable, Hashable {
    /// Which of the checks of `CChecksums`.
    private let kind: Int32
    private let algorithm: ChecksumAlgorithm
    /// The check of the bytes so far.
    private(set) var value: UInt64 = 0

    /// Makes the check of no bytes yet; nil if the algorithm is a digest.
    ///
    /// - Parameter algorithm: Which check.
    init?(_ algorithm: ChecksumAlgorithm) {
        switch algorithm {
        case .crc32: kind = Int32(COFFER_CRC32.rawValue)
        case .crc32c: kind = Int32(COFFER_CRC32C.rawValue)
        case .crc64nvme: kind = Int32(COFFER_CRC64NVME.rawValue)
        case .sha256, .sha1: return nil
        }
        self.algorithm = algorithm
    }

    /// Takes the next bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        value = coffer_crc_update(kind, value, bytes.baseAddress, bytes.count)
    }

    /// Takes the next bytes by their check alone.
    ///
    /// - Parameters:
    ///   - next: The check of those bytes.
    ///   - count: Their number.
    mutating func combine(_ next: UInt64, count: Int64) {
        value = coffer_crc_combine(kind, value, next, UInt64(max(0, count)))
    }

    /// The value with its highest byte first.
    var bytes: [UInt8] {
        (0..<algorithm.byteCount).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    /// The number that bytes with the highest first spell.
    static func number(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

extension Checksum {
    /// The checksum of an object from those of its parts: of all bytes where the algorithm combines and `isComposite`
    /// is false, else the checksum of the parts' checksums.
    ///
    /// - Parameters:
    ///   - parts: In ascending order.
    ///   - algorithm: That of all parts.
    ///   - isComposite: Whether to compute a checksum of checksums.
    /// - Returns: nil if a part has no checksum, or one of another algorithm.
    /// - Throws: `internal` if OpenSSL fails.
    static func of(
        _ parts: [UploadedPart], _ algorithm: ChecksumAlgorithm, isComposite: Bool
    ) throws(StoreError) -> Checksum? {
        var whole = CyclicCheck(algorithm)
        var all = ByteBuffer(capacity: parts.count * algorithm.byteCount)
        for part in parts {
            guard let checksum = part.checksum, checksum.algorithm == algorithm, checksum.coversAllBytes else {
                return nil
            }
            whole?.combine(CyclicCheck.number(checksum.bytes), count: part.size)
            all.append(checksum.bytes)
        }
        if !isComposite { return whole.flatMap { Checksum(algorithm, bytes: $0.bytes) } }
        var state = try ChecksumState(algorithm)
        state.update(all.bytes)
        return Checksum(algorithm, bytes: try state.finish(), parts: parts.count)
    }
}
