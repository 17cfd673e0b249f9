import Coffer
import CofferTesting
import HTTPTransport
import Testing

@testable import S3Driver

/// What goes out with an upload, by each of the settings.
struct ChecksumRequestTests {
    private static let stored = FakeTransport.Answer(200, [("ETag", "\"abc\"")])
    private static let own = ["endpoint": "http://h:1"]

    private func put(
        _ settings: [String: String], _ options: WriteOptions = WriteOptions(), environment: [String: String] = [:],
        credentials: (any CredentialProvider)? = nil
    ) async throws -> HTTPRequest {
        let transport = FakeTransport(Self.stored)
        let keys = StaticCredentials(Credentials(accessKeyID: "AKID", secretAccessKey: "topsecret"))
        let driver = try makeDriver(
            transport, settings, environment: environment, credentials: credentials ?? keys)
        _ = try await driver.put("k", Payload([Chunk("hel"), Chunk("lo")]), options)
        return try #require(transport.requests.first)
    }

    @Test func byDefault() async throws {
        // As the AWS SDKs do on AWS, and nothing that an unknown server might refuse elsewhere.
        let aws = try await put([:])
        #expect(aws.header("x-amz-checksum-crc64nvme") == "M3eFcAZSQlc=")
        #expect(aws.header("x-amz-sdk-checksum-algorithm") == "CRC64NVME")
        #expect(aws.header("content-encoding") == nil)
        #expect(aws.header("x-amz-trailer") == nil)
        let other = try await put(Self.own)
        #expect(!other.headers.contains { $0.name.contains("checksum") })
    }

    @Test func policies() async throws {
        let off = try await put(["request_checksum_calculation": "when_required"])
        #expect(!off.headers.contains { $0.name.contains("checksum") })
        let byVariable = try await put([:], environment: ["AWS_REQUEST_CHECKSUM_CALCULATION": "WHEN_REQUIRED"])
        #expect(!byVariable.headers.contains { $0.name.contains("checksum") })
        let on = try await put(Self.own.merging(["request_checksum_calculation": "when_supported"]) { $1 })
        #expect(on.header("x-amz-checksum-crc64nvme") == "M3eFcAZSQlc=")
        // Whoever names one wants it.
        let named = try await put(["request_checksum_calculation": "when_required", "checksum": "crc32"])
        #expect(named.header("x-amz-checksum-crc32") == "NhCmhg==")
        // A server that compares none supports none.
        let old = try await put(
            Self.own.merging(["server": "ceph16", "request_checksum_calculation": "when_supported"]) { $1 })
        #expect(!old.headers.contains { $0.name.contains("checksum") })
    }

    /// Options go before the environment, and that before the profile.
    @Test func policiesOfAProfile() throws {
        let home = try Home()
        try home.write(
            """
            [default]
            request_checksum_calculation = WHEN_REQUIRED
            response_checksum_validation = when_required
            """, "config")
        func settings(_ options: [String: String], _ environment: [String: String] = [:]) throws -> S3Settings {
            let all = environment.merging([
                "AWS_CONFIG_FILE": home.path + "/config", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
            ]) { $1 }
            let configuration = try Configuration(
                ["bucket": "photos"].merging(options) { $1 }, driver: "s3", schema: S3Driver.descriptor.fullSchema,
                environment: all)
            return try S3Settings(configuration, AWSContext(all, profile: nil))
        }
        let profile = try settings([:])
        #expect(profile.requestChecksums == .whenRequired && profile.responseChecksums == .whenRequired)
        let variable = try settings([:], ["AWS_REQUEST_CHECKSUM_CALCULATION": "When_Supported"])
        #expect(variable.requestChecksums == .whenSupported && variable.responseChecksums == .whenRequired)
        let option = try settings(
            ["response_checksum_validation": "when_supported"], ["AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required"])
        #expect(option.responseChecksums == .whenSupported)
        try home.write("[default]\nrequest_checksum_calculation = sometimes\n", "config")
        let error = #expect(throws: StoreError.self) { try settings([:]) }
        #expect(error?.message.contains("request_checksum_calculation") == true)
    }

    @Test(arguments: [
        (ChecksumAlgorithm.crc64nvme, "M3eFcAZSQlc="), (.crc32c, "mnG7TA=="), (.crc32, "NhCmhg=="),
        (.sha1, "qvTGHdzF6KLavt4PO0gs2a6pQ00="), (.sha256, "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="),
    ])
    func algorithms(_ algorithm: ChecksumAlgorithm, _ value: String) async throws {
        let bySetting = try await put(["checksum": algorithm.rawValue])
        #expect(bySetting.header("x-amz-checksum-\(algorithm.rawValue)") == value)
        let byOption = try await put(Self.own, WriteOptions(checksum: .algorithm(algorithm)))
        #expect(byOption.header("x-amz-checksum-\(algorithm.rawValue)") == value)
        #expect(byOption.header("x-amz-sdk-checksum-algorithm") == algorithm.rawValue.uppercased())
        // What the caller knows is sent as it is, right or wrong: the service compares.
        let known = try #require(
            Checksum(algorithm, bytes: [UInt8](repeating: 7, count: algorithm.byteCount)))
        let byValue = try await put([:], WriteOptions(checksum: .value(known)))
        #expect(byValue.header("x-amz-checksum-\(algorithm.rawValue)") == known.base64)
    }

    @Test(arguments: [
        ("header", "auto", "https", "UNSIGNED-PAYLOAD"), ("header", "auto", "http", "sha"),
        ("header", "always", "https", "sha"), ("header", "never", "http", "UNSIGNED-PAYLOAD"),
        ("header", "chunks", "https", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        ("trailer", "auto", "https", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("trailer", "auto", "http", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
        ("trailer", "always", "https", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
        ("trailer", "never", "http", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("trailer", "chunks", "https", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
    ])
    func threeIndependentSettings(
        _ placement: String, _ signing: String, _ scheme: String, _ expected: String
    ) async throws {
        let metadata = ObjectMetadata(contentEncoding: "gzip")
        let request = try await put(
            [
                "checksum": "crc32", "checksum_placement": placement, "payload_signing": signing,
                "endpoint": "\(scheme)://h:1",
            ], WriteOptions(metadata: metadata))
        let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        #expect(request.header("x-amz-content-sha256") == (expected == "sha" ? hash : expected))
        let isFramed = expected.hasPrefix("STREAMING")
        #expect(request.header("content-encoding") == (isFramed ? "aws-chunked,gzip" : "gzip"))
        #expect(request.header("x-amz-decoded-content-length") == (isFramed ? "5" : nil))
        let isTrailer = placement == "trailer"
        #expect(request.header("x-amz-trailer") == (isTrailer ? "x-amz-checksum-crc32" : nil))
        #expect(request.header("x-amz-checksum-crc32") == (isTrailer ? nil : "NhCmhg=="))
        #expect(request.text.contains("x-amz-checksum-crc32:NhCmhg==\r\n") == isTrailer)
        #expect(request.text.contains(";chunk-signature=") == expected.contains("HMAC"))
        #expect(request.text.contains("x-amz-trailer-signature:") == (isTrailer && expected.contains("HMAC")))
        if !isFramed { #expect(request.text == "hello") }
        // All of it is signed.
        let signed = request.header("authorization") ?? ""
        for name in ["x-amz-sdk-checksum-algorithm"] + (isFramed ? ["content-encoding"] : []) {
            #expect(signed.contains(name))
        }
    }

    @Test func anonymousRequestsAreNotFramed() async throws {
        let request = try await put(
            ["checksum": "crc32", "checksum_placement": "trailer", "payload_signing": "chunks"],
            credentials: AnonymousCredentials())
        #expect(request.text == "hello")
        #expect(request.header("x-amz-checksum-crc32") == "NhCmhg==")
        #expect(request.header("x-amz-content-sha256") == nil)
    }

    @Test func contentMD5() async throws {
        let request = try await put(["content_md5": "true", "request_checksum_calculation": "when_required"])
        #expect(request.header("content-md5") == "XUFAKrxLKna5cZ2REBfFkg==")
    }

    @Test func anEmptyObject() async throws {
        let transport = FakeTransport(Self.stored)
        let driver = try makeDriver(transport, ["checksum_placement": "trailer", "payload_signing": "chunks"])
        _ = try await driver.put("k", Payload(), WriteOptions())
        let request = try #require(transport.requests.first)
        #expect(request.header("x-amz-checksum-crc64nvme") == "AAAAAAAAAAA=")
        #expect(request.header("content-encoding") == nil)
        #expect(request.body.isEmpty)
    }

    @Test func theServiceStoredSomethingElse() async throws {
        let transport = FakeTransport(.init(200, [("ETag", "\"e\""), ("x-amz-checksum-crc32", "AAAAAA==")]))
        let driver = try makeDriver(transport, ["checksum": "crc32"])
        let error = await #expect(throws: StoreError.self) {
            try await driver.put("k", Payload(Chunk("hello")), WriteOptions())
        }
        #expect(error?.code == .checksumMismatch)
        #expect(error?.message.contains("NhCmhg==") == true)
    }

    @Test func settingsThatMakeNoSense() {
        for settings in [
            ["checksum": "crc64nvme", "checksum_type": "composite"],
            ["checksum": "sha1", "checksum_type": "full_object"],
            ["checksum": "crc32", "server": "ceph16"], ["checksum": "crc32", "disable": "checksums"],
        ] {
            let error = #expect(throws: StoreError.self) { try makeDriver(FakeTransport(Self.stored), settings) }
            #expect(error?.code == .invalidConfiguration)
        }
    }

    /// No option is ever silently ignored.
    @Test func whatIsNotSupportedIsRefused() async throws {
        let transport = FakeTransport(Self.stored)
        let old = Store(driver: try makeDriver(transport, Self.own.merging(["server": "ceph16"]) { $1 }))
        let options = WriteOptions(checksum: .algorithm(.crc32))
        var error = await #expect(throws: StoreError.self) { try await old.put("k", "x", options) }
        #expect(error?.code == .unsupported)
        error = await #expect(throws: StoreError.self) { try await old.get("k", ReadOptions(verification: .required)) }
        #expect(error?.code == .unsupported)
        let store = Store(driver: try makeDriver(transport))
        let composite = try #require(Checksum(.crc32, base64: "AAAAAA==-2"))
        error = await #expect(throws: StoreError.self) {
            try await store.put("k", "x", WriteOptions(checksum: .value(composite)))
        }
        #expect(error?.code == .invalidArgument)
        #expect(transport.requests.isEmpty)
        error = await #expect(throws: StoreError.self) {
            try await store.stat("k", ReadOptions(verification: .required))
        }
        #expect(error?.code == .invalidArgument)
    }
}
