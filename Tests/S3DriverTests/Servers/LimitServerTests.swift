import Coffer
import CofferTesting
import Foundation
import Testing

@testable import S3Driver

/// What a real Ceph says when a user has come to a limit: the right codes, with the right advice.
@Suite(.enabled(if: !CephAdmin.all.isEmpty))
struct LimitServerTests {
    private func open(_ options: [String: String], _ more: [String: String] = [:]) async throws -> Store {
        try await Store.open(driver: "s3", options: options.merging(more) { $1 }, environment: [:])
    }

    /// The quota of a user, and of a bucket.
    @Test(arguments: CephAdmin.all, ["user", "bucket"])
    func aQuotaIsUsedUp(_ admin: CephAdmin, _ scope: String) async throws {
        try await admin.withUser("quota") { user in
            let store = try await open(admin.server.options(TestServer.freshBucket("quota"), as: user))
            try await store.put("first", "x")
            try admin.run(["quota", "set", "--quota-scope", scope, "--uid", user.id, "--max-objects", "3"])
            try admin.run(["quota", "enable", "--quota-scope", scope, "--uid", user.id])
            var refusal: StoreError?
            // A bucket's counts are looked up now and then only.
            for number in 0..<200 where refusal == nil {
                do {
                    try await store.put(Key("k\(number)"), "x")
                } catch {
                    refusal = StoreError(wrapping: error)
                }
            }
            #expect(refusal?.code == .permissionDenied)
            #expect(refusal?.serviceCode == "QuotaExceeded")
            #expect(refusal?.message.contains("quota") == true)
            #expect(refusal?.isRetryable == false)
            #expect(refusal?.attempts == 1)
            // An upload in parts is refused too, and leaves nothing.
            let large = await #expect(throws: StoreError.self) {
                try await store.put("large", .chunk(.sample(6 << 20)), .parts)
            }
            #expect(large?.serviceCode == "QuotaExceeded")
            let uploads = try #require(store.driver.facets.multipart)
            #expect(try await uploads.listUploads(prefix: "").isEmpty)
            // Who deletes something has room again.
            #expect(try await store.get("first").bytes.utf8String == "x")
            await store.close()
        }
    }

    @Test(arguments: CephAdmin.all)
    func aUserIsSuspended(_ admin: CephAdmin) async throws {
        try await admin.withUser("suspended") { user in
            let store = try await open(admin.server.options(TestServer.freshBucket("suspended"), as: user))
            try await store.put("k", "x")
            try admin.run(["user", "suspend", "--uid", user.id])
            for body: () async throws -> Void in [
                { try await store.put("k", "y") }, { _ = try await store.get("k") }, { _ = try await store.stat("k") },
                { for try await _ in store.list() {} }, { try await store.delete("k") },
            ] {
                let error = await #expect(throws: StoreError.self) { try await body() }
                #expect(error?.code == .permissionDenied)
                #expect(error?.serviceCode == "UserSuspended")
                #expect(error?.message.contains("suspended") == true)
            }
            try admin.run(["user", "enable", "--uid", user.id])
            #expect(try await store.get("k").bytes.utf8String == "x")
            await store.close()
        }
    }

    /// Genuine 503 SlowDown: told as such, and overcome by waiting where that is allowed.
    @Test(arguments: CephAdmin.all.filter { $0.server.name != "rgw16" })
    func aRateIsLimited(_ admin: CephAdmin) async throws {
        try await admin.withUser("rate") { user in
            let options = admin.server.options(TestServer.freshBucket("rate"), as: user)
            let store = try await open(options, ["retry_attempts": "1"])
            try await store.put("k", "x")
            // So many in a minute, of which the service gives a share each second.
            try admin.run([
                "ratelimit", "set", "--ratelimit-scope", "user", "--uid", user.id, "--max-read-ops", "5",
            ])
            try admin.run(["ratelimit", "enable", "--ratelimit-scope", "user", "--uid", user.id])
            var refusal: StoreError?
            for _ in 0..<200 where refusal == nil {
                do { _ = try await store.get("k") } catch { refusal = StoreError(wrapping: error) }
            }
            #expect(refusal?.code == .rateLimited)
            #expect(refusal?.serviceCode == "SlowDown")
            #expect(refusal?.httpStatus == 503)
            #expect(refusal?.isRetryable == true)
            await store.close()
        }
    }
}
