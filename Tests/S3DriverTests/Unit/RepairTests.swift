import Coffer
import HTTPTransport
import Synchronization
import Testing

@testable import S3Driver

/// Wrong regions and wrong clocks: learned once, kept.
struct RepairTests {
    private static let stored = FakeTransport.Answer(200, [("ETag", "\"abc\"")])

    @Test func regionFromTheHeader() async throws {
        let transport = FakeTransport(
            .init(301, [("x-amz-bucket-region", "us-west-2")], errorXML("PermanentRedirect")), Self.stored)
        let driver = try makeDriver(transport)
        _ = try await driver.put("k", Payload(Chunk("x")), WriteOptions())
        _ = try await driver.put("k2", Payload(Chunk("x")), WriteOptions())
        #expect(transport.requests.count == 3)
        #expect(transport.requests[1].origin.host == "photos.s3.us-west-2.amazonaws.com")
        #expect(transport.requests[1].header("authorization")?.contains("/us-west-2/s3/") == true)
        #expect(transport.requests[2].origin.host == "photos.s3.us-west-2.amazonaws.com")
    }

    @Test func regionFromTheBody() async throws {
        let transport = FakeTransport(
            .init(400, [], errorXML("AuthorizationHeaderMalformed", extra: "<Region>garage</Region>")), Self.stored)
        let driver = try makeDriver(transport, ["endpoint": "http://localhost:3900"])
        _ = try await driver.put("k", Payload(), WriteOptions())
        #expect(transport.requests[1].header("authorization")?.contains("/garage/s3/") == true)
        #expect(transport.requests[1].origin.host == "localhost")
    }

    @Test func regionFromTheBucketsHead() async throws {
        let transport = FakeTransport { request, number in
            switch number {
            case 0: .init(301)
            case 1: .init(301, [("x-amz-bucket-region", "ap-south-1")])
            default: Self.stored
            }
        }
        let driver = try makeDriver(transport)
        _ = try await driver.put("k", Payload(), WriteOptions())
        #expect(transport.requests[1].method == .head)
        #expect(transport.requests[1].target == "/")
        #expect(transport.requests[2].origin.host == "photos.s3.ap-south-1.amazonaws.com")
    }

    @Test func redirectsThatLeadNowhereEnd() async throws {
        let transport = FakeTransport { _, number in
            .init(301, [("x-amz-bucket-region", "region-\(number)")], errorXML("PermanentRedirect"))
        }
        let driver = try makeDriver(transport)
        let error = await #expect(throws: StoreError.self) { try await driver.put("k", Payload(), WriteOptions()) }
        #expect(error?.code == .invalidConfiguration)
        #expect(transport.requests.count == 2)
    }

    @Test func theClockIsLearned() async throws {
        // The machine's clock says 22:13:20, the server's is an hour ahead.
        let skewed = FakeTransport.Answer(
            403, [("Date", "Tue, 14 Nov 2023 23:13:20 GMT")], errorXML("RequestTimeTooSkewed"))
        let transport = FakeTransport(skewed, Self.stored)
        let driver = try makeDriver(transport)
        _ = try await driver.put("k", Payload(), WriteOptions())
        _ = try await driver.put("k", Payload(), WriteOptions())
        #expect(
            transport.requests.map { $0.header("x-amz-date") } == [
                "20231114T221320Z", "20231114T231320Z", "20231114T231320Z",
            ])
    }

    @Test func aRightClockIsNotToBlame() async throws {
        let answer = FakeTransport.Answer(
            403, [("Date", "Tue, 14 Nov 2023 22:14:20 GMT")], errorXML("SignatureDoesNotMatch"))
        let transport = FakeTransport(answer)
        let driver = try makeDriver(transport)
        await #expect(throws: StoreError.self) { try await driver.put("k", Payload(), WriteOptions()) }
        #expect(transport.requests.count == 1)
    }

    @Test func aLostCompletionIsFoundAgain() async throws {
        let etag = CompositeETag.of([UploadedPart(number: 1, size: 3, etag: "900150983cd24fb0d6963f7d28e17f72")])
        let transport = FakeTransport { request, _ in
            request.method == .head
                ? .init(200, [("Content-Length", "3"), ("ETag", etag?.quoted ?? "")])
                : .init(404, [], errorXML("NoSuchUpload"))
        }
        let driver = try makeDriver(transport)
        let upload = UploadID(key: "k", id: "u")
        let part = UploadedPart(number: 1, size: 3, etag: "900150983cd24fb0d6963f7d28e17f72")
        let info = try await driver.completeUpload(upload, parts: [part], WriteOptions())
        #expect(info.etag == etag)
        #expect(etag?.value.hasSuffix("-1") == true)
        // Another object of that name does not count.
        let other = UploadedPart(number: 1, size: 3, etag: "00000000000000000000000000000000")
        let error = await #expect(throws: StoreError.self) {
            try await driver.completeUpload(upload, parts: [other], WriteOptions())
        }
        #expect(error?.serviceCode == "NoSuchUpload")
    }

    @Test func aLostCreateOnlyCompletionIsNotTakenForAnothersObject() async throws {
        let part = UploadedPart(number: 1, size: 3, etag: "900150983cd24fb0d6963f7d28e17f72")
        let etag = CompositeETag.of([part])
        let transport = FakeTransport { request, number throws(StoreError) in
            if request.method == .head { return .init(200, [("Content-Length", "3"), ("ETag", etag?.quoted ?? "")]) }
            if number == 0 { throw StoreError(.connectionFailed, "cut", isRetryable: true) }
            return .init(412, [], errorXML("PreconditionFailed"))
        }
        let driver = try makeDriver(transport)
        let upload = UploadID(key: "k", id: "u")
        let options = WriteOptions(condition: .absent)
        await #expect(throws: StoreError.self) { try await driver.completeUpload(upload, parts: [part], options) }
        let info = try await driver.completeUpload(upload, parts: [part], options)
        #expect(info.etag == etag)
        // Without a lost answer the object is somebody else's.
        let error = await #expect(throws: StoreError.self) {
            try await driver.completeUpload(UploadID(key: "k", id: "u2"), parts: [part], options)
        }
        #expect(error?.code == .alreadyExists)
    }
}

/// Gives other keys each time.
private final class RotatingCredentials: CredentialProvider {
    let name = "rotating"
    private let count = Atomic<Int>(0)

    func resolve() async throws(StoreError) -> CredentialResolution {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return .credentials(Credentials(accessKeyID: "KEY\(number)", secretAccessKey: "s"))
    }
}

struct CredentialRepairTests {
    @Test func expiredCredentialsAreAskedForAgain() async throws {
        let transport = FakeTransport(
            .init(400, [], errorXML("ExpiredToken")), .init(200, [("ETag", "\"abc\"")]))
        let driver = try makeDriver(transport, credentials: RotatingCredentials())
        _ = try await driver.put("k", Payload(), WriteOptions())
        _ = try await driver.put("k", Payload(), WriteOptions())
        let keys = transport.requests.map { $0.header("authorization")?.dropFirst(28).prefix(4) }
        #expect(keys == ["KEY1", "KEY2", "KEY2"])
    }

    /// Ceph says no more than AccessDenied of credentials whose time is over.
    @Test func anAccessDeniedOfEndedCredentialsIsToldAsSuch() async throws {
        let end = Timestamp(seconds: 1_699_999_999)
        for (expiration, code) in [
            (end, StoreError.Code.unauthenticated), (end.advanced(by: .seconds(7200)), .permissionDenied),
        ] {
            let transport = FakeTransport(.init(403, [], errorXML("AccessDenied")))
            let keys = Credentials(
                accessKeyID: "A", secretAccessKey: "s", sessionToken: "t", expiration: expiration)
            let driver = try makeDriver(transport, credentials: StaticCredentials(keys))
            let error = await #expect(throws: StoreError.self) {
                try await driver.put("k", Payload(Chunk("x")), WriteOptions())
            }
            #expect(error?.code == code)
            #expect(error?.serviceCode == "AccessDenied")
            #expect(error?.message.contains("ended at 2023-11-14T22:13:19Z") == (code == .unauthenticated))
        }
    }

    @Test func noCredentialsAreAnErrorThatSaysWhatToDo() async throws {
        let transport = FakeTransport(.init(200))
        let driver = try makeDriver(transport, credentials: StaticCredentials(nil))
        let error = await #expect(throws: StoreError.self) { try await driver.stat("k", StatOptions()) }
        #expect(error?.code == .unauthenticated)
        #expect(error?.message.contains("access_key_id") == true)
        #expect(transport.requests.isEmpty)
    }
}
