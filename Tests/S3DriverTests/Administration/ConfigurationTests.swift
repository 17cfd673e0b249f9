import Coffer
import Testing

@testable import S3Driver

/// How configurations are read, written and asked for, without a server.
@Suite struct ConfigurationTests {
    private func text(_ configuration: some BucketConfiguration) throws -> String {
        try configuration.document().utf8String ?? ""
    }

    private func bucket(_ transport: FakeTransport, _ options: [String: String] = [:]) throws -> S3Bucket {
        try Store(driver: try makeDriver(transport, options)).s3
    }

    /// What a newer service says is kept, where it was, whatever is changed beside it.
    @Test func unknownElementsSurvive() throws {
        let rule =
            "<Filter><New><Deep a=\"1\">x</Deep></New><And><Older>1</Older><Prefix>p</Prefix></And></Filter>"
            + "<Status>Enabled</Status><Expiration><Days>3</Days><Weeks>1</Weeks></Expiration><Colour>red</Colour>"
        let document =
            "<LifecycleConfiguration xmlns:n=\"urn:n\"><First/><Rule><ID>1</ID>\(rule)</Rule>"
            + "<Between/><Rule><ID>2</ID><Status>Whatever</Status></Rule><n:Last>x &amp; y</n:Last></LifecycleConfiguration>"
        var read = try BucketLifecycle(document: Chunk(document))
        #expect(read.rules.map(\.id) == ["1", "2"])
        #expect(read.rules[0].filter?.prefix == "p")
        #expect(read.rules[1].status == "Whatever")
        #expect(read.unknown.elements.map(\.name) == ["First", "Between", "n:Last"])
        read.rules[0].expiration?.days = 4
        read.rules[0].filter?.prefix = "q"
        read.rules.append(LifecycleRule("3"))
        let written = try text(read)
        #expect(
            written.hasSuffix(
                "xmlns:n=\"urn:n\"><First></First><Rule><Expiration><Days>4</Days><Weeks>1</Weeks></Expiration>"
                    + "<Colour>red</Colour><ID>1</ID><Filter><New><Deep a=\"1\">x</Deep></New><And><Older>1</Older>"
                    + "<Prefix>q</Prefix></And></Filter><Status>Enabled</Status></Rule><Between></Between><Rule><ID>2</ID>"
                    + "<Status>Whatever</Status></Rule><Rule><ID>3</ID><Filter></Filter><Status>Enabled</Status></Rule>"
                    + "<n:Last>x &amp; y</n:Last></LifecycleConfiguration>"))
        #expect(try BucketLifecycle(document: Chunk(written)) == read)
        read.rules.removeAll()
        #expect(try text(read).contains("<First></First><Between></Between>"))
    }

    @Test func whatMakesNoSense() throws {
        for document in [
            "<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>x</Days></Expiration></Rule>"
                + "</LifecycleConfiguration>",
            "<LifecycleConfiguration><Rule></Rule></LifecycleConfiguration>", "<LifecycleConfiguration><Rule>", "",
            "<!DOCTYPE a [<!ENTITY x \"y\">]><LifecycleConfiguration>&x;</LifecycleConfiguration>",
            "<LifecycleConfiguration>" + String(repeating: "<a>", count: 100)
                + String(repeating: "</a>", count: 100) + "</LifecycleConfiguration>",
        ] {
            let error = #expect(throws: StoreError.self) { _ = try BucketLifecycle(document: Chunk(document)) }
            #expect(error?.code == .invalidResponse)
        }
        let error = #expect(throws: StoreError.self) { _ = try BucketTagging(["a": "\u{7}"]).document() }
        #expect(error?.code == .invalidArgument)
        let policy = #expect(throws: StoreError.self) { _ = try BucketPolicy(json: "{'a'}").document() }
        #expect(policy?.code == .invalidArgument)
    }

    @Test func requests() async throws {
        let transport = FakeTransport(.init(200))
        var bucket = try bucket(transport)
        bucket.expectedOwner = "123456789012"
        let code = MFACode(serialNumber: "arn:aws:iam::1:mfa/me", code: "123456")
        try await bucket.set(BucketVersioning(.enabled, mfaDelete: .enabled), mfa: code)
        let request = try #require(transport.requests.first)
        #expect(request.method == .put)
        #expect(request.target == "/?versioning=")
        #expect(request.header("x-amz-mfa") == "arn:aws:iam::1:mfa/me 123456")
        #expect(request.header("x-amz-expected-bucket-owner") == "123456789012")
        #expect(request.header("x-amz-checksum-crc64nvme") != nil)
        #expect(request.header("content-type") == "application/xml")
        #expect(!"\(code)".contains("123456"))

        let old = FakeTransport(.init(200))
        try await self.bucket(old, ["endpoint": "http://h:1"]).set(BucketPolicy(json: "{}"))
        #expect(old.requests.first?.header("content-md5")?.count == 24)
        #expect(old.requests.first?.header("content-type") == "application/json")
        #expect(old.requests.first?.target == "/photos?policy=")
        #expect(old.requests.first?.text == "{}")
    }

    @Test func theDefaultSizeOfTransitionsIsAHeader() async throws {
        let name = "x-amz-transition-default-minimum-object-size"
        let transport = FakeTransport(
            .init(200, [(name, "varies_by_storage_class")], "<LifecycleConfiguration></LifecycleConfiguration>"))
        let bucket = try bucket(transport)
        var read = try #require(try await bucket.get(BucketLifecycle.self))
        #expect(read.defaultMinimumSize == .varies)
        read.defaultMinimumSize = .all128K
        try await bucket.set(read)
        #expect(transport.requests.last?.header(name) == "all_storage_classes_128K")
    }

    /// A server that does not know a subresource takes a DELETE of it for one of the bucket: none is ever sent.
    @Test func whatTheServiceDoesNotKnowIsNotRemoved() async throws {
        let transport = FakeTransport(.init(200, [], "<ListBucketResult><Name>photos</Name></ListBucketResult>"))
        let bucket = try bucket(transport)
        let error = await #expect(throws: StoreError.self) { try await bucket.remove(OwnershipControls.self) }
        #expect(error?.code == .unsupported)
        #expect(transport.requests.allSatisfy { $0.method == .get })

        let refusing = FakeTransport { request, _ in
            request.method == .get
                ? .init(200, [], "<ListBucketResult><Name>photos</Name></ListBucketResult>")
                : .init(400, [], errorXML("MalformedXML"))
        }
        let refused = await #expect(throws: StoreError.self) {
            try await self.bucket(refusing).set(OwnershipControls(.objectWriter))
        }
        #expect(refused?.code == .unsupported)
        #expect(refused?.message.contains("?ownershipControls") == true)
    }

    @Test func thereIsNone() async throws {
        let transport = FakeTransport(.init(404, [], errorXML("NoSuchTagSet")))
        let bucket = try bucket(transport)
        #expect(try await bucket.get(BucketTagging.self) == nil)
        try await bucket.remove(BucketTagging.self)
        let error = await #expect(throws: StoreError.self) { _ = try await bucket.get(BucketCORS.self) }
        #expect(error != nil)
        let kept = await #expect(throws: StoreError.self) { try await bucket.remove(BucketACL.self) }
        #expect(kept?.code == .unsupported)
    }

    @Test func anotherDriver() async throws {
        let store = Store(driver: FakeOther())
        let error = #expect(throws: StoreError.self) { _ = try store.s3 }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("'other'") == true)
    }

    /// A driver that is no S3.
    private struct FakeOther: Driver {
        var name: String { "other" }
        var capabilities: Capabilities { Capabilities([]) }
        func read(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse { throw .cancelled() }
        func stat(_ key: Key, _ options: StatOptions) async throws(StoreError) -> ObjectInfo { throw .cancelled() }
        func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
            throw .cancelled()
        }
        func delete(_ key: Key, _ options: DeleteOptions) async throws(StoreError) {}
        func list(_ options: ListOptions) async throws(StoreError) -> ListPage { ListPage() }
    }

    @Test func theService() async throws {
        let answer =
            "<ListAllMyBucketsResult><Buckets><Bucket><Name>a</Name><BucketRegion>eu-west-1</BucketRegion></Bucket>"
            + "<Bucket><Name>b</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket></Buckets>"
        let transport = FakeTransport(
            .init(200, [], answer + "<ContinuationToken>next</ContinuationToken></ListAllMyBucketsResult>"),
            .init(200, [], answer + "</ListAllMyBucketsResult>"))
        let service = try bucket(transport).service
        #expect(try await service.buckets().map(\.name) == ["a", "b", "a", "b"])
        let first = try #require(transport.requests.first)
        #expect(first.path == "/")
        #expect(first.origin.host == "s3.eu-central-1.amazonaws.com")
        #expect(transport.requests.last?.query["continuation-token"] == "next")
        let error = await #expect(throws: StoreError.self) { _ = try await service.buckets(region: "eu-west-1") }
        #expect(error?.code == .unsupported)
        let name = #expect(throws: StoreError.self) { _ = try service.bucket("a/b") }
        #expect(name?.code == .invalidArgument)
        #expect(try service.bucket("other").client.state.withLock { $0.route.origin.host }.hasPrefix("other.s3."))
    }

    @Test func creation() async throws {
        let transport = FakeTransport { request, _ in .init(request.method == .head ? 404 : 200) }
        let bucket = try bucket(transport)
        let creation = BucketCreation(
            acl: .private, hasObjectLock: true, ownership: .bucketOwnerEnforced, tags: [S3Tag("k", "v")])
        #expect(try await bucket.create(creation))
        let request = try #require(transport.requests.last)
        #expect(request.method == .put)
        #expect(request.header("x-amz-acl") == "private")
        #expect(request.header("x-amz-bucket-object-lock-enabled") == "true")
        #expect(request.header("x-amz-object-ownership") == "BucketOwnerEnforced")
        #expect(
            request.text.hasSuffix(
                "<LocationConstraint>eu-central-1</LocationConstraint><Tags><Tag><Key>k</Key><Value>v</Value></Tag></Tags>"
                    + "</CreateBucketConfiguration>"))
    }
}
