import Coffer
import CofferTesting
import HTTPTransport
import Testing

@testable import S3Driver

/// Checksums of objects that are uploaded in parts.
struct MultipartChecksumTests {
    private static func answer(_ request: HTTPRequest, extra: String = "") -> FakeTransport.Answer {
        if request.query["uploads"] != nil {
            return .init(
                200, [], "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
        }
        if request.method == .put { return .init(200, [("ETag", "\"e\(request.query["partNumber"] ?? "")\"")]) }
        if request.method == .delete { return .init(204) }
        return .init(
            200, [],
            "<CompleteMultipartUploadResult><ETag>\"x-2\"</ETag>\(extra)</CompleteMultipartUploadResult>")
    }

    private func upload(
        _ settings: [String: String] = [:], _ options: WriteOptions = WriteOptions(), extra: String = ""
    ) async throws -> (ObjectInfo, [HTTPRequest]) {
        let transport = FakeTransport { request, _ in Self.answer(request, extra: extra) }
        let driver = try makeDriver(transport, settings)
        let id = UploadID(
            key: "k", id: try await driver.createUpload("k", options), checksum: options.checksum)
        let second = try await driver.uploadPart(id, number: 2, Payload(Chunk("world")))
        let first = try await driver.uploadPart(id, number: 1, Payload(Chunk("hello ")))
        let info = try await driver.completeUpload(id, parts: [first, second], options)
        return (info, transport.requests)
    }

    /// The checksum of all bytes comes from those of parts that were computed apart.
    @Test func fullObject() async throws {
        let (info, requests) = try await upload(["checksum": "crc32"])
        #expect(requests[0].header("x-amz-checksum-algorithm") == "CRC32")
        #expect(requests[0].header("x-amz-checksum-type") == "FULL_OBJECT")
        #expect(requests[2].header("x-amz-checksum-crc32") == "7YH59g==")
        #expect(requests[3].header("x-amz-checksum-crc32") == "DUoRhQ==")
        #expect(requests[3].header("x-amz-checksum-type") == "FULL_OBJECT")
        #expect(
            requests[3].text.contains(
                "<PartNumber>1</PartNumber><ETag>&quot;e1&quot;</ETag><ChecksumCRC32>7YH59g==</ChecksumCRC32>"))
        #expect(info.checksum?.base64 == "DUoRhQ==")
    }

    @Test func composite() async throws {
        for settings in [["checksum": "crc32", "checksum_type": "composite"], ["checksum": "sha256"]] {
            let (info, requests) = try await upload(settings)
            #expect(requests[0].header("x-amz-checksum-type") == "COMPOSITE")
            #expect(requests[3].header("x-amz-checksum-type") == "COMPOSITE")
            #expect(!requests[3].headers.contains { $0.name.hasPrefix("x-amz-checksum-crc") })
            #expect(requests[3].text.contains("</Checksum"))
            #expect(info.checksum?.parts == 2)
        }
    }

    @Test func withoutOne() async throws {
        let (info, requests) = try await upload(["endpoint": "http://h:1"])
        #expect(!requests.contains { $0.headers.contains { $0.name.contains("checksum") } })
        #expect(!requests[3].text.contains("Checksum"))
        #expect(info.checksum == nil)
    }

    @Test func theServicePutSomethingElseTogether() async throws {
        let extra = "<ChecksumCRC32>AAAAAA==</ChecksumCRC32><ChecksumType>FULL_OBJECT</ChecksumType>"
        let error = await #expect(throws: StoreError.self) {
            try await upload(["checksum": "crc32"], extra: extra)
        }
        #expect(error?.code == .checksumMismatch)
    }

    @Test func aKnownValue() async throws {
        let right = try #require(Checksum(.crc32, base64: "DUoRhQ=="))
        let (info, requests) = try await upload([:], WriteOptions(checksum: .value(right)))
        #expect(requests[3].header("x-amz-checksum-crc32") == "DUoRhQ==")
        #expect(info.checksum == right)
        // What the caller announced is not what came: nothing is published.
        let wrong = try #require(Checksum(.crc32, base64: "AAAAAA=="))
        var error = await #expect(throws: StoreError.self) {
            try await upload([:], WriteOptions(checksum: .value(wrong)))
        }
        #expect(error?.code == .checksumMismatch)
        // Nobody could compare a digest of all bytes.
        let digest = try #require(Checksum(.sha256, bytes: [UInt8](repeating: 0, count: 32)))
        error = await #expect(throws: StoreError.self) {
            try await upload([:], WriteOptions(checksum: .value(digest)))
        }
        #expect(error?.code == .unsupported)
    }

    /// Another process completes an upload by what the service lists.
    @Test func listedPartsHaveTheirChecksums() throws {
        let xml = """
            <ListPartsResult><Part><PartNumber>1</PartNumber><Size>6</Size><ETag>"a"</ETag>
            <ChecksumCRC32>7YH59g==</ChecksumCRC32></Part><Part><PartNumber>2</PartNumber><Size>1</Size><ETag>"b"</ETag>
            </Part></ListPartsResult>
            """
        let answer = try Array(xml.utf8).withUnsafeBytes { try XMLReader<ListPartsResult>.read($0) }
        guard case .document(let document) = answer else { return #expect(Bool(false)) }
        #expect(document.parts[0].checksum == Checksum(.crc32, base64: "7YH59g=="))
        #expect(document.parts[1].checksum == nil)
    }
}
