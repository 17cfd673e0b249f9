import Coffer
import Testing

@testable import S3Driver

/// What the options become.
struct SettingsTests {
    private func settings(
        _ options: [String: String], environment: [String: String] = [:]
    ) throws(StoreError) -> S3Settings {
        var all = ["bucket": "b"]
        all.merge(options) { $1 }
        return try S3Settings(
            Configuration(all, driver: "s3", schema: S3Driver.descriptor.fullSchema, environment: environment))
    }

    @Test func theDriverIsRegisteredByBeingLinked() throws {
        let descriptor = try DriverRegistry.descriptor(named: "s3")
        #expect(descriptor.fullSchema.keys.first { $0.name == "secret_access_key" }?.isSecret == true)
        #expect(descriptor.fullSchema.keys.first { $0.name == "retry_attempts" }?.defaultValue == "3")
    }

    @Test func optionsGoBeforeTheEnvironment() throws {
        let environment = [
            "AWS_REGION": "r1", "AWS_DEFAULT_REGION": "r2", "AWS_ENDPOINT_URL": "http://any:1",
            "AWS_ENDPOINT_URL_S3": "http://s3:2", "AWS_CA_BUNDLE": "/ca.pem",
        ]
        let fromEnvironment = try settings([:], environment: environment)
        #expect(fromEnvironment.region == "r1")
        #expect(fromEnvironment.endpoint == S3Endpoint(url: "http://s3:2"))
        #expect(fromEnvironment.transport.caFile == "/ca.pem")
        let given = try settings(["region": "r0", "endpoint": "https://mine"], environment: environment)
        #expect(given.region == "r0")
        #expect(given.endpoint == S3Endpoint(url: "https://mine"))
        #expect(try settings([:], environment: ["AWS_DEFAULT_REGION": "r2"]).region == "r2")
        #expect(try settings([:]).region == "us-east-1")
    }

    @Test(arguments: [
        ("endpoint", "minio:9000"), ("endpoint", "http://"), ("endpoint", "http://h:99999"), ("endpoint", "http://u@h"),
        ("region", "eu central"), ("part_size", "1MiB"), ("part_size", "6GiB"), ("bucket", "a/b"),
        ("disable", "flying"),
        ("enable", "create_only,walking"), ("server", "toaster"), ("request_checksum_calculation", "always"),
        ("response_checksum_validation", "never"), ("checksum", "md4"),
    ])
    func badValuesNameTheOption(name: String, value: String) {
        let error = #expect(throws: StoreError.self) { try settings([name: value]) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("'\(name)'") == true)
    }

    @Test func serversClaimWhatTheyHave() throws {
        let aws = try settings([:]).capabilities.features
        #expect(aws.isSuperset(of: [.createOnly, .compareAndSwap, .deleteIfMatch, .copyCreateOnly]))
        let own = try settings(["endpoint": "http://h:1"]).capabilities.features
        #expect(own.contains(.compareAndSwap) && !own.contains(.copyCreateOnly))
        let old = try settings(["endpoint": "http://h:1", "server": "ceph16"])
        #expect(old.capabilities.features.isDisjoint(with: [.compareAndSwap, .deleteIfMatch, .copyIfSourceMatch]))
        #expect(!old.server.checksConditionOnCompletion)
        let known = try settings(
            ["endpoint": "https://acc.r2.cloudflarestorage.com"], environment: ["AWS_REGION": "r1"])
        #expect(known.region == "auto")
        #expect(!known.capabilities.features.contains(.deleteIfMatch))
        let tuned = try settings(["disable": "create_only, batch_delete", "enable": "copy_create_only"])
        #expect(tuned.capabilities.features.isDisjoint(with: [.createOnly, .batchDelete]))
        #expect(tuned.capabilities.features.contains(.copyCreateOnly))
    }

    @Test func aServerThatIgnoresConditionsOfUploadsIsNotTrustedWithOne() async throws {
        let transport = FakeTransport(.init(200))
        let driver = try makeDriver(transport, ["server": "ceph16", "endpoint": "http://localhost:7480"])
        let error = await #expect(throws: StoreError.self) {
            try await driver.createUpload("k", WriteOptions(condition: .absent))
        }
        #expect(error?.code == .unsupported)
        #expect(transport.requests.isEmpty)
    }
}
