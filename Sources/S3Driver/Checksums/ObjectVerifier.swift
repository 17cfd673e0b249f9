import Coffer

/// Compares the bytes of an object with a checksum of all of them, or part by part.
///
/// `@unchecked Sendable`: ``ChecksumVerifier`` is used by one reader at a time.
final class ObjectVerifier: ChecksumVerifier, @unchecked Sendable {
    /// Bytes that have a checksum of their own.
    struct Piece: Sendable {
        /// Their number.
        var count: Int64
        /// Their checksum, which covers all of them.
        var checksum: Checksum
    }

    private let pieces: [Piece]
    private var index = 0
    /// Bytes of the current piece so far.
    private var position: Int64 = 0
    private var state: ChecksumState

    /// Makes a verifier.
    ///
    /// - Parameter pieces: One for the whole object, or one for each part in order; all of one algorithm.
    /// - Returns: nil if there is no piece.
    /// - Throws: `internal` if OpenSSL does not provide the digest.
    init?(_ pieces: [Piece]) throws(StoreError) {
        guard let first = pieces.first else { return nil }
        self.pieces = pieces
        state = try ChecksumState(first.checksum.algorithm)
    }

    func update(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        var rest = bytes
        while !rest.isEmpty {
            guard index < pieces.count else {
                throw StoreError(.checksumMismatch, "there are more bytes than the object has", driver: "s3")
            }
            let count = Int(min(Int64(rest.count), pieces[index].count - position))
            state.update(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            position += Int64(count)
            if position == pieces[index].count { try end() }
        }
    }

    /// Compares a piece that is complete.
    private func end() throws(StoreError) {
        let expected = pieces[index].checksum
        let found = Checksum(expected.algorithm, bytes: try state.finish())
        index += 1
        position = 0
        guard let found, found != expected else { return }
        let what =
            pieces.count == 1
            ? "the object's bytes are not what was stored" : "the bytes of part \(index) are not what was stored"
        throw StoreError.mismatch(what, expected: expected, found: found)
    }

    func finish() throws(StoreError) {
        // An empty piece has not been looked at yet.
        while index < pieces.count, pieces[index].count == position { try end() }
        guard index == pieces.count else {
            throw StoreError(.checksumMismatch, "there are fewer bytes than the object has", driver: "s3")
        }
    }
}

extension S3Driver {
    /// Whether the bytes of a read shall be verified.
    func verifies(_ options: ReadOptions) -> Bool {
        switch options.verification {
        case .off: false
        case .required: true
        case .automatic: settings.responseChecksums == .whenSupported
        }
    }

    /// Whether a read asks for the object's checksum: not for a range, which has none of its own.
    func asksChecksum(_ options: ReadOptions) -> Bool {
        guard verifies(options) else { return false }
        if case .required = options.verification { return true }
        switch options.range {
        case nil, .from(0): return true
        default: return false
        }
    }

    /// What verifies a whole object; nil where it has no checksum, or one of parts whose sizes are not known.
    ///
    /// - Parameters:
    ///   - info: The object.
    ///   - isRequired: Whether everything is tried to find out about the parts.
    ///   - customerKey: The key that the object was encrypted with.
    func verifier(
        _ info: ObjectInfo, isRequired: Bool, customerKey: CustomerKey? = nil
    ) async throws(StoreError) -> (any ChecksumVerifier)? {
        guard let checksum = info.checksum else { return nil }
        guard let count = checksum.parts else {
            return try ObjectVerifier([ObjectVerifier.Piece(count: info.size, checksum: checksum)])
        }
        guard let parts = await parts(info, isRequired: isRequired, customerKey: customerKey), parts.count == count,
            parts.reduce(0, { $0 + $1.size }) == info.size,
            // The parts that the service names are those of this checksum.
            try Checksum.of(parts, checksum.algorithm, isComposite: true) == checksum
        else { return nil }
        return try ObjectVerifier(
            parts.compactMap { part in part.checksum.map { ObjectVerifier.Piece(count: part.size, checksum: $0) } })
    }
}
