import Coffer
import CofferTesting
import Testing

@testable import S3Driver

/// What of versions is S3's own: objects that are older than the versioning, suspended versioning, thousands of versions.
@Suite(.enabled(if: !TestServer.all.isEmpty))
struct VersionServerTests {
    private func withVersions(
        _ server: TestServer, _ body: (Store, S3Bucket) async throws -> Void
    ) async throws {
        try await server.withBucket("versions") { bucket in
            let store = try await server.open(bucket.name, ["enable": "versions"])
            do {
                try await body(store, bucket)
            } catch {
                await store.close()
                throw error
            }
            await store.close()
        }
    }

    // OpenStack Swift has no null versions: what was there before is listed by its time.
    @Test(arguments: TestServer.all.filter { $0.kind != "swift" })
    func nullVersions(_ server: TestServer) async throws {
        try await withVersions(server) { store, bucket in
            try await store.put("object", "before")
            try await bucket.set(BucketVersioning(.enabled))
            try await store.put("object", "after")
            let versions = try await store.versions(of: "object")
            #expect(versions.count == 2)
            #expect(versions.last?.info.version == "null")
            #expect(try await store.get("object", ReadOptions(version: "null")).bytes.utf8String == "before")
            try await store.restore("object", version: "null")
            #expect(try await store.get("object").bytes.utf8String == "before")
            let outcome = try await store.delete(versions: [VersionID("object", "null")])
            #expect(outcome.first?.error == nil)
            #expect(try await store.versions(of: "object").count == 2)
        }
    }

    /// More than one page and one batch, by the core and by the forced removal.
    // One server is enough for the number.
    @Test func thousands() async throws {
        let server = try #require(TestServer.nearest)
        try await withVersions(server) { store, bucket in
            try await bucket.set(BucketVersioning(.enabled))
            let written = 1234
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<16 {
                    group.addTask {
                        for number in stride(from: lane, to: written, by: 16) {
                            try await store.put(Key("k\(number % 7)"), .string("\(number)"))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let entries = try await store.versions().collect()
            #expect(entries.count == written)
            let ids = entries.compactMap { entry in if case .version(let version) = entry { version.id } else { nil } }
            let outcomes = try await store.delete(versions: Array(ids.dropFirst(100)))
            #expect(outcomes.count == written - 100)
            #expect(outcomes.allSatisfy { $0.error == nil })
            #expect(try await store.versions().collect().count == 100)
            let removal = try await bucket.empty()
            #expect(removal.deleted == 100)
        }
    }

    /// What a locked version is kept for is said of that version only.
    // Swift has no locks, and moto takes a default retention of empty buckets only.
    @Test(arguments: TestServer.all.filter { $0.kind != "swift" && $0.kind != "moto" })
    func reasonsByVersion(_ server: TestServer) async throws {
        try await server.withBucket("reasons", BucketCreation(hasObjectLock: true)) { bucket in
            let store = try await server.open(bucket.name, ["enable": "versions"])
            let free = try await store.put("object", "free")
            try await bucket.set(BucketObjectLock(.init(.governance, days: 1)))
            let locked = try await store.put("object", "locked")
            let ids = [VersionID("object", locked.version), VersionID("object", free.version)]
            let outcomes = try await store.delete(versions: ids)
            #expect(outcomes.map { VersionID($0.key, $0.version) } == ids)
            #expect(outcomes.map { $0.error?.code } == [.permissionDenied, nil])
            #expect(try await store.versions(of: "object").map(\.info.version) == [locked.version])
            let gone = try await store.delete(versions: [ids[0]], bypassesGovernance: true)
            #expect(gone.first?.error == nil)
            #expect(try await store.versions(of: "object").isEmpty)
            await store.close()
        }
    }
}
