import Coffer
import CofferTesting
import Foundation
import Testing

@testable import S3Driver

/// Retention and legal hold on real servers, and the tags of versions.
@Suite(.enabled(if: !TestServer.all.isEmpty))
struct ObjectLockServerTests {
    private static func locks(_ server: TestServer) -> Bool {
        ServerProfile.named[server.profile]?.features.contains(.objectLock) == true
    }

    private func failure(_ body: () async throws -> Void) async -> StoreError? {
        await #expect(throws: StoreError.self) { try await body() }
    }

    /// A bucket with object lock, which is versioned therefore.
    private func openLocking(_ server: TestServer) async throws -> (Store, S3Driver) {
        let options = server.options(
            TestServer.freshBucket("lock"), ["create_bucket": "false", "enable": "versions"])
        let configuration = try Configuration(
            options, driver: "s3", schema: S3Driver.descriptor.fullSchema, environment: [:])
        let driver = try await S3Driver.make(configuration)
        var request = S3Request(.open, .put, .bucket)
        request.headers = [("x-amz-bucket-object-lock-enabled", "true")]
        _ = try await driver.client.send(request)
        return (Store(driver: driver), driver)
    }

    private func later(_ seconds: Int64) -> Timestamp { Timestamp(seconds: Timestamp.now().seconds + seconds) }

    /// Swift ignores locks, moto those of uploads in parts: the driver refuses them there.
    @Test(arguments: TestServer.all.filter { !locks($0) })
    func refused(_ server: TestServer) async throws {
        let store = try await server.openShared(TestServer.freshPrefix("lock"))
        let retention = Retention(.governance, until: later(60))
        for error in [
            await failure { try await store.put("k", "x", WriteOptions(retention: retention)) },
            await failure { try await store.put("k", "x", WriteOptions(legalHold: true)) },
            await failure { _ = try await store.retention(of: "k") },
            await failure { try await store.setLegalHold(true, of: "k") },
        ] { #expect(error?.code == .unsupported) }
        #expect(try await store.exists("k") == false)
        await store.close()
    }

    @Test(arguments: TestServer.all.filter(locks))
    func retention(_ server: TestServer) async throws {
        let (store, driver) = try await openLocking(server)
        let until = later(600)
        let info = try await store.put(
            "k", "hello", WriteOptions(retention: Retention(.governance, until: until)))
        let version = try #require(info.version)
        #expect(info.retention == Retention(.governance, until: until))
        #expect(try await store.stat("k").retention == Retention(.governance, until: until))
        #expect(try await store.retention(of: "k") == Retention(.governance, until: until))
        #expect(try await store.legalHold(of: "k") == false)

        let locked = await failure { try await store.delete("k", DeleteOptions(version: version)) }
        #expect(locked?.code == .permissionDenied)
        #expect(locked?.isRetryable == false)
        // Longer is always right; shorter needs the permission, and to say so.
        let longer = later(1200)
        try await store.setRetention(Retention(.governance, until: longer), of: "k", version: version)
        #expect(try await store.retention(of: "k", version: version)?.until.seconds == longer.seconds)
        let shorter = Retention(.governance, until: later(300))
        let refused = await failure { try await store.setRetention(shorter, of: "k", version: version) }
        #expect(refused?.code == .permissionDenied)
        try await store.setRetention(shorter, of: "k", version: version, bypassesGovernance: true)
        #expect(try await store.retention(of: "k", version: version)?.until.seconds == shorter.until.seconds)
        // Ceph cannot take a retention away.
        if server.kind == "ceph" {
            let error = await failure {
                try await store.setRetention(nil, of: "k", version: version, bypassesGovernance: true)
            }
            #expect(error?.serviceCode == "MalformedXML")
        } else {
            try await store.setRetention(nil, of: "k", version: version, bypassesGovernance: true)
            #expect(try await store.retention(of: "k", version: version) == nil)
        }
        try await store.delete("k", DeleteOptions(version: version, bypassesGovernance: true))
        #expect(await failure { _ = try await store.retention(of: "k") }?.code == .notFound)
        try await remove(store, driver, [])
    }

    @Test(arguments: TestServer.all.filter(locks))
    func legalHoldInParts(_ server: TestServer) async throws {
        let (store, driver) = try await openLocking(server)
        let body = ConformanceContext.pattern((5 << 20) + 1)
        for settings in [nil, ChecksumAlgorithm.crc32] {
            if settings != nil, !store.capabilities.features.contains(.checksums) { continue }
            let options = WriteOptions(
                partSize: 5 << 20, checksum: settings.map { .algorithm($0) }, legalHold: true)
            let info = try await store.put("large", .chunk(body), options)
            let version = try #require(try await store.stat("large").version)
            #expect(info.legalHold == true)
            #expect(try await store.legalHold(of: "large") == true)
            #expect(try await store.stat("large").legalHold ?? true)
            #expect(
                await failure {
                    try await store.delete("large", DeleteOptions(version: version, bypassesGovernance: true))
                }?.code == .permissionDenied)
            try await store.setLegalHold(false, of: "large", version: version)
            #expect(try await store.legalHold(of: "large", version: version) == false)
            try await store.delete("large", DeleteOptions(version: version))
        }
        // A copy is not locked unless it says so; but for Ceph 16, which copies locks.
        let held = try await store.put("s", "x", WriteOptions(legalHold: true))
        let free = try await store.copy("s", to: "t")
        #expect(try await store.legalHold(of: "t") == (server.name == "rgw16"))
        try await store.setLegalHold(false, of: "t")
        let copy = try await store.copy("s", to: "u", CopyOptions(legalHold: true))
        #expect(try await store.legalHold(of: "u") == true)
        for key in ["s", "u"] as [Key] { try await store.setLegalHold(false, of: key) }
        try await remove(store, driver, [("s", held.version), ("t", free.version), ("u", copy.version)])
    }

    @Test(arguments: TestServer.all.filter { $0.kind == "ceph" })
    func aBucketWithoutLock(_ server: TestServer) async throws {
        let store = try await server.openShared(TestServer.freshPrefix("nolock"))
        try await store.put("k", "x")
        for error in [
            await failure { _ = try await store.retention(of: "k") },
            await failure { try await store.setLegalHold(true, of: "k") },
        ] {
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("turned on when a bucket is made") == true)
        }
        let write = await failure { try await store.put("l", "x", WriteOptions(legalHold: true)) }
        #expect(write?.serviceCode == "InvalidRequest")
        #expect(try await store.exists("l") == false)
        await store.close()
    }

    @Test(arguments: TestServer.all.filter { ServerProfile.named[$0.profile]?.features.contains(.tags) == true })
    func tagsOfVersions(_ server: TestServer) async throws {
        let (store, driver) = try await openLocking(server)
        let first = try await store.put("k", "1", WriteOptions(tags: ["n": "1"]))
        let second = try await store.put("k", "2", WriteOptions(tags: ["n": "2"]))
        #expect(try await store.tags(of: "k") == ["n": "2"])
        #expect(try await store.tags(of: "k", version: first.version) == ["n": "1"])
        try await store.setTags(["n": "3"], of: "k", version: first.version)
        #expect(try await store.tags(of: "k") == ["n": "2"])
        // An older version is brought back with what it carries.
        let again = try await store.copy("k", to: "k", CopyOptions(sourceVersion: first.version))
        #expect(try await store.get("k").bytes.utf8String == "1")
        #expect(try await store.tags(of: "k") == ["n": "3"])
        try await remove(
            store, driver, [("k", first.version), ("k", second.version), ("k", again.version)])
    }

    private func remove(_ store: Store, _ driver: S3Driver, _ versions: [(Key, String?)]) async throws {
        for (key, version) in versions { try await store.delete(key, DeleteOptions(version: version)) }
        _ = try await driver.client.send(S3Request(.delete, .delete, .bucket))
        await store.close()
    }
}
