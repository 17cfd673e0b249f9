import CChecksums
import Coffer
import CofferTesting
import Foundation
import Testing

@testable import S3Driver

/// Checksums against published values and against Python's.
struct ChecksumTests {
    private func sum(_ bytes: [UInt8], _ algorithm: ChecksumAlgorithm) throws -> Checksum {
        try #require(try bytes.withUnsafeBytes { try ChecksumState.of($0, algorithm) })
    }

    /// The check values of the catalogue of CRCs, and the digests of FIPS 180.
    @Test(arguments: [
        (ChecksumAlgorithm.crc32, "cbf43926"), (.crc32c, "e3069283"), (.crc64nvme, "ae8b14860a799888"),
        (.sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
        (.sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
    ])
    func checkValues(_ algorithm: ChecksumAlgorithm, _ hex: String) throws {
        #expect(try sum(Array("123456789".utf8), algorithm).hex == hex)
    }

    /// The values of RFC 3720, appendix B.4, and of the NVM Express specification.
    @Test func publishedValues() throws {
        let up = (0..<4096).map { UInt8(truncatingIfNeeded: $0) }
        #expect(try sum([UInt8](repeating: 0, count: 32), .crc32c).hex == "8a9136aa")
        #expect(try sum([UInt8](repeating: 255, count: 32), .crc32c).hex == "62a8ab43")
        #expect(try sum(Array(up[..<32]), .crc32c).hex == "46dd794e")
        #expect(try sum(Array(up[..<32].reversed()), .crc32c).hex == "113fdb5c")
        #expect(try sum([UInt8](repeating: 0, count: 4096), .crc64nvme).hex == "6482d367eb22b64e")
        #expect(try sum([UInt8](repeating: 255, count: 4096), .crc64nvme).hex == "c0ddba7302eca3ac")
        #expect(try sum(up, .crc64nvme).hex == "3e729f5f6750449c")
        #expect(try sum(up.reversed(), .crc64nvme).hex == "9a2df64b8e9e517e")
        // The trailer of the S3 documentation's worked example.
        #expect(try sum([UInt8](repeating: 97, count: 66560), .crc32c).base64 == "sOO8/Q==")
    }

    private struct Sample: Decodable {
        let data: String
        let sums: [String: String]
    }

    @Test func python() throws {
        var arguments: [String] = []
        if let seed = ProcessInfo.processInfo.environment["COFFER_SEED"] { arguments = ["--seed", seed] }
        let lines = try PythonOracle.lines("checksum_oracle.py", arguments)
        let seed = String(decoding: lines[0], as: UTF8.self)
        for line in lines.dropFirst() {
            let sample = try JSONDecoder().decode(Sample.self, from: line)
            let digits = Array(sample.data.utf8)
            let bytes = stride(from: 0, to: digits.count, by: 2).map { index in
                (Hex.value(digits[index]) ?? 0) << 4 | (Hex.value(digits[index + 1]) ?? 0)
            }
            for algorithm in ChecksumAlgorithm.allCases {
                let found = try sum(bytes, algorithm)
                #expect(found.base64 == sample.sums[algorithm.rawValue], "\(bytes.count) bytes, \(seed)")
                #expect(Checksum(algorithm, base64: found.base64) == found)
                #expect(Checksum(algorithm, hex: found.hex.uppercased()) == found)
            }
        }
        #expect(lines.count == 173)
    }

    /// Every engine gives the same, at every alignment and length, and also if the bytes come in pieces.
    @Test(arguments: [COFFER_CRC32, COFFER_CRC32C, COFFER_CRC64NVME].map { Int32($0.rawValue) })
    func enginesAgree(_ kind: Int32) {
        let engines = [COFFER_CRC_BEST, COFFER_CRC_INSTRUCTION, COFFER_CRC_FOLD128, COFFER_CRC_FOLD512]
            .map { Int32($0.rawValue) }.filter { coffer_crc_has(kind, $0) != 0 }
        let tables = Int32(COFFER_CRC_TABLES.rawValue)
        let data = ConformanceContext.pattern(70_000, seed: 7)
        data.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            let lengths = Array(0..<700) + [1023, 1024, 1025, 4096, 24_576, 25_000, 65_536, 69_000]
            for (index, length) in lengths.enumerated() {
                let offset = index * 7 % 64
                let wanted = coffer_crc_update_by(kind, tables, 0x1234_5678, start + offset, length)
                for engine in engines {
                    let found = coffer_crc_update_by(kind, engine, 0x1234_5678, start + offset, length)
                    #expect(found == wanted, "engine \(engine), \(length) bytes")
                }
            }
        }
    }

    @Test(arguments: [ChecksumAlgorithm.crc32, .crc32c, .crc64nvme])
    func piecesCombine(_ algorithm: ChecksumAlgorithm) throws {
        let data = ConformanceContext.pattern(300_000, seed: 11)
        let whole = try #require(try data.withUnsafeBytes { try ChecksumState.of($0, algorithm) })
        for _ in 0..<50 {
            var parts: [UploadedPart] = []
            var offset = 0
            while offset < data.count {
                let piece = data.slice(offset..<min(data.count, offset + Int.random(in: 1...100_000)))
                let sum = try piece.withUnsafeBytes { try ChecksumState.of($0, algorithm) }
                parts.append(
                    UploadedPart(number: parts.count + 1, size: Int64(piece.count), etag: "", checksum: sum))
                offset += piece.count
            }
            #expect(try Checksum.of(parts, algorithm, isComposite: false) == whole)
        }
        var check = try #require(CyclicCheck(algorithm))
        check.combine(0, count: 0)
        #expect(check.value == 0)
    }

    /// Values of the S3 user guide's kind: the digest of the digests, and their number.
    @Test func composites() throws {
        let first = try sum(Array("hello ".utf8), .sha256)
        let second = try sum(Array("world".utf8), .sha256)
        let parts = [first, second].enumerated().map {
            UploadedPart(number: $0 + 1, size: 6, etag: "", checksum: $1)
        }
        let composite = try #require(try Checksum.of(parts, .sha256, isComposite: true))
        #expect(composite.bytes == (try sum(first.bytes + second.bytes, .sha256).bytes))
        #expect(composite.base64.hasSuffix("=-2"))
        #expect(Checksum(.sha256, base64: composite.base64) == composite)
        #expect(composite.coversAllBytes == false)
        let without = parts + [UploadedPart(number: 3, size: 1, etag: "")]
        #expect(try Checksum.of(without, .sha256, isComposite: true) == nil)
    }

    @Test(arguments: ["", "AAAA", "AAAAAA==-0", "AAAAAA==-x", "AAAAAA==-", "AAAAAAA", "!!!!!!=="])
    func whatIsNoChecksum(_ text: String) {
        #expect(Checksum(.crc32, base64: text) == nil)
        #expect(Checksum(.crc32, hex: text) == nil)
    }

    /// One pass gives what single ones give, whatever the pieces.
    @Test func onePass() async throws {
        let data = ConformanceContext.pattern(1_000_000, seed: 3)
        let path = NSTemporaryDirectory() + "coffer-pass-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(data.array).write(to: URL(fileURLWithPath: path))
        let file = try OpenFile.reading(path).wholeRegion()
        var mixed = Payload([data.prefix(1), data.slice(1..<300_001)])
        mixed.append(file.slice(300_001..<1_000_000))
        for payload in [Payload(data), Payload(file), mixed] {
            let request = BodyDigests.Request(checksum: .crc64nvme, digest: true, chunkSize: 300_000, md5: true)
            let found = try await BodyDigests.compute(payload, request)
            #expect(found.checksum == (try data.withUnsafeBytes { try ChecksumState.of($0, .crc64nvme) }))
            #expect(found.digest == (try data.withUnsafeBytes { try SHA256.hash($0) }))
            #expect(found.md5 == (try data.withUnsafeBytes { try MD5.hash($0) }))
            #expect(found.chunks.count == 4)
            #expect(found.chunks[3] == (try data.dropFirst(900_000).withUnsafeBytes { try SHA256.hash($0) }))
            // The digest that is signed serves as the checksum too.
            let shared = try await BodyDigests.compute(payload, BodyDigests.Request(checksum: .sha256, digest: true))
            #expect(shared.checksum?.hex == found.digest?.hex)
        }
    }
}
