import Coffer
import HTTPTransport
import Testing

@testable import S3Driver

/// What is said of a copy, by server: what the server would lose is said.
struct CopyPlanTests {
    private static let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

    /// A server with a source that carries everything.
    private func transport(
        _ more: [(name: String, value: String)] = [], _ answer: FakeTransport.Answer? = nil
    ) -> FakeTransport {
        FakeTransport { request, _ in
            if request.method == .head {
                return .init(
                    200,
                    [
                        ("Content-Length", "3"), ("ETag", "\"e1\""), ("Content-Type", "text/x"),
                        ("x-amz-meta-a", "1"), ("x-amz-storage-class", "STANDARD_IA"), ("x-amz-tagging-count", "1"),
                    ] + more)
            }
            if request.query["tagging"] != nil {
                return .init(
                    200, [],
                    "<Tagging><TagSet><Tag><Key>t</Key><Value>v &amp; w</Value></Tag></TagSet></Tagging>")
            }
            let sent = request.headers.filter {
                $0.name.hasPrefix("x-amz-server-side-encryption") && !$0.name.hasSuffix("-key")
            }
            return answer ?? .init(200, sent, "<CopyObjectResult><ETag>\"e2\"</ETag></CopyObjectResult>")
        }
    }

    @Test func whatTheServerWouldLoseIsSaid() async throws {
        let kms: [(name: String, value: String)] = [
            ("x-amz-server-side-encryption", "aws:kms"), ("x-amz-server-side-encryption-aws-kms-key-id", "arn:k"),
            ("x-amz-server-side-encryption-bucket-key-enabled", "true"),
        ]
        let transport = transport(kms)
        let info = try await makeDriver(transport, ["server": "aws"]).copy("s", to: "t", CopyOptions())
        #expect(transport.requests.map(\.method) == [.head, .put])
        let request = try #require(transport.requests.last)
        #expect(request.header("x-amz-storage-class") == "STANDARD_IA")
        #expect(request.header("x-amz-server-side-encryption") == "aws:kms")
        #expect(request.header("x-amz-server-side-encryption-aws-kms-key-id") == "arn:k")
        #expect(request.header("x-amz-server-side-encryption-bucket-key-enabled") == "true")
        #expect(request.header("x-amz-copy-source-if-match") == "\"e1\"")
        #expect(request.header("x-amz-metadata-directive") == nil)
        #expect(request.header("x-amz-tagging-directive") == nil)
        #expect(info.etag == "e2")
        #expect(info.size == 3)
        #expect(info.storageClass == "STANDARD_IA")
        #expect(info.encryption?.method == .kms)
        #expect(info.metadata.user == ["a": "1"])
        #expect(info.tagCount == 1)
    }

    @Test func theStoresSettingsGoBeforeTheSources() async throws {
        let transport = transport([("x-amz-server-side-encryption", "AES256")])
        let settings = ["server": "aws", "storage_class": "GLACIER_IR", "encryption": "kms", "kms_key_id": "mine"]
        _ = try await makeDriver(transport, settings).copy("s", to: "t", CopyOptions())
        #expect(transport.requests.last?.header("x-amz-storage-class") == "GLACIER_IR")
        #expect(transport.requests.last?.header("x-amz-server-side-encryption-aws-kms-key-id") == "mine")
        let own = CopyOptions(encryption: .bucketDefault, storageClass: "STANDARD")
        _ = try await makeDriver(transport, settings).copy("s", to: "t", own)
        #expect(transport.requests.last?.header("x-amz-storage-class") == "STANDARD")
        #expect(transport.requests.last?.header("x-amz-server-side-encryption") == nil)
    }

    @Test func ontoItselfMetadataAreAlwaysReplaced() async throws {
        let transport = transport()
        _ = try await makeDriver(transport, ["server": "aws"]).copy("s", to: "s", CopyOptions(tags: ["n": "1"]))
        let request = try #require(transport.requests.last)
        #expect(request.header("x-amz-metadata-directive") == "REPLACE")
        #expect(request.header("content-type") == "text/x")
        #expect(request.header("x-amz-meta-a") == "1")
        #expect(request.header("x-amz-tagging-directive") == "REPLACE")
        #expect(request.header("x-amz-tagging") == "n=1")
        #expect(transport.requests.count == 2)
    }

    /// Where tags follow the metadata, both are said or none.
    @Test func tagsThatFollowMetadata() async throws {
        let transport = transport()
        let driver = try makeDriver(transport, ["server": "ceph", "endpoint": "https://h:1"])
        _ = try await driver.copy("s", to: "t", CopyOptions(metadata: ObjectMetadata(user: ["b": "2"])))
        #expect(transport.requests.map(\.method) == [.head, .get, .put])
        #expect(transport.requests.last?.header("x-amz-tagging") == "t=v%20%26%20w")
        #expect(transport.requests.last?.header("x-amz-meta-b") == "2")
        _ = try await driver.copy("s", to: "t", CopyOptions(tags: [:]))
        #expect(transport.requests.last?.header("x-amz-metadata-directive") == "REPLACE")
        #expect(transport.requests.last?.header("x-amz-tagging-directive") == "REPLACE")
        #expect(transport.requests.last?.header("x-amz-tagging") == nil)
        #expect(transport.requests.last?.header("x-amz-meta-a") == "1")
        #expect(transport.requests.count == 5)
    }

    @Test func customerKeysOfBothSides() async throws {
        let transport = transport([("x-amz-server-side-encryption-customer-algorithm", "AES256")])
        let source = try CustomerKey(base64: Self.key)
        let driver = try makeDriver(transport)
        _ = try await driver.copy("s", to: "t", CopyOptions(sourceCustomerKey: source))
        #expect(transport.requests[0].header("x-amz-server-side-encryption-customer-key") == Self.key)
        let copy = try #require(transport.requests.last)
        #expect(copy.header("x-amz-copy-source-server-side-encryption-customer-key") == Self.key)
        #expect(copy.header("x-amz-server-side-encryption-customer-key") == Self.key, "the copy has the source's key")
    }

    /// The object was replaced between the look and the copy: the copy is of the new one.
    @Test func aSourceThatIsReplacedMeanwhile() async throws {
        let transport = FakeTransport { request, number in
            if request.method == .head {
                return .init(
                    200, [("Content-Length", number == 0 ? "3" : "4"), ("ETag", number == 0 ? "\"a\"" : "\"b\"")])
            }
            return request.header("x-amz-copy-source-if-match") == "\"b\""
                ? .init(200, [], "<CopyObjectResult><ETag>\"b\"</ETag></CopyObjectResult>")
                : .init(412, [], errorXML("PreconditionFailed"))
        }
        let driver = try makeDriver(transport)
        #expect(try await driver.copy("s", to: "t", CopyOptions()).size == 4)
        let error = await #expect(throws: StoreError.self) {
            try await makeDriver(
                FakeTransport { request, _ in
                    request.method == .head
                        ? .init(200, [("Content-Length", "3"), ("ETag", "\"a\"")])
                        : .init(412, [], errorXML("PreconditionFailed"))
                }
            ).copy("s", to: "t", CopyOptions(condition: .absent))
        }
        #expect(error?.code == .alreadyExists)
    }

    @Test func encryptionThatIsIgnored() async throws {
        let transport = FakeTransport(.init(200, [("ETag", "\"e\"")]))
        let driver = try makeDriver(transport, ["server": "generic", "endpoint": "https://h:1"])
        let key = CustomerKey.random()
        for encryption in [ServerSideEncryption.managed, .kms(keyID: "k"), .customerKey(key)] {
            let error = await #expect(throws: StoreError.self) {
                try await driver.put("k", Payload(Chunk("x")), WriteOptions(encryption: encryption))
            }
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("ignored the encryption") == true)
            #expect(error?.description.contains(key.base64) == false)
        }
    }
}
