import Coffer
import CofferTesting
import Foundation
import HTTPTransport
import Testing

@testable import S3Driver

/// What only a real server can show: identity, places, TLS, large objects.
@Suite(.enabled(if: !TestServer.all.isEmpty))
struct ServerTests {
    private static let strangers = "/etc/ssl/certs/ca-certificates.crt"
    private static let oneTry = ["retry_attempts": "1"]

    private func failure(_ body: () async throws -> Void) async -> StoreError? {
        await #expect(throws: StoreError.self) { try await body() }
    }

    // LocalStack checks no Authorization header.
    @Test(arguments: TestServer.all.filter { $0.kind != "localstack" })
    func aWrongSecret(_ server: TestServer) async throws {
        let bucket = TestServer.freshBucket("secret")
        let store = try await server.open(bucket)
        try await store.put("k", "x")
        let wrong = try await server.open(bucket, ["secret_access_key": "not-the-secret-0123456789"])
        for error in [
            await failure { try await wrong.put("k", "y") }, await failure { try await wrong.get("k") },
            await failure { _ = try await wrong.stat("k") }, await failure { _ = try await wrong.list().collect() },
            await failure { try await wrong.delete("k") },
        ] {
            #expect(error?.code == .unauthenticated)
            #expect(error?.message.contains("check the secret access key") == true)
            #expect(error?.description.contains("not-the-secret") == false)
            #expect(error?.isRetryable == false)
        }
        #expect(try await store.get("k").bytes.utf8String == "x")
        await store.close()
        await wrong.close()
    }

    @Test(arguments: TestServer.all.filter { $0.kind != "localstack" })
    func anUnknownAccessKey(_ server: TestServer) async throws {
        let store = try await server.open(TestServer.freshBucket("key"), ["access_key_id": "NOBODY"])
        let error = await failure { try await store.put("k", "y") }
        #expect(error?.code == .unauthenticated)
        await store.close()
    }

    @Test(arguments: TestServer.all)
    func aWrongRegionIsRepairedOrNamed(_ server: TestServer) async throws {
        let bucket = TestServer.freshBucket("region")
        let right = try await server.open(bucket)
        try await right.put("k", "x")
        // Ceph and LocalStack take any region; Swift names its own, and the driver follows.
        let store = try await server.open(bucket, ["region": "mars-north-1"])
        #expect(try await store.get("k").bytes.utf8String == "x")
        #expect(try await store.stat("k").size == 1)
        await right.close()
        await store.close()
    }

    @Test(arguments: TestServer.all)
    func aMissingBucket(_ server: TestServer) async throws {
        let store = try await server.open(TestServer.freshBucket("missing"), ["create_bucket": "false"])
        for error in [
            await failure { try await store.put("k", "y") }, await failure { try await store.get("k") },
            await failure { _ = try await store.stat("k") }, await failure { _ = try await store.list().collect() },
        ] {
            #expect(error?.code == .bucketNotFound)
            #expect(error?.message.contains("does not exist") == true)
            #expect(error?.driver == "s3")
        }
        await store.close()
    }

    @Test func aStoppedServer() async throws {
        let store = try await Store.open(
            driver: "s3",
            options: [
                "bucket": "b", "endpoint": "http://127.0.0.1:1", "access_key_id": "a", "secret_access_key": "s",
                "proxy": "",
            ].merging(Self.oneTry) { $1 }, environment: [:])
        let error = await failure { try await store.put("k", "y") }
        #expect(error?.code == .connectionFailed)
        #expect(error?.isRetryable == true)
        #expect(error?.message.contains("127.0.0.1:1") == true)
        await store.close()
    }

    @Test(arguments: TestServer.all.filter { $0.endpointTLS != nil })
    func httpsWithAnOwnAuthority(_ server: TestServer) async throws {
        let store = try await server.open(TestServer.freshBucket("tls"), tls: true)
        let body = ConformanceContext.pattern(300_000)
        try await store.put("k", .chunk(body))
        #expect(try await store.get("k").bytes == body)
        await store.close()
        let stranger = try await server.open(
            TestServer.freshBucket("tls"), tls: true, ["ca_file": Self.strangers, "retry_attempts": "1"])
        let error = await failure { try await stranger.put("k", "y") }
        #expect(error?.code == .connectionFailed)
        #expect(error?.isRetryable == false)
        await stranger.close()
    }

    @Test(arguments: TestServer.all, ["auto", "always", "never"])
    func payloadSigning(_ server: TestServer, _ mode: String) async throws {
        let store = try await server.open(TestServer.freshBucket("sign"), ["payload_signing": mode])
        try await store.put("k", .chunks([Chunk("one "), Chunk("two")]))
        #expect(try await store.get("k").bytes.utf8String == "one two")
        await store.close()
    }

    @Test(arguments: TestServer.all)
    func aFileInParts(_ server: TestServer) async throws {
        let path = NSTemporaryDirectory() + "coffer-s3-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let body = ConformanceContext.pattern(33 << 20)
        try Data(body.array).write(to: URL(fileURLWithPath: path))
        let store = try await server.open(TestServer.freshBucket("file"))
        let metadata = ObjectMetadata(contentType: "application/x-test", user: ["origin": "größe 漢字"])
        let info = try await store.put("large", .file(path), WriteOptions(metadata: metadata))
        #expect(info.size == Int64(body.count))
        #expect(info.etag?.value.hasSuffix("-5") == true)
        let found = try await store.stat("large")
        #expect(found.etag == info.etag)
        #expect(found.metadata.contentType == "application/x-test")
        #expect(found.metadata.user == ["origin": "größe 漢字"])
        #expect(try await store.get("large").bytes == body)
        #expect(try await store.get("large", range: .suffix(1000)) == body.dropFirst(body.count - 1000))
        await store.close()
    }

    @Test(arguments: TestServer.all)
    func aCopyByPartsKeepsTheMetadata(_ server: TestServer) async throws {
        let configuration = try Configuration(
            server.options(TestServer.freshBucket("copy")), driver: "s3", schema: S3Driver.descriptor.fullSchema,
            environment: [:])
        let driver = try await S3Driver.make(configuration)
        let body = ConformanceContext.pattern(12 << 20)
        let metadata = ObjectMetadata(contentType: "text/x-copy", cacheControl: "no-store", user: ["a": "b"])
        _ = try await driver.put("source ü", Payload(body), WriteOptions(metadata: metadata))
        let options = CopyOptions(partSize: 5 << 20)
        let info = try await driver.copy("source ü", to: "target", options)
        #expect(info.size == Int64(body.count))
        let target = try await driver.stat("target", StatOptions())
        #expect(target.metadata.contentType == "text/x-copy")
        #expect(target.metadata.user == ["a": "b"])
        let bytes = try await Store(driver: driver).get("target").bytes
        #expect(bytes == body)
        // A source that is not the same any more ends the copy and leaves nothing open.
        var stale = try await driver.plan("source ü", to: "other", options)
        stale.source.etag = "0123456789abcdef0123456789abcdef"
        let error = await failure { _ = try await driver.copyInParts(stale) }
        #expect(error?.code == .preconditionFailed)
        #expect(try await driver.listUploads(prefix: "").isEmpty)
        await driver.close()
    }

    @Test(arguments: TestServer.all)
    func partsAreListed(_ server: TestServer) async throws {
        let configuration = try Configuration(
            server.options(TestServer.freshBucket("parts")), driver: "s3", schema: S3Driver.descriptor.fullSchema,
            environment: [:])
        let driver = try await S3Driver.make(configuration)
        let id = UploadID(key: "k+ü", id: try await driver.createUpload("k+ü", WriteOptions()))
        let part = try await driver.uploadPart(id, number: 2, Payload(ConformanceContext.pattern(5 << 20)))
        #expect(try await driver.listParts(id) == [part])
        #expect(try await driver.listUploads(prefix: "k").map(\.id) == [id])
        try await driver.abortUpload(id)
        try await driver.abortUpload(id)
        #expect(try await driver.listUploads(prefix: "").isEmpty)
        await driver.close()
    }

    @Test(arguments: TestServer.all.filter { $0.kind == "ceph" })
    func virtualHosts(_ server: TestServer) async throws {
        let bucket = TestServer.freshBucket("host")
        let store = try await server.open(bucket)
        try await store.put("k", "x")
        var settings = try S3Settings(
            Configuration(
                server.options(bucket, ["addressing": "virtual"]), driver: "s3", schema: S3Driver.descriptor.fullSchema,
                environment: [:]))
        let port = try #require(Int(server.endpoint.split(separator: ":").last ?? ""))
        settings.endpoint = try #require(S3Endpoint(url: "http://s3.localhost:\(port)"))
        settings.transport.resolve = [(host: "\(bucket).s3.localhost", port: port, address: "127.0.0.1")]
        let keys = Credentials(accessKeyID: server.accessKey, secretAccessKey: server.secretKey)
        let driver = S3Driver(
            S3Client(settings, transport: try HTTPClient(settings.transport), credentials: StaticCredentials(keys)))
        #expect(try await driver.stat("k", StatOptions()).size == 1)
        #expect(try await driver.list(ListOptions()).entries.map(\.name) == ["k"])
        await driver.close()
        await store.close()
    }
}
