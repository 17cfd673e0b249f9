import Coffer
import CofferTesting
import Foundation
import S3Driver
import Testing

/// The suite on every S3 server that `COFFER_TEST_SERVERS` describes, over http and, where it has it, https.
@Suite struct S3ConformanceTests {
    @Test func serversAreThere() throws {
        if ProcessInfo.processInfo.environment["COFFER_TEST_WITHOUT_SERVERS"] == "1" { return }
        #expect(
            try !TestServer.all().isEmpty,
            """
            no S3 servers: run 'eval "$(scripts/test-servers up)"' first (make test does), \
            or set COFFER_TEST_WITHOUT_SERVERS=1 to go without
            """)
    }

    /// All cases, or those whose names have one of the words of `COFFER_CASES` in them, separated by commas.
    private static let cases: [ConformanceCase] = {
        guard let words = ProcessInfo.processInfo.environment["COFFER_CASES"], !words.isEmpty else {
            return ConformanceSuite.cases
        }
        return ConformanceSuite.cases.filter { one in words.split(separator: ",").contains { one.name.contains($0) } }
    }()

    @Test(arguments: TestServer.targets, cases)
    func s3(_ target: ConformanceTarget, _ conformance: ConformanceCase) async throws {
        try await runAndReport(conformance, on: target)
    }

    /// What needs versions, on buckets that keep them.
    @Test(arguments: TestServer.versionTargets, ConformanceSuite.cases.filter { $0.requires.contains(.versions) })
    func versions(_ target: ConformanceTarget, _ conformance: ConformanceCase) async throws {
        try await runAndReport(conformance, on: target)
    }
}

/// A server of the file that `COFFER_TEST_SERVERS` names; `scripts/test-servers` writes it.
struct TestServer: Decodable {
    var name: String
    var kind: String
    var version: String
    var endpoint: String
    var endpointTLS: String?
    var caFile: String?
    var region: String
    var accessKey: String
    var secretKey: String

    enum CodingKeys: String, CodingKey {
        case name, kind, version, endpoint, region
        case endpointTLS = "endpoint_tls"
        case caFile = "ca_file"
        case accessKey = "access_key"
        case secretKey = "secret_key"
    }

    static func all() throws -> [TestServer] {
        guard let path = ProcessInfo.processInfo.environment["COFFER_TEST_SERVERS"], !path.isEmpty else { return [] }
        return try JSONDecoder().decode([TestServer].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// A target for each server and scheme. A file that cannot be read gives none, which ``serversAreThere()`` reports.
    static let targets: [ConformanceTarget] = ((try? all()) ?? []).flatMap(\.targets)

    /// A target for each server whose bucket keeps versions.
    static let versionTargets: [ConformanceTarget] = ((try? all()) ?? []).map { server in
        server.target("s3, \(server.name), versions", server.endpoint, ["enable": "versions"], [], keepsVersions: true)
    }

    private var targets: [ConformanceTarget] {
        let plain = target("s3, \(name)", endpoint, [:], [])
        // TLS is the transport's matter, not the server's: the whole suite over it on the one nearest to AWS.
        guard let endpointTLS, name == "rgw20" else { return [plain] }
        let trust = caFile.map { ["ca_file": $0] } ?? [:]
        return [plain, target("s3, \(name), https", endpointTLS, trust, caFile.map { ["--cacert", $0] } ?? [])]
    }

    private func target(
        _ title: String, _ endpoint: String, _ more: [String: String], _ curl: [String], keepsVersions: Bool = false
    ) -> ConformanceTarget {
        let scheme = keepsVersions ? "versions" : endpoint.hasPrefix("https") ? "tls" : "plain"
        let bucket = "conformance-\(getpid())-\(name)-\(scheme)"
        let options = [
            "bucket": bucket, "endpoint": endpoint, "region": region, "access_key_id": accessKey,
            "secret_access_key": secretKey, "create_bucket": "true", "server": profile,
            "customer_key_over_http": "true",
        ].merging(more) { $1 }
        let bucketIsThere = Once {
            let store = try await Store.open(driver: "s3", options: options, environment: [:])
            try await store.put("first", "x")
            try await store.delete("first")
            if keepsVersions { try await store.s3.set(BucketVersioning(.enabled)) }
            await store.close()
        }
        return ConformanceTarget(title, quirks: quirks, concurrency: 4, curlArguments: curl) {
            try await bucketIsThere.run()
            return try await Store.open(driver: "s3", options: options, environment: [:])
        }
    }

    /// What the driver is told of the server.
    private var profile: String {
        switch name {
        case "rgw16": "ceph16"
        case "rgw18": "ceph18"
        case "rgw20": "ceph"
        case "swift", "localstack": name
        default: "generic"
        }
    }

    /// What is known to be different there.
    private var quirks: Set<ConformanceQuirk> {
        switch name {
        case "rgw16": [.dashesMetadataNames]
        case "localstack": [.writersWaitForReaders, .ignoresPostPolicy, .readableByAll, .losesVersionMarkers]
        default: []
        }
    }
}

/// Something that is done once, by whoever comes first; the others wait.
private actor Once {
    private let work: @Sendable () async throws -> Void
    private var task: Task<Void, any Error>?

    init(_ work: @escaping @Sendable () async throws -> Void) { self.work = work }

    func run() async throws {
        let task = self.task ?? Task { try await work() }
        self.task = task
        try await task.value
    }
}
