import Coffer
import HTTPTransport

extension ChecksumAlgorithm {
    /// The name in headers that name an algorithm, for instance `CRC64NVME`. Source: S3 API reference.
    var wireName: String {
        switch self {
        case .crc64nvme: "CRC64NVME"
        case .crc32c: "CRC32C"
        case .crc32: "CRC32"
        case .sha256: "SHA256"
        case .sha1: "SHA1"
        }
    }

    /// The header or trailer that carries a value. Source: S3 API reference.
    var header: String { "x-amz-checksum-" + rawValue }

    /// The element that carries a value in XML, for instance `ChecksumCRC32C`. Source: S3 API reference.
    var element: StaticString {
        switch self {
        case .crc64nvme: "ChecksumCRC64NVME"
        case .crc32c: "ChecksumCRC32C"
        case .crc32: "ChecksumCRC32"
        case .sha256: "ChecksumSHA256"
        case .sha1: "ChecksumSHA1"
        }
    }

    /// The algorithm that a header names.
    init?(wireName: String) {
        let name = wireName.lowercased()
        guard let algorithm = Self(rawValue: name) else { return nil }
        self = algorithm
    }
}

extension XMLText {
    /// The value of an element named as ``ChecksumAlgorithm/element`` says; nil if it is none.
    func checksum<Tag: RawRepresentable<String>>(_ tag: Tag) -> Checksum? {
        ChecksumAlgorithm(wireName: String(tag.rawValue.dropFirst("Checksum".count)))
            .flatMap { Checksum($0, base64: string) }
    }
}

extension HTTPHeaders {
    /// The object's checksum, where the answer has one that we know; the cheapest if it has several.
    var checksum: Checksum? {
        for algorithm in ChecksumAlgorithm.allCases {
            guard let text = self[algorithm.header], let checksum = Checksum(algorithm, base64: text) else { continue }
            // Says so although the value itself does not: then nobody knows of how many parts.
            if checksum.coversAllBytes, self["x-amz-checksum-type"] == "COMPOSITE" { continue }
            return checksum
        }
        return nil
    }
}

extension StoreError {
    /// Two checksums of what should be the same bytes differ.
    ///
    /// - Parameters:
    ///   - what: What was compared, as the beginning of a sentence.
    ///   - expected: What it should be.
    ///   - found: What it is.
    ///   - isRetryable: Whether they may be the same if it is tried again.
    static func mismatch(
        _ what: String, expected: Checksum, found: Checksum, isRetryable: Bool = true
    ) -> StoreError {
        StoreError(
            .checksumMismatch,
            "\(what): \(found.algorithm.rawValue) is \(found.base64), not \(expected.base64); the bytes were changed on"
                + " the way or in the service", driver: "s3", isRetryable: isRetryable)
    }
}
