import Coffer
import Testing

@testable import S3Driver

/// Secure defaults on real servers: what they have is applied and stays, what they lack is named.
@Suite(.enabled(if: !TestServer.all.isEmpty))
struct SecureBucketTests {
    /// What each server does not have, or ignores a part of.
    private static let missing: [String: Set<String>] = [
        "rgw20": ["ownershipControls"],
        // It takes NewerNoncurrentVersions and forgets it, as moto does: only production has that.
        "rgw16": ["ownershipControls", "encryption"],
        "swift": ["publicAccessBlock", "ownershipControls", "encryption", "lifecycle", "tagging"],
    ]

    @Test(arguments: TestServer.all, SecureBucket.Environment.allCases)
    func secured(_ server: TestServer, _ environment: SecureBucket.Environment) async throws {
        let service = try await server.service()
        let bucket = try service.bucket(TestServer.freshBucket("secure"))
        var expected = Self.missing[server.name] ?? []
        if server.name == "rgw16" || server.name == "moto", environment == .production { expected.insert("lifecycle") }
        let settings = SecureBucket(environment)
        let report = try await bucket.secure(settings)
        #expect(report.wasCreated)
        #expect(Set(report.missing) == expected, "\(report)")
        #expect(report.isSecure == expected.isEmpty)

        // Once more: nothing is left to do.
        let again = try await bucket.secure(settings)
        #expect(!again.wasCreated)
        #expect(Set(again.missing) == expected)
        for step in again.steps {
            if case .applied = step.outcome { Issue.record("\(step.name) was applied twice on \(server.name)") }
        }
        _ = try await bucket.deleteForced()
        await service.close()
    }

    /// Rules and tags of others stay.
    @Test(arguments: TestServer.all.filter { $0.kind != "swift" })
    func whatWasThereStays(_ server: TestServer) async throws {
        try await server.withBucket("secured") { bucket in
            var mine = LifecycleRule("mine", filter: LifecycleFilter(prefix: "tmp/"))
            mine.expiration = LifecycleExpiration(days: 1)
            try await bucket.set(BucketLifecycle([mine]))
            try await bucket.set(BucketTagging(["team": "a", "environment": "none"]))
            try await bucket.secure(SecureBucket(.staging))
            let rules = try #require(try await bucket.get(BucketLifecycle.self)).rules
            #expect(Set(rules.map(\.id)) == ["mine", "coffer-stale-uploads", "coffer-old-versions"])
            #expect(try await bucket.get(BucketTagging.self)?.values == ["team": "a", "environment": "staging"])
            #expect(try await bucket.get(BucketVersioning.self)?.status == .enabled)
        }
    }
}
