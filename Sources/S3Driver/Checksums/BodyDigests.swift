import Coffer

/// Everything that has to be known of a body before it can be sent, computed in one pass and in bounded memory.
struct BodyDigests: Sendable {
    /// What is wanted of a body.
    struct Request: Sendable {
        /// Its checksum.
        var checksum: ChecksumAlgorithm?
        /// Its SHA-256.
        var digest = false
        /// The SHA-256 of each chunk of so many bytes.
        var chunkSize: Int64?
        /// Its MD5.
        var md5 = false

        /// Whether there is nothing to compute.
        var isEmpty: Bool { checksum == nil && !digest && chunkSize == nil && !md5 }
    }

    /// The checksum.
    var checksum: Checksum?
    /// The SHA-256.
    var digest: SHA256Digest?
    /// The SHA-256 of each chunk.
    var chunks: [SHA256Digest] = []
    /// The MD5.
    var md5: SIMD16<UInt8>?

    /// So much is read at once and passed to all computations, in bytes: it stays in the processor's cache.
    private static let step = 256 << 10

    /// Computes; blocks for files, and then on a thread that may.
    ///
    /// - Parameters:
    ///   - payload: The body.
    ///   - request: What is wanted.
    /// - Throws: `io` if a file cannot be read, `internal` if OpenSSL fails.
    static func compute(_ payload: Payload, _ request: Request) async throws(StoreError) -> BodyDigests {
        if request.isEmpty { return BodyDigests() }
        // A CRC of memory takes less than the way to another thread.
        let isCheap = !request.digest && request.chunkSize == nil && !request.md5 && request.checksum?.combines == true
        let isInMemory = payload.segments.allSatisfy { if case .chunk = $0 { true } else { false } }
        if payload.singleChunk != nil || (isInMemory && isCheap) { return try computeHere(payload, request) }
        return try await BlockingPool.run { () throws(StoreError) in try computeHere(payload, request) }
    }

    private static func computeHere(_ payload: Payload, _ request: Request) throws(StoreError) -> BodyDigests {
        var pass = try BodyPass(request)
        var buffer: UnsafeMutableRawBufferPointer?
        defer { buffer?.deallocate() }
        for segment in payload.segments {
            switch segment {
            case .chunk(let chunk):
                try chunk.withUnsafeBytes { bytes throws(StoreError) in
                    var position = 0
                    while position < bytes.count {
                        let end = min(position + step, bytes.count)
                        try pass.update(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
                        position = end
                    }
                }
            case .file(let region):
                let memory = buffer ?? .allocate(byteCount: step, alignment: 64)
                buffer = memory
                var position: Int64 = 0
                while position < region.count {
                    let count = try region.read(into: memory, at: position)
                    try pass.update(UnsafeRawBufferPointer(rebasing: memory[..<count]))
                    position += Int64(count)
                }
            }
        }
        return try pass.finish()
    }
}

/// One pass over a body.
private struct BodyPass: ~Copyable {
    private let request: BodyDigests.Request
    private var result = BodyDigests()
    private var checksum: ChecksumState?
    private var digest: SHA256?
    private var chunk: SHA256?
    private var md5: MD5?
    /// Bytes of the current chunk so far.
    private var inChunk: Int64 = 0

    init(_ request: BodyDigests.Request) throws(StoreError) {
        self.request = request
        // The same digest is not computed twice.
        if let algorithm = request.checksum, !(algorithm == .sha256 && request.digest) {
            checksum = try ChecksumState(algorithm)
        }
        if request.digest { digest = try SHA256() }
        if request.chunkSize != nil { chunk = try SHA256() }
        if request.md5 { md5 = try MD5() }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        checksum?.update(bytes)
        digest?.update(bytes)
        md5?.update(bytes)
        guard let size = request.chunkSize, size > 0 else { return }
        var rest = bytes
        while !rest.isEmpty {
            let count = Int(min(Int64(rest.count), size - inChunk))
            chunk?.update(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            inChunk += Int64(count)
            if inChunk == size { try endChunk() }
        }
    }

    private mutating func endChunk() throws(StoreError) {
        if let digest = try chunk?.finish() { result.chunks.append(digest) }
        inChunk = 0
    }

    consuming func finish() throws(StoreError) -> BodyDigests {
        if inChunk > 0 { try endChunk() }
        result.digest = try digest?.finish()
        result.md5 = try md5?.finish()
        if let algorithm = request.checksum {
            if let bytes = try checksum?.finish() {
                result.checksum = Checksum(algorithm, bytes: bytes)
            } else if let digest = result.digest {
                result.checksum = withUnsafeBytes(of: digest.bytes) { Checksum(.sha256, bytes: Array($0)) }
            }
        }
        return result
    }
}
