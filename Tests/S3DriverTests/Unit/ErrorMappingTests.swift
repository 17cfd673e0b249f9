import Coffer
import HTTPTransport
import Testing

@testable import S3Driver

/// What a refusal becomes.
struct ErrorMappingTests {
    private func failure(
        _ answer: FakeTransport.Answer, _ options: [String: String] = [:],
        _ verb: (S3Driver) async throws -> Void = { _ = try await $0.put("k", Payload(Chunk("x")), WriteOptions()) }
    ) async throws -> StoreError {
        let driver = try makeDriver(FakeTransport(answer), options)
        do {
            try await verb(driver)
        } catch let error as StoreError {
            return error
        }
        Issue.record("no error")
        return StoreError(.internal, "none")
    }

    @Test(arguments: [
        ("SignatureDoesNotMatch", 403, StoreError.Code.unauthenticated, false),
        ("InvalidAccessKeyId", 403, .unauthenticated, false), ("ExpiredToken", 400, .unauthenticated, false),
        ("AccessDenied", 403, .permissionDenied, false), ("QuotaExceeded", 403, .permissionDenied, false),
        ("UserSuspended", 403, .permissionDenied, false), ("NoSuchBucket", 404, .bucketNotFound, false),
        ("NoSuchKey", 404, .notFound, false), ("PreconditionFailed", 412, .preconditionFailed, false),
        ("ConditionalRequestConflict", 409, .conflict, true), ("SlowDown", 503, .rateLimited, true),
        ("ServiceUnavailable", 503, .rateLimited, true), ("RequestTimeout", 400, .timeout, true),
        ("InternalError", 500, .internal, true), ("InvalidRange", 416, .rangeNotSatisfiable, false),
        ("EntityTooLarge", 400, .tooLarge, false), ("KeyTooLongError", 400, .invalidKey, false),
        ("XAmzContentSHA256Mismatch", 400, .checksumMismatch, true), ("NotImplemented", 501, .unsupported, false),
        ("SomethingNew", 400, .invalidArgument, false), ("SomethingNew", 503, .rateLimited, true),
    ])
    func codes(code: String, status: Int, expected: StoreError.Code, retryable: Bool) async throws {
        let error = try await failure(.init(status, [], errorXML(code)))
        #expect(error.code == expected)
        #expect(error.isRetryable == retryable)
        #expect(error.serviceCode == code)
        #expect(error.httpStatus == status)
        #expect(error.requestID == "REQ1")
        #expect(error.key == "k")
        #expect(!error.description.contains("topsecret"))
    }

    @Test(arguments: [
        (500, StoreError.Code.internal, true), (502, .connectionFailed, true), (503, .rateLimited, true),
        (504, .timeout, true), (429, .rateLimited, true), (403, .permissionDenied, false),
        (401, .unauthenticated, false),
        (404, .notFound, false), (413, .tooLarge, false), (418, .invalidResponse, false),
    ])
    func statusesWithoutXML(status: Int, expected: StoreError.Code, retryable: Bool) async throws {
        let error = try await failure(.init(status, [("x-amz-request-id", "R2")], "<html>a proxy's page"))
        #expect(error.code == expected)
        #expect(error.isRetryable == retryable)
        #expect(error.serviceCode == nil)
        #expect(error.requestID == "R2")
    }

    @Test func remediesAreThere() async throws {
        let secret = try await failure(.init(403, [], errorXML("SignatureDoesNotMatch")))
        #expect(secret.message.contains("check the secret access key"))
        let bucket = try await failure(.init(404, [], errorXML("NoSuchBucket")))
        #expect(bucket.message.contains("'photos'"))
    }

    @Test func conditionsOfWrites() async throws {
        let present = try await failure(.init(412, [], errorXML("PreconditionFailed"))) {
            _ = try await $0.put("k", Payload(), WriteOptions(condition: .absent))
        }
        #expect(present.code == .alreadyExists)
        let changed = try await failure(.init(412, [], errorXML("PreconditionFailed"))) {
            _ = try await $0.put("k", Payload(), WriteOptions(condition: .matches("e")))
        }
        #expect(changed.code == .preconditionFailed)
        let missing = try await failure(.init(404, [], errorXML("NoSuchKey"))) {
            _ = try await $0.put("k", Payload(), WriteOptions(condition: .matches("e")))
        }
        #expect(missing.code == .preconditionFailed)
        let deleted = try await failure(.init(404, [], errorXML("NoSuchKey"))) {
            try await $0.delete("k", DeleteOptions(ifMatch: "e"))
        }
        #expect(deleted.code == .preconditionFailed)
        let bucket = try await failure(.init(404, [], errorXML("NoSuchBucket"))) {
            _ = try await $0.put("k", Payload(), WriteOptions(condition: .matches("e")))
        }
        #expect(bucket.code == .bucketNotFound)
    }

    @Test func notModified() async throws {
        let error = try await failure(.init(304)) { _ = try await $0.read("k", ReadOptions(ifNoneMatch: "e")) }
        #expect(error.code == .notModified)
    }

    @Test(arguments: [
        ("Retry-After", "7", Duration.seconds(7)), ("x-amz-retry-after", "250", .milliseconds(250)),
        ("Retry-After", "Tue, 14 Nov 2023 22:13:30 GMT", .seconds(10)),
    ])
    func retryAfter(name: String, value: String, expected: Duration) async throws {
        let answer = FakeTransport.Answer(
            503, [(name, value), ("Date", "Tue, 14 Nov 2023 22:13:20 GMT")], errorXML("SlowDown"))
        #expect(try await failure(answer).retryAfter == expected)
    }

    @Test func longMessagesAreCutAndKeptOnOneLine() async throws {
        let error = try await failure(.init(400, [], errorXML("Odd", String(repeating: "x\n", count: 100_000))))
        #expect(error.message.count < 400)
        #expect(!error.message.contains("\n"))
    }

    @Test(arguments: [
        "", "<Truncated", "<html><body>hello</body></html>", "<CopyObjectResult><ETag>\"e\"</ETag>",
        "<CopyObjectResult></CopyObjectResult>",
    ])
    func answersThatMakeNoSense(body: String) async throws {
        let error = try await failure(.init(200, [], body)) { _ = try await $0.copy("a", to: "b", CopyOptions()) }
        #expect(error.code == .invalidResponse)
        #expect(error.isRetryable)
    }

    @Test func errorInASuccess() async throws {
        let upload = UploadID(key: "k", id: "u")
        let parts = [UploadedPart(number: 1, size: 3, etag: "e")]
        let error = try await failure(.init(200, [], "   \n" + errorXML("InternalError"))) {
            _ = try await $0.completeUpload(upload, parts: parts, WriteOptions())
        }
        #expect(error.code == .internal)
        #expect(error.isRetryable)
        let slow = try await failure(.init(200, [], errorXML("SlowDown"))) {
            _ = try await $0.copy("a", to: "b", CopyOptions())
        }
        #expect(slow.code == .rateLimited)
    }

    @Test func aPutWithoutETagIsNotBelieved() async throws {
        #expect(try await failure(.init(200)).code == .invalidResponse)
    }

    @Test func headAsksAgainForTheReason() async throws {
        let transport = FakeTransport { request, _ in
            request.method == .head ? .init(403) : .init(403, [], errorXML("SignatureDoesNotMatch"))
        }
        let driver = try makeDriver(transport)
        let error = await #expect(throws: StoreError.self) { try await driver.stat("k", StatOptions()) }
        #expect(error?.code == .unauthenticated)
        #expect(transport.requests.map(\.method) == [.head, .get])
        #expect(transport.requests[1].header("range") == "bytes=0-0")
    }

    @Test func aMissingObjectCostsOneRequestOnceTheBucketIsKnown() async throws {
        let transport = FakeTransport { request, _ in
            request.method == .head ? .init(404) : .init(404, [], errorXML("NoSuchKey"))
        }
        let driver = try makeDriver(transport)
        for _ in 0..<3 {
            let error = await #expect(throws: StoreError.self) { try await driver.stat("k", StatOptions()) }
            #expect(error?.code == .notFound)
        }
        #expect(transport.requests.map(\.method) == [.head, .get, .head, .head])
        let missing = try await failure(.init(404, [], errorXML("NoSuchBucket"))) {
            _ = try await $0.stat("k", StatOptions())
        }
        #expect(missing.code == .bucketNotFound)
    }
}
