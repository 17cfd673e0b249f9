import Coffer
import HTTPTransport
import Testing

@testable import S3Driver

/// ETags of encrypted objects look like an MD5 and are none: nobody may take them for one.
struct EncryptedETagTests {
    private static let body = Chunk("hello")
    private static let foreign = ETag("0123456789abcdef0123456789abcdef")

    /// A completion whose first answer got lost: the upload is gone, and something is there.
    private func complete(_ headers: [(name: String, value: String)]) async throws -> ObjectInfo {
        let transport = FakeTransport { request, _ in
            request.method == .head
                ? .init(200, [("Content-Length", "5")] + headers) : .init(404, [], errorXML("NoSuchUpload"))
        }
        let driver = try makeDriver(transport, ["request_checksum_calculation": "when_required"])
        let upload = UploadID(key: "k", id: "u")
        let parts = [UploadedPart(number: 1, size: 5, etag: Self.foreign)]
        return try await driver.completeUpload(upload, parts: parts, WriteOptions())
    }

    @Test func aLostCompletion() async throws {
        // Whatever the service made of the parts' ETags: the number of parts is right.
        let kms: [(name: String, value: String)] = [
            ("ETag", "\"ffffffffffffffffffffffffffffffff-1\""), ("x-amz-server-side-encryption", "aws:kms"),
        ]
        #expect(try await complete(kms).encryption?.method == .kms)
        // Another object: it has another number of parts, or is not encrypted and has another digest.
        for other in [
            [("ETag", "\"ffffffffffffffffffffffffffffffff-2\""), kms[1]], [kms[0]],
            [kms[0], ("x-amz-server-side-encryption", "AES256")],
        ] as [[(name: String, value: String)]] {
            let error = await #expect(throws: StoreError.self) { try await complete(other) }
            #expect(error?.code == .notFound)
        }
    }

    @Test func partsOfResumedUploads() async throws {
        let part = UploadedPart(number: 1, size: 5, etag: Self.foreign)
        let payload = Payload(Self.body)
        for (options, upload, verdict) in [
            ([:], UploadID(key: "k", id: "u"), false),
            ([:], UploadID(key: "k", id: "u", encryption: .managed), false),
            ([:], UploadID(key: "k", id: "u", encryption: .kms()), nil),
            ([:], UploadID(key: "k", id: "u", encryption: .customerKey(.random())), nil),
            (["encryption": "kms"], UploadID(key: "k", id: "u"), nil),
            (["encryption": "kms"], UploadID(key: "k", id: "u", encryption: .bucketDefault), false),
        ] as [([String: String], UploadID, Bool?)] {
            let driver = try makeDriver(FakeTransport(.init()), options)
            #expect(try await driver.part(part, of: upload, holds: payload) == verdict)
        }
    }

    @Test func objectsOfResumedUploads() async throws {
        let driver = try makeDriver(FakeTransport(.init()))
        let payloads = [Payload(Self.body)]
        var info = ObjectInfo(key: "k", size: 5, etag: ETag("\(Self.foreign.value)-1"))
        #expect(try await driver.object(info, consistsOf: payloads) == false)
        info.encryption = ObjectEncryption(.kms)
        #expect(try await driver.object(info, consistsOf: payloads) == nil, "nobody can tell")
        // With a checksum everybody can.
        info.checksum = Checksum(.crc64nvme, base64: "M3eFcAZSQlc=")
        #expect(try await driver.object(info, consistsOf: payloads) == true)
        #expect(try await driver.object(info, consistsOf: [Payload(Chunk("Hello"))]) == false)
    }
}
