import Coffer
import Foundation
import Testing

@testable import S3Driver

/// Who pays: the header goes with exactly the requests that take it.
@Suite struct RequestPayerTests {
    private func headers(
        _ options: [String: String], _ answer: FakeTransport.Answer, _ body: (S3Driver) async throws -> Void
    ) async throws -> [String?] {
        let transport = FakeTransport(answer)
        try? await body(try makeDriver(transport, options))
        #expect(!transport.requests.isEmpty)
        return transport.requests.map { $0.header("x-amz-request-payer") }
    }

    @Test(arguments: ["requester", "owner"])
    func theRequestsThatTakeIt(_ payer: String) async throws {
        let stored = FakeTransport.Answer(200, [("ETag", "\"e\"")], "x")
        let upload = UploadID(key: "k", id: "u")
        let part = UploadedPart(number: 1, size: 1, etag: "e")
        let wanted = payer == "requester" ? payer : nil
        for body: (S3Driver) async throws -> Void in [
            { _ = try await $0.put("k", Payload(Chunk("x")), WriteOptions()) },
            { _ = try await $0.read("k", ReadOptions()) },
            { _ = try await $0.stat("k", StatOptions()) },
            { try await $0.delete("k", DeleteOptions()) },
            { _ = try await $0.list(ListOptions()) },
            { _ = try await $0.deleteBatch(["k"]) },
            { _ = try await $0.copy("k", to: "l", CopyOptions()) },
            { _ = try await $0.createUpload("k", WriteOptions()) },
            { _ = try await $0.uploadPart(upload, number: 1, Payload(Chunk("x"))) },
            { _ = try await $0.completeUpload(upload, parts: [part], WriteOptions()) },
            { try await $0.abortUpload(upload) },
            { _ = try await $0.listUploads(prefix: "") },
            { _ = try await $0.listParts(upload) },
            { _ = try await $0.visibility(of: "k") },
            { try await $0.setVisibility(.public, of: "k") },
        ] {
            let found = try await headers(["request_payer": payer], stored, body)
            #expect(found.allSatisfy { $0 == wanted })
        }
    }

    /// It is part of what is signed.
    @Test func itIsSigned() async throws {
        let transport = FakeTransport(.init(200, [("ETag", "\"e\"")]))
        let driver = try makeDriver(transport, ["request_payer": "requester"])
        _ = try await driver.put("k", Payload(Chunk("x")), WriteOptions())
        #expect(transport.requests[0].header("authorization")?.contains("x-amz-request-payer") == true)
        let url = try await driver.presign("k", PresignOptions()).url
        #expect(url.contains("x-amz-request-payer=requester"))
        let plain = try makeDriver(transport)
        #expect(try await plain.presign("k", PresignOptions()).url.contains("payer") == false)
    }

    /// A bucket has no payer to be named: it is made, asked for its head and configured by its owner.
    @Test func whatBucketsAreAskedIsWithoutIt() throws {
        #expect(!S3Request.headBucket().takesRequestPayer)
        #expect(try !S3Request.createBucket("r").takesRequestPayer)
        var request = S3Request(.stat, .get, .bucket)
        request.query = [("policy", "")]
        #expect(!request.takesRequestPayer)
        var tags = S3Request(.delete, .delete, .object("k"))
        #expect(tags.takesRequestPayer)
        tags.query = [("tagging", "")]
        #expect(!tags.takesRequestPayer)
    }
}
