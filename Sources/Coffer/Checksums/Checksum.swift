/// A way to compute a checksum of an object's bytes.
public enum ChecksumAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// CRC-64/NVME, 8 bytes: what Amazon S3 computes itself, and nearly free. Source: NVM Express specification.
    case crc64nvme
    /// CRC-32C (Castagnoli), 4 bytes. Source: RFC 3720, section 12.1.
    case crc32c
    /// CRC-32 as in zlib, 4 bytes. Source: RFC 1952, section 8.
    case crc32
    /// SHA-256, 32 bytes; costs ten times as much as a CRC. Source: FIPS 180-4.
    case sha256
    /// SHA-1, 20 bytes; for what was stored with it. Source: FIPS 180-4.
    case sha1

    /// The number of bytes of a checksum.
    public var byteCount: Int {
        switch self {
        case .crc64nvme: 8
        case .crc32c, .crc32: 4
        case .sha256: 32
        case .sha1: 20
        }
    }

    /// Whether the checksum of a whole follows from those of its parts, so that parts can be computed in parallel.
    public var combines: Bool {
        switch self {
        case .crc64nvme, .crc32c, .crc32: true
        case .sha256, .sha1: false
        }
    }
}

/// A checksum of an object.
///
/// It covers either all bytes of the object, or, for an object that was uploaded in parts, the checksums of the parts:
/// then ``parts`` says how many, and it depends on where the object was cut.
public struct Checksum: Sendable, Hashable {
    /// How it was computed.
    public let algorithm: ChecksumAlgorithm
    /// The value, as many bytes as ``ChecksumAlgorithm/byteCount`` says; numbers have their highest byte first.
    public let bytes: [UInt8]
    /// nil for a checksum of all bytes; else of the checksums of so many parts, 1 or more.
    public let parts: Int?

    /// Makes a checksum of its bytes; nil if their number is not that of the algorithm or `parts` is not positive.
    ///
    /// - Parameters:
    ///   - algorithm: How it was computed.
    ///   - bytes: The value; numbers with their highest byte first.
    ///   - parts: The number of parts whose checksums it covers; nil for one of all bytes.
    public init?(_ algorithm: ChecksumAlgorithm, bytes: [UInt8], parts: Int? = nil) {
        guard bytes.count == algorithm.byteCount, parts.map({ $0 > 0 }) ?? true else { return nil }
        self.algorithm = algorithm
        self.bytes = bytes
        self.parts = parts
    }

    /// Makes a checksum of the text that S3 uses: Base64, followed by `-` and the number of parts if it covers
    /// checksums of parts; nil if it is none.
    ///
    /// - Parameters:
    ///   - algorithm: How it was computed.
    ///   - base64: The text, for instance `sOO8/Q==`.
    public init?(_ algorithm: ChecksumAlgorithm, base64: String) {
        let pieces = base64.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let value = pieces.first, let bytes = Base64.decode(value.utf8) else { return nil }
        var parts: Int?
        if pieces.count == 2 {
            guard let number = Int(pieces[1]) else { return nil }
            parts = number
        }
        self.init(algorithm, bytes: bytes, parts: parts)
    }

    /// Makes a checksum of hexadecimal digits of either case; nil if they are none.
    ///
    /// - Parameters:
    ///   - algorithm: How it was computed.
    ///   - hex: The digits, highest first.
    public init?(_ algorithm: ChecksumAlgorithm, hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == algorithm.byteCount * 2 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(algorithm, bytes: bytes)
    }

    /// Whether it covers the object's bytes, and not the checksums of parts.
    public var coversAllBytes: Bool { parts == nil }

    /// The value as S3 writes it: Base64, followed by `-` and the number of parts if it covers checksums of parts.
    public var base64: String {
        let text = String(decoding: Base64.encode(bytes), as: UTF8.self)
        return parts.map { "\(text)-\($0)" } ?? text
    }

    /// The value in lower-case hexadecimal digits, highest first.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}

extension Checksum: CustomStringConvertible {
    /// The algorithm and the value, for instance `crc32c sOO8/Q==`.
    public var description: String { "\(algorithm.rawValue) \(base64)" }
}

/// What checksum goes with an object that is written.
public enum WriteChecksum: Sendable, Hashable {
    /// The driver computes it while it reads the bytes, and the service compares.
    case algorithm(ChecksumAlgorithm)
    /// The caller knows it, and the service compares: bytes that changed on their way to the driver are found too.
    /// Must cover all bytes.
    case value(Checksum)

    /// How it is computed.
    public var algorithm: ChecksumAlgorithm {
        switch self {
        case .algorithm(let algorithm): algorithm
        case .value(let checksum): checksum.algorithm
        }
    }

    /// The value, if the caller knows it.
    public var known: Checksum? {
        if case .value(let checksum) = self { return checksum }
        return nil
    }
}

/// Whether the bytes of a read are compared with the object's checksum.
public enum ReadVerification: Sendable, Hashable {
    /// As the driver is set up: for `s3` if the whole object is read and has a checksum.
    case automatic
    /// Always: `unsupported` where there is nothing to compare with.
    case required
    /// Never.
    case off
}
