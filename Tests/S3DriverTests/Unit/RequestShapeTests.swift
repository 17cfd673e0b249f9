import Coffer
import HTTPTransport
import Testing

@testable import S3Driver

/// What goes out for each verb.
struct RequestShapeTests {
    private static let stored = FakeTransport.Answer(200, [("ETag", "\"abc\""), ("x-amz-version-id", "v7")])

    @Test func virtualHostForAWS() async throws {
        let transport = FakeTransport(Self.stored)
        let driver = try makeDriver(transport)
        let info = try await driver.put("a b/ü+//x", Payload(Chunk("hello")), WriteOptions())
        let request = try #require(transport.requests.first)
        #expect(request.origin == HTTPOrigin(scheme: .https, host: "photos.s3.eu-central-1.amazonaws.com"))
        #expect(request.target == "/a%20b/%C3%BC%2B//x")
        #expect(request.method == .put)
        #expect(request.text == "hello")
        #expect(request.header("x-amz-content-sha256") == "UNSIGNED-PAYLOAD")
        #expect(request.header("authorization")?.contains("/eu-central-1/s3/aws4_request") == true)
        let checksum = Checksum(.crc64nvme, base64: "M3eFcAZSQlc=")
        #expect(info == ObjectInfo(key: "a b/ü+//x", size: 5, etag: "abc", version: "v7", checksum: checksum))
    }

    @Test(arguments: [
        ("http://127.0.0.1:9000", "photos", "http", "127.0.0.1", "/photos/k"),
        ("https://minio.example:9000/base/", "photos", "https", "minio.example", "/base/photos/k"),
        ("http://[::1]:9000", "photos", "http", "::1", "/photos/k"),
        ("", "my.photos", "https", "s3.eu-central-1.amazonaws.com", "/my.photos/k"),
        ("https://s3.eu-central-1.amazonaws.com", "photos", "https", "photos.s3.eu-central-1.amazonaws.com", "/k"),
    ])
    func automaticAddressing(endpoint: String, bucket: String, scheme: String, host: String, path: String) async throws
    {
        let transport = FakeTransport(Self.stored)
        var options = ["bucket": bucket]
        if !endpoint.isEmpty { options["endpoint"] = endpoint }
        let driver = try makeDriver(transport, options)
        _ = try await driver.put("k", Payload(), WriteOptions())
        let request = try #require(transport.requests.first)
        #expect(request.origin.scheme.rawValue == scheme)
        #expect(request.origin.host == host)
        #expect(request.target == path)
    }

    @Test func addressingByOption() async throws {
        let transport = FakeTransport(Self.stored)
        let path = try makeDriver(transport, ["addressing": "path"])
        _ = try await path.put("k", Payload(), WriteOptions())
        #expect(transport.requests.last?.target == "/photos/k")
        let virtual = try makeDriver(transport, ["addressing": "virtual", "endpoint": "http://s3.localhost:9000"])
        _ = try await virtual.put("k", Payload(), WriteOptions())
        #expect(transport.requests.last?.origin.authority == "photos.s3.localhost:9000")
        #expect(transport.requests.last?.target == "/k")
    }

    @Test(arguments: [
        ("auto", "https", "UNSIGNED-PAYLOAD"), ("auto", "http", "hash"), ("always", "https", "hash"),
        ("never", "http", "UNSIGNED-PAYLOAD"),
    ])
    func payloadSigning(mode: String, scheme: String, expected: String) async throws {
        let transport = FakeTransport(Self.stored)
        let driver = try makeDriver(transport, ["payload_signing": mode, "endpoint": "\(scheme)://h:1"])
        _ = try await driver.put("k", Payload([Chunk("hel"), Chunk("lo")]), WriteOptions())
        let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        #expect(transport.requests.last?.header("x-amz-content-sha256") == (expected == "hash" ? hash : expected))
    }

    @Test func metadataAndConditions() async throws {
        let transport = FakeTransport(Self.stored)
        let driver = try makeDriver(transport)
        var options = WriteOptions(condition: .absent)
        options.metadata = ObjectMetadata(
            contentType: "text/plain", contentDisposition: "inline", contentEncoding: "gzip", contentLanguage: "de",
            cacheControl: "no-store", user: ["a": "plain", "b": "größe"])
        _ = try await driver.put("k", Payload(), options)
        let request = try #require(transport.requests.last)
        #expect(request.header("content-type") == "text/plain")
        #expect(request.header("content-disposition") == "inline")
        #expect(request.header("content-encoding") == "gzip")
        #expect(request.header("content-language") == "de")
        #expect(request.header("cache-control") == "no-store")
        #expect(request.header("x-amz-meta-a") == "plain")
        #expect(request.header("x-amz-meta-b") == "=?UTF-8?B?Z3LDtsOfZQ==?=")
        #expect(request.header("if-none-match") == "*")
        _ = try await driver.put("k", Payload(), WriteOptions(condition: .matches("e1")))
        #expect(transport.requests.last?.header("if-match") == "\"e1\"")
        try await driver.delete("k", DeleteOptions(ifMatch: "e2", version: "v"))
        #expect(transport.requests.last?.header("if-match") == "\"e2\"")
        #expect(transport.requests.last?.query == ["versionId": "v"])
    }

    @Test func sessionTokenAndAnonymous() async throws {
        let transport = FakeTransport(Self.stored)
        let keys = Credentials(accessKeyID: "A", secretAccessKey: "S", sessionToken: "TOKEN")
        _ = try await makeDriver(transport, credentials: StaticCredentials(keys)).put("k", Payload(), WriteOptions())
        #expect(transport.requests.last?.header("x-amz-security-token") == "TOKEN")
        let anonymous = try makeDriver(transport, credentials: AnonymousCredentials())
        _ = try await anonymous.put("k", Payload(), WriteOptions())
        #expect(transport.requests.last?.header("authorization") == nil)
        await #expect(throws: StoreError.self) { try await anonymous.presign("k", PresignOptions()) }
    }

    @Test func copySourceIsEncodedAndMetadataReplaced() async throws {
        let transport = FakeTransport { request, _ in
            request.method == .head
                ? .init(200, [("Content-Length", "3"), ("ETag", "\"e\"")])
                : .init(200, [], "<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>")
        }
        let driver = try makeDriver(transport)
        let options = CopyOptions(
            metadata: ObjectMetadata(contentType: "a/b"), ifSourceMatch: "s1", sourceVersion: "v 1")
        let info = try await driver.copy("ä b", to: "t", options)
        #expect(transport.requests.map(\.method) == [.head, .put])
        #expect(transport.requests.first?.header("if-match") == "\"s1\"")
        let request = try #require(transport.requests.last)
        #expect(request.target == "/t")
        #expect(request.header("x-amz-copy-source") == "/photos/%C3%A4%20b?versionId=v%201")
        #expect(request.header("x-amz-metadata-directive") == "REPLACE")
        #expect(request.header("x-amz-copy-source-if-match") == "\"s1\"")
        #expect(request.header("content-type") == "a/b")
        #expect(info.size == 3)
    }

    @Test func batchDelete() async throws {
        let transport = FakeTransport(
            .init(
                200, [],
                "<DeleteResult><Deleted><Key>a&lt;b</Key></Deleted><Error><Key>c</Key><Code>AccessDenied</Code>"
                    + "<Message>no</Message></Error></DeleteResult>"))
        let driver = try makeDriver(transport)
        let outcomes = try await driver.deleteBatch(["a<b", "c", "never mentioned"])
        let request = try #require(transport.requests.first)
        #expect(request.target.hasPrefix("/?delete="))
        #expect(request.method == .post)
        #expect(request.header("x-amz-checksum-crc64nvme")?.count == 12)
        #expect(request.header("content-md5") == nil)
        #expect(request.header("x-amz-content-sha256")?.count == 64)
        #expect(request.text.contains("<Key>a&lt;b</Key>"))
        #expect(!request.text.contains("<Quiet>true"))
        #expect(outcomes.map(\.key) == ["a<b", "c", "never mentioned"])
        #expect(outcomes[0].error == nil)
        #expect(outcomes[1].error?.code == .permissionDenied)
        #expect(outcomes[1].error?.serviceCode == "AccessDenied")
        #expect(outcomes[2].error?.code == .invalidResponse)
    }

    /// The digest that every server takes, where checksums are not sent.
    @Test func batchDeleteOnAnOldServer() async throws {
        let transport = FakeTransport(.init(200, [], "<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>"))
        let driver = try makeDriver(transport, ["endpoint": "http://h:1"])
        _ = try await driver.deleteBatch(["a"])
        #expect(transport.requests.first?.header("content-md5")?.count == 24)
        #expect(transport.requests.first?.header("x-amz-sdk-checksum-algorithm") == nil)
    }

    @Test func controlCharactersAreDeletedOneByOne() async throws {
        let transport = FakeTransport { request, _ in
            request.method == .delete
                ? .init(204) : .init(200, [], "<DeleteResult><Deleted><Key>b</Key></Deleted></DeleteResult>")
        }
        let driver = try makeDriver(transport)
        let outcomes = try await driver.deleteBatch(["a\u{1}", "b"])
        #expect(outcomes.allSatisfy { $0.error == nil })
        #expect(transport.requests.map(\.target).sorted() == ["/?delete=", "/a%01"])
    }

    @Test func createsTheBucketOnFirstUse() async throws {
        let transport = FakeTransport { request, number in
            switch number {
            case 0: .init(404, [], errorXML("NoSuchBucket"))
            case 1: .init(409, [], errorXML("BucketAlreadyOwnedByYou"))
            default: Self.stored
            }
        }
        let driver = try makeDriver(transport, ["create_bucket": "true"])
        _ = try await driver.put("k", Payload(), WriteOptions())
        #expect(transport.requests.map(\.target) == ["/k", "/", "/k"])
        #expect(transport.requests[1].text.contains("<LocationConstraint>eu-central-1</LocationConstraint>"))
    }

    @Test func presignedURL() async throws {
        let transport = FakeTransport(Self.stored)
        let driver = try makeDriver(transport)
        let presigned = try await driver.presign(
            "a b", PresignOptions(method: .put, expiresIn: .seconds(60), headers: ["content-type": "x/y"]))
        #expect(presigned.method == "PUT")
        #expect(presigned.url.hasPrefix("https://photos.s3.eu-central-1.amazonaws.com/a%20b?"))
        #expect(presigned.url.contains("X-Amz-Expires=60"))
        #expect(presigned.url.contains("X-Amz-SignedHeaders=content-type%3Bhost"))
        #expect(presigned.headers == ["content-type": "x/y"])
        #expect(presigned.expires == Timestamp(seconds: 1_700_000_060))
        #expect(transport.requests.isEmpty)
    }
}
