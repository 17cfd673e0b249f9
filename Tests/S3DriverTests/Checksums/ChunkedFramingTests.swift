import Coffer
import CofferTesting
import Foundation
import Testing

@testable import S3Driver

/// Bodies as `aws-chunked`: the worked examples of the S3 documentation, byte for byte, and nothing copied.
struct ChunkedFramingTests {
    private let time = Timestamp(seconds: 1_369_353_600)  // 20130524T000000Z
    private let signer = Signer(
        credentials: Credentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1")
    private let data = Chunk([UInt8](repeating: UInt8(ascii: "a"), count: 66560))

    private func digest(_ hex: String) throws -> SHA256Digest {
        let bytes = try #require(Checksum(.sha256, hex: hex)).bytes
        return SHA256Digest(bytes: SIMD32(bytes))
    }

    private func text(_ payload: Payload) throws -> String {
        var result = [UInt8](repeating: 0, count: Int(payload.count))
        var offset = 0
        try result.withUnsafeMutableBytes { buffer in
            while offset < buffer.count {
                offset += try payload.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]), at: Int64(offset))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// "Signature calculations for the Authorization header: transferring payload in multiple chunks", S3 API reference.
    @Test func signedChunks() async throws {
        let payload = Payload(data)
        let digests = try await BodyDigests.compute(payload, BodyDigests.Request(chunkSize: 65536))
        let framing = ChunkedFraming(chunkSize: 65536, digests: digests.chunks, trailer: nil)
        let seed = try digest("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
        let framed = try framing.frame(payload, try ChunkSigner(signer, at: time, seed: seed))
        // The documentation's Content-Length.
        #expect(framed.count == 66824)
        let a = "a"
        #expect(
            try text(framed)
                == "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
                + String(repeating: a, count: 65536)
                + "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
                + String(repeating: a, count: 1024)
                + "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n")
        #expect(framing.payloadHash == .streamingSigned)
    }

    /// "… transferring payload in multiple chunks with trailing headers", S3 API reference.
    @Test func signedTrailer() async throws {
        let payload = Payload(data)
        let digests = try await BodyDigests.compute(payload, BodyDigests.Request(checksum: .crc32c, chunkSize: 65536))
        let checksum = try #require(digests.checksum)
        let framing = ChunkedFraming(
            chunkSize: 65536, digests: digests.chunks, trailer: (checksum.algorithm.header, checksum.base64))
        let seed = try digest("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")
        let framed = try text(try framing.frame(payload, try ChunkSigner(signer, at: time, seed: seed)))
        #expect(
            framed.hasPrefix(
                "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"))
        #expect(
            framed.hasSuffix(
                "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
                    + "x-amz-checksum-crc32c:sOO8/Q==\r\n"
                    + "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
            ))
        #expect(framing.payloadHash == .streamingSignedTrailer)
    }

    @Test func unsignedTrailer() throws {
        let framing = ChunkedFraming(chunkSize: 4, digests: nil, trailer: ("x-amz-checksum-crc32", "AAAAAA=="))
        let framed = try framing.frame(Payload([Chunk("hel"), Chunk("lo")]), nil)
        #expect(try text(framed) == "4\r\nhell\r\n1\r\no\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n")
        #expect(framing.payloadHash == .streamingUnsignedTrailer)
    }

    /// The bytes of the body stay where they are, in memory and in files.
    @Test func nothingIsCopied() async throws {
        let data = ConformanceContext.pattern(3_000_000)
        var payload = Payload(data.prefix(2_000_000))
        let path = NSTemporaryDirectory() + "coffer-frame-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(data.array).write(to: URL(fileURLWithPath: path))
        payload.append(try OpenFile.reading(path).wholeRegion().slice(2_000_000..<3_000_000))
        let digests = try await BodyDigests.compute(payload, BodyDigests.Request(chunkSize: 1 << 20))
        let framing = ChunkedFraming(chunkSize: 1 << 20, digests: digests.chunks, trailer: nil)
        let framed = try framing.frame(payload, try ChunkSigner(signer, at: time, seed: .ofNothing))
        let base = try #require(data.baseAddress)
        var inMemory = 0
        var inFile: Int64 = 0
        for segment in framed.segments {
            switch segment {
            case .file(let region): inFile += region.count
            case .chunk(let chunk):
                let start = try #require(chunk.baseAddress)
                if start >= base, start < base + data.count { inMemory += chunk.count }
            }
        }
        #expect(inMemory == 2_000_000)
        #expect(inFile == 1_000_000)
        #expect(framed.count - payload.count < 400)
    }

    @Test func chunksGrowWithTheBody() {
        #expect(ChunkedFraming.chunkSize(for: 1) == 1 << 20)
        #expect(ChunkedFraming.chunkSize(for: 1 << 30) == 1 << 20)
        let size = ChunkedFraming.chunkSize(for: 5 << 30)
        #expect(size % 65536 == 0)
        #expect((5 << 30) / size <= 1024)
    }

    /// A body that has grown since it was looked at is not sent with signatures of something else.
    @Test func anotherBodyThanWasLookedAt() throws {
        let framing = ChunkedFraming(chunkSize: 4, digests: [.ofNothing], trailer: nil)
        #expect(throws: StoreError.self) {
            _ = try framing.frame(Payload(Chunk("hello")), try ChunkSigner(signer, at: time, seed: .ofNothing))
        }
    }
}
