import Coffer
import Foundation
import HTTPTransport
import Testing

@testable import S3Driver

/// Options that concern what objects carry: of a store, over http, in presigned requests, in errors.
struct ObjectOptionTests {
    private static let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    /// A server that takes everything.
    private static var stored: FakeTransport {
        FakeTransport { request, _ in
            let sent = request.headers.filter {
                $0.name.hasPrefix("x-amz-server-side-encryption") && !$0.name.hasSuffix("-key")
            }
            return .init(200, [("ETag", "\"e\""), ("Content-Length", "1")] + sent, request.method == .head ? "" : "x")
        }
    }

    private func failure(_ body: () async throws -> Void) async -> StoreError? {
        await #expect(throws: StoreError.self) { try await body() }
    }

    @Test func whatTheStoreIsSetUpWith() async throws {
        let transport = Self.stored
        let settings = [
            "server": "aws", "encryption": "kms", "kms_key_id": "arn:aws:kms:eu:1:key/k", "kms_context": "b=2,a=x=y",
            "kms_bucket_key": "true", "storage_class": "STANDARD_IA",
        ]
        let driver = try makeDriver(transport, settings)
        let info = try await driver.put("k", Payload(Chunk("x")), WriteOptions())
        let request = try #require(transport.requests.last)
        #expect(request.header("x-amz-server-side-encryption") == "aws:kms")
        #expect(request.header("x-amz-server-side-encryption-aws-kms-key-id") == "arn:aws:kms:eu:1:key/k")
        let context = Data(base64Encoded: request.header("x-amz-server-side-encryption-context") ?? "")
        #expect(context.map { String(decoding: $0, as: UTF8.self) } == #"{"a":"x=y","b":"2"}"#)
        #expect(request.header("x-amz-server-side-encryption-bucket-key-enabled") == "true")
        #expect(request.header("x-amz-storage-class") == "STANDARD_IA")
        #expect(info.storageClass == "STANDARD_IA")
        #expect(info.encryption?.keyID == "arn:aws:kms:eu:1:key/k")
        _ = try await driver.put("k", Payload(Chunk("x")), WriteOptions(encryption: .managed))
        #expect(transport.requests.last?.header("x-amz-server-side-encryption") == "AES256")
        #expect(transport.requests.last?.header("x-amz-storage-class") == "STANDARD_IA")
        _ = try await driver.put("k", Payload(Chunk("x")), WriteOptions(encryption: .bucketDefault))
        #expect(transport.requests.last?.header("x-amz-server-side-encryption") == nil)
    }

    @Test func theStoresCustomerKeyGoesWithReadsToo() async throws {
        let transport = Self.stored
        let driver = try makeDriver(transport, ["encryption": "customer_key", "customer_key": Self.key])
        _ = try await driver.put("k", Payload(Chunk("x")), WriteOptions())
        _ = try await driver.stat("k", StatOptions())
        _ = try await driver.read("k", ReadOptions())
        for request in transport.requests {
            #expect(request.header("x-amz-server-side-encryption-customer-key") == Self.key)
            #expect(request.header("x-amz-server-side-encryption-customer-key-md5") == "KYvwGXoFFJ42a2u2GDWhwQ==")
        }
        #expect(transport.requests.count == 3)
        let other = CustomerKey.random()
        _ = try await driver.read("k", ReadOptions(customerKey: other))
        #expect(transport.requests.last?.header("x-amz-server-side-encryption-customer-key") == other.base64)
    }

    @Test(arguments: [
        (["kms_key_id": "k"], "kms_key_id"), (["encryption": "managed", "kms_context": "a=b"], "kms_context"),
        (["kms_bucket_key": "true"], "kms_bucket_key"), (["encryption": "kms", "kms_context": "a"], "kms_context"),
        (["encryption": "kms", "kms_context": "a=1,a=2"], "kms_context"), (["customer_key": key], "customer_key"),
        (["encryption": "customer_key"], "customer_key"),
        (["encryption": "customer_key", "customer_key": "c2hvcnQ="], "customer_key"),
        (["encryption": "customer_key", "customer_key": "not base64!"], "customer_key"),
        (["encryption": "customer_key", "customer_key": key, "endpoint": "http://h:1"], "customer_key"),
        (["encryption": "sse"], "encryption"),
        (["encryption": "managed", "server": "ceph16", "endpoint": "https://h:1"], "encryption"),
        (["encryption": "dual_layer_kms", "server": "ceph", "endpoint": "https://h:1"], "encryption"),
        (
            ["encryption": "kms", "kms_bucket_key": "true", "server": "ceph", "endpoint": "https://h:1"],
            "kms_bucket_key"
        ),
        (["storage_class": "a b"], "storage_class"), (["encryption": "kms", "kms_key_id": "a b"], "kms_key_id"),
        (["storage_class": "X", "server": "gcs"], "storage_class"),
    ])
    func wrongOptions(_ options: [String: String], _ named: String) async throws {
        let error = #expect(throws: StoreError.self) { try makeDriver(Self.stored, options) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("'\(named)'") == true, "\(String(describing: error))")
        #expect(error?.description.contains(Self.key) == false)
        #expect(error?.description.contains("c2hvcnQ=") == false)
    }

    @Test func aCustomersKeyDoesNotTravelInTheClear() async throws {
        let transport = Self.stored
        let key = try CustomerKey(base64: Self.key)
        let driver = try makeDriver(transport, ["endpoint": "http://h:1"])
        let write = WriteOptions(encryption: .customerKey(key))
        for error in [
            await failure { _ = try await driver.put("k", Payload(Chunk("x")), write) },
            await failure { _ = try await driver.createUpload("k", write) },
            await failure { _ = try await driver.read("k", ReadOptions(customerKey: key)) },
            await failure { _ = try await driver.stat("k", StatOptions(customerKey: key)) },
            await failure { _ = try await driver.copy("k", to: "t", CopyOptions(sourceCustomerKey: key)) },
            await failure { _ = try await driver.presign("k", PresignOptions(customerKey: key)) },
        ] {
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.contains("customer_key_over_http") == true)
            #expect(error?.description.contains(Self.key) == false)
        }
        #expect(transport.requests.isEmpty)
        let trusting = try makeDriver(transport, ["endpoint": "http://h:1", "customer_key_over_http": "true"])
        _ = try await trusting.put("k", Payload(Chunk("x")), write)
        #expect(transport.requests.count == 1)
    }

    @Test func presignedRequestsNameWhatMustBeSent() async throws {
        let driver = try makeDriver(Self.stored, ["server": "aws", "storage_class": "STANDARD_IA"])
        let key = try CustomerKey(base64: Self.key)
        let write = WriteOptions(
            metadata: ObjectMetadata(contentType: "text/x"), condition: .absent, encryption: .customerKey(key),
            tags: ["a": "b c"])
        let put = try await driver.presign("k", PresignOptions(method: .put, write: write))
        #expect(put.headers.count == 7)
        #expect(put.headers["content-type"] == "text/x")
        #expect(put.headers["if-none-match"] == "*")
        #expect(put.headers["x-amz-tagging"] == "a=b%20c")
        #expect(put.headers["x-amz-storage-class"] == "STANDARD_IA")
        #expect(put.headers["x-amz-server-side-encryption-customer-key"] == Self.key)
        for name in put.headers.keys { #expect(put.url.contains(name), "\(name) is signed") }
        #expect(!put.url.contains(Self.key.prefix(40)))
        #expect(!put.description.contains(Self.key) && !String(reflecting: put).contains(Self.key))
        let get = try await driver.presign("k", PresignOptions(customerKey: key))
        #expect(get.headers.count == 3)
        let plain = try await driver.presign("k", PresignOptions())
        #expect(plain.headers.isEmpty)
        let twice = await failure {
            _ = try await driver.presign(
                "k", PresignOptions(method: .put, headers: ["Content-Type": "a/b"], write: write))
        }
        #expect(twice?.code == .invalidArgument)
        let store = Store(driver: driver)
        let wrong = await failure {
            _ = try await store.presign("k", PresignOptions(method: .get, write: write))
        }
        #expect(wrong?.code == .invalidArgument)
    }

    @Test func whatAnswersSay() {
        let info = MetadataHeaders.info(
            "k", size: 1,
            HTTPHeaders([
                ("X-Amz-Restore", #"ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT""#),
                ("x-amz-server-side-encryption", "aws:kms:dsse"),
                ("x-amz-server-side-encryption-aws-kms-key-id", "arn"), ("x-amz-object-lock-mode", "COMPLIANCE"),
                ("x-amz-object-lock-retain-until-date", "2026-11-21T18:43:44.000Z"),
                ("X-Amz-Object-Lock-Legal-Hold", "ON"), ("x-amz-tagging-count", "3"),
                ("x-amz-storage-class", "GLACIER"),
                ("x-amz-request-id", "r"), ("x-amz-replication-status", "PENDING"),
            ]))
        #expect(info.encryption == ObjectEncryption(.dualLayerKMS, keyID: "arn"))
        #expect(info.retention?.mode == .compliance)
        #expect(info.retention?.until == Timestamp(iso8601: "2026-11-21T18:43:44Z"))
        #expect(info.legalHold == true)
        #expect(info.restore == RestoreStatus(isOngoing: false, expires: Timestamp(seconds: 1_356_048_000)))
        #expect(info.tagCount == 3)
        #expect(info.storageClass == "GLACIER")
        let ongoing = MetadataHeaders.info("k", size: 1, HTTPHeaders([("x-amz-restore", "ongoing-request=\"true\"")]))
        #expect(ongoing.restore == RestoreStatus(isOngoing: true))
        #expect(MetadataHeaders.info("k", size: 1, HTTPHeaders([])).rare == nil)
    }

    /// A checksum that the caller gave is wrong however often the bytes are sent; one that was computed is not.
    @Test(arguments: ["BadDigest", "XAmzContentChecksumMismatch"])
    func aGivenChecksumIsNotSentTwice(_ code: String) async throws {
        let transport = FakeTransport(.init(400, [], errorXML(code)))
        let store = try await Self.retrying(transport)
        let wrong = try #require(Checksum(.crc32, base64: "AAAAAA=="))
        let given = await failure { try await store.put("k", "x", WriteOptions(checksum: .value(wrong))) }
        #expect(given?.code == .checksumMismatch)
        #expect(given?.isRetryable == false)
        #expect(given?.operation == .put)
        #expect(transport.requests.count == 1)
        let computed = await failure { try await store.put("k", "x") }
        #expect(computed?.isRetryable == true)
        #expect(transport.requests.count == 4)
    }

    private static func retrying(_ transport: FakeTransport) async throws -> Store {
        let policy = RetryPolicy(maxAttempts: 3, baseDelay: .milliseconds(1))
        return Store(driver: try makeDriver(transport), layers: [RetryLayer(policy: policy)])
    }

    @Test func errorsNameTheVerbOfTheCaller() async throws {
        let transport = FakeTransport(.init(404, [], errorXML("NoSuchKey")))
        let store = try await Self.retrying(transport)
        #expect(await failure { try await store.get("k") }?.operation == .get)
        #expect(await failure { _ = try await store.reader("k") }?.operation == .read)
        #expect(await failure { _ = try await store.tags(of: "k") }?.operation == .tags)
        #expect(await failure { _ = try await store.retention(of: "k") }?.operation == .retention)
        #expect(await failure { try await store.restore("k") }?.operation == .restore)
    }

    @Test func anArchivedObject() async throws {
        let transport = FakeTransport(.init(403, [], errorXML("InvalidObjectState")))
        let store = try await Self.retrying(transport)
        let error = await failure { try await store.get("k") }
        #expect(error?.code == .permissionDenied)
        #expect(error?.isRetryable == false)
        #expect(error?.message.contains("restored before it is read") == true)
        let busy = FakeTransport(.init(409, [], errorXML("RestoreAlreadyInProgress")))
        let again = try await Self.retrying(busy)
        #expect(await failure { try await again.restore("k") }?.code == .conflict)
        #expect(busy.requests.count == 1)
        for (status, isReadable) in [(202, false), (200, true)] {
            let driver = try makeDriver(FakeTransport(.init(status)))
            #expect(try await Store(driver: driver).restore("k", days: 2, tier: .expedited) == isReadable)
        }
        let days = await failure { try await store.restore("k", days: 0) }
        #expect(days?.code == .invalidArgument)
    }
}
