import Coffer

/// What checksum goes with an upload, and how.
struct ChecksumPlan: Sendable, Hashable {
    /// How it is computed.
    var algorithm: ChecksumAlgorithm
    /// The value, if the caller knows it.
    var known: Checksum?
    /// Whether an upload in parts gets a checksum of checksums instead of one of all bytes.
    var isComposite: Bool

    /// The plan for a part of an upload: whatever is known is known of the whole.
    var ofPart: ChecksumPlan {
        var plan = self
        plan.known = nil
        return plan
    }
}

/// When a checksum is sent or checked that nobody asked for. Source: "Data Integrity Protections for Amazon S3", AWS SDKs
/// and tools reference guide.
enum ChecksumPolicy: String, Sendable, CaseIterable {
    /// Wherever the operation can.
    case whenSupported = "when_supported"
    /// Only where the operation cannot do without.
    case whenRequired = "when_required"
}

/// Where an upload's checksum travels.
enum ChecksumPlacement: String, Sendable, CaseIterable {
    /// Before the body: the body is sent as it is.
    case header
    /// After the body, which is then sent as `aws-chunked`.
    case trailer
}

/// Which kind of checksum an upload in parts gets. Source: S3 user guide, "Checking object integrity".
enum ChecksumType: String, Sendable, CaseIterable {
    /// Of all bytes for the CRCs, of the parts' checksums for the digests.
    case auto
    /// Of all bytes.
    case fullObject = "full_object"
    /// Of the parts' checksums.
    case composite
}

extension S3Settings {
    /// What checksum goes with an upload; nil for none.
    ///
    /// - Parameter wanted: What the caller asked for; nil for what the store is set up to do.
    func checksumPlan(_ wanted: WriteChecksum?) -> ChecksumPlan? {
        let algorithm: ChecksumAlgorithm
        if let wanted {
            algorithm = wanted.algorithm
        } else if let chosen = checksum {
            algorithm = chosen
        } else {
            guard requestChecksums == .whenSupported,
                let first = ChecksumAlgorithm.allCases.first(where: server.checksums.contains)
            else { return nil }
            algorithm = first
        }
        // Source: S3 user guide, "Checking object integrity": which algorithms have which type.
        let isComposite =
            switch (algorithm, checksumType) {
            case (.crc64nvme, _): false
            case (.sha256, _), (.sha1, _): true
            case (.crc32, let type), (.crc32c, let type):
                type == .composite || (type == .auto && !server.hasFullObjectChecksums)
            }
        return ChecksumPlan(algorithm: algorithm, known: wanted?.known, isComposite: isComposite)
    }
}
