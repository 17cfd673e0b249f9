import Coffer
import HTTPTransport

/// A request's body made ready: what is said of it in headers, and how it is framed. Good for every attempt.
struct PreparedBody: Sendable {
    /// What is said of the body in the signature.
    var hash: PayloadHash
    /// Headers that go with it.
    var headers: [(name: String, value: String)] = []
    /// How it is cut into chunks; nil if it is sent as it is.
    var framing: ChunkedFraming?
    /// The checksum that is sent.
    var checksum: Checksum?
}

extension S3Client {
    /// Looks at a request's body: digests and checksum in one pass.
    ///
    /// - Parameter request: The request.
    /// - Throws: `io` if a file cannot be read, `internal` if OpenSSL fails.
    func prepare(_ request: S3Request) async throws(StoreError) -> PreparedBody {
        if request.body.isEmpty, request.checksum == nil, !request.sendsMD5 { return PreparedBody(hash: .empty) }
        let (route, signer, _) = try await signing()
        // Who signs nothing cannot sign chunks; a body of no bytes needs no frame.
        let mayFrame = !request.signsBody && !request.body.isEmpty && signer != nil
        var wanted = BodyDigests.Request()
        var usesTrailer = false
        if let plan = request.checksum {
            if plan.known == nil { wanted.checksum = plan.algorithm }
            usesTrailer = mayFrame && settings.checksumPlacement == .trailer
        }
        let isEncrypted = route.origin.scheme == .https
        let signs = signer != nil && (request.signsBody || settings.signsBody(isEncrypted: isEncrypted))
        let signsChunks = mayFrame && (usesTrailer ? signs : settings.payloadSigning == .chunks)
        if signsChunks { wanted.chunkSize = ChunkedFraming.chunkSize(for: request.body.count) }
        wanted.digest = signs && !signsChunks && !request.body.isEmpty
        wanted.md5 = request.sendsMD5
        let digests = try await BodyDigests.compute(request.body, wanted)
        let checksum = request.checksum?.known ?? digests.checksum

        var prepared = PreparedBody(
            hash: request.body.isEmpty ? .empty : digests.digest.map { .sha256($0) } ?? .unsigned)
        prepared.checksum = checksum
        if let md5 = digests.md5 {
            let text = withUnsafeBytes(of: md5) { Base64.encode($0) }
            prepared.headers.append(("content-md5", String(decoding: text, as: UTF8.self)))
        }
        if let checksum {
            // Ceph compares a checksum only if this is there.
            prepared.headers.append(("x-amz-sdk-checksum-algorithm", checksum.algorithm.wireName))
            if usesTrailer {
                prepared.headers.append(("x-amz-trailer", checksum.algorithm.header))
            } else {
                prepared.headers.append((checksum.algorithm.header, checksum.base64))
            }
        }
        if usesTrailer || signsChunks {
            let framing = ChunkedFraming(
                chunkSize: wanted.chunkSize ?? ChunkedFraming.chunkSize(for: request.body.count),
                digests: signsChunks ? digests.chunks : nil,
                trailer: usesTrailer ? checksum.map { ($0.algorithm.header, $0.base64) } : nil)
            prepared.hash = framing.payloadHash
            prepared.framing = framing
            prepared.headers.append(("x-amz-decoded-content-length", String(request.body.count)))
        }
        return prepared
    }
}

extension S3Settings {
    /// Whether the digest of a body is signed.
    func signsBody(isEncrypted: Bool) -> Bool {
        switch payloadSigning {
        case .always, .chunks: true
        case .never: false
        case .auto: !isEncrypted
        }
    }
}

extension HTTPRequest {
    /// Says what a framed body is encoded with, before what it was encoded with already.
    mutating func addChunkedEncoding() {
        if let index = headers.firstIndex(where: { $0.name == "content-encoding" }) {
            headers[index].value = "aws-chunked," + headers[index].value
        } else {
            headers.append(("content-encoding", "aws-chunked"))
        }
    }
}
