import Coffer
import CofferTesting
import Foundation
import Testing

@testable import S3Driver

/// A real S3 server that `scripts/test-servers` started.
struct TestServer: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let kind: String
    let endpoint: String
    let endpointTLS: String?
    let caFile: String?
    let region: String
    let accessKey: String
    let secretKey: String
    let kmsKeyID: String?

    enum CodingKeys: String, CodingKey {
        case name, kind, endpoint, region
        case endpointTLS = "endpoint_tls"
        case caFile = "ca_file"
        case accessKey = "access_key"
        case secretKey = "secret_key"
        case kmsKeyID = "kms_key_id"
    }

    /// The servers that run; none if `COFFER_TEST_SERVERS` names no file.
    static let all: [TestServer] = {
        guard let path = ProcessInfo.processInfo.environment["COFFER_TEST_SERVERS"] else { return [] }
        do {
            return try JSONDecoder().decode([TestServer].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            Issue.record("COFFER_TEST_SERVERS names \(path): \(error)")
            return []
        }
    }()

    /// The one that is nearest to AWS.
    static var nearest: TestServer? { all.first { $0.name == "rgw20" } ?? all.first }

    var testDescription: String { name }

    /// What the server can do, in the words of the option `server`.
    var profile: String {
        switch name {
        case "rgw16": "ceph16"
        case "rgw18": "ceph18"
        case "rgw20": "ceph"
        default: ServerProfile.named[kind] == nil ? "generic" : kind
        }
    }

    /// The options that open a bucket.
    func options(_ bucket: String, tls: Bool = false, _ more: [String: String] = [:]) -> [String: String] {
        var options = [
            "bucket": bucket, "endpoint": tls ? endpointTLS ?? endpoint : endpoint, "region": region,
            "access_key_id": accessKey, "secret_access_key": secretKey, "server": profile, "create_bucket": "true",
            "proxy": "",
        ]
        if tls, let caFile { options["ca_file"] = caFile }
        return options.merging(more) { $1 }
    }

    /// Opens a bucket through all layers, as an application does.
    func open(_ bucket: String, tls: Bool = false, _ more: [String: String] = [:]) async throws -> Store {
        try await Store.open(driver: "s3", options: options(bucket, tls: tls, more), environment: [:])
    }

    /// A bucket's name that no other test uses.
    static func freshBucket(_ label: String) -> String {
        "coffer-\(label)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    }

    /// Deviations that the conformance suite asserts.
    var quirks: Set<ConformanceQuirk> {
        switch name {
        case "rgw16", "rgw18": [.digestETags, .dashesMetadataNames]
        default: [.digestETags]
        }
    }
}
