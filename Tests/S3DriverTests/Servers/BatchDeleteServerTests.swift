import Coffer
import CofferTesting
import Foundation
import Testing

@testable import S3Driver

/// A batch of which a part is forbidden: a reason for each key, and the others are gone.
@Suite(.enabled(if: !CephAdmin.all.isEmpty))
struct BatchDeleteServerTests {
    /// 2,500 keys in three requests; every fifth lies where the user may not delete, and every seventh is not there.
    @Test(arguments: CephAdmin.all)
    func someOfManyAreForbidden(_ admin: CephAdmin) async throws {
        try await admin.withUser("deleter") { user in
            try await admin.server.withBucket("batch") { bucket in
                let policy = """
                    {"Version": "2012-10-17", "Statement": [
                    {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/\(user.id)"]}, "Action": ["s3:*"],
                    "Resource": ["arn:aws:s3:::\(bucket.name)", "arn:aws:s3:::\(bucket.name)/*"]},
                    {"Effect": "Deny", "Principal": {"AWS": ["arn:aws:iam:::user/\(user.id)"]},
                    "Action": ["s3:DeleteObject"], "Resource": ["arn:aws:s3:::\(bucket.name)/kept/*"]}]}
                    """
                try await bucket.set(BucketPolicy(json: policy))
                let owner = try await admin.server.open(bucket.name)
                let keys = (0..<2500).map { Key("\($0 % 5 == 0 ? "kept" : "gone")/ü \($0)") }
                let present = keys.indices.filter { $0 % 7 != 0 }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (count, index) in present.enumerated() {
                        if count >= 16 { try await group.next() }
                        group.addTask { try await owner.put(keys[index], "x") }
                    }
                    try await group.waitForAll()
                }
                let store = try await Store.open(
                    driver: "s3", options: admin.server.options(bucket.name, as: user), environment: [:])
                let outcomes = try await store.delete(keys)
                #expect(outcomes.map(\.key) == keys)
                for (index, outcome) in outcomes.enumerated() {
                    guard index % 5 == 0 else {
                        #expect(outcome.error == nil, "\(outcome.key)")
                        continue
                    }
                    // What is not there and may not be deleted either is forbidden, or it is as wanted.
                    if index % 7 == 0, outcome.error == nil { continue }
                    #expect(outcome.error?.code == .permissionDenied, "\(outcome.key)")
                    #expect(outcome.error?.serviceCode == "AccessDenied")
                    #expect(outcome.error?.key == keys[index].string)
                    #expect(outcome.error?.message.contains("policies") == true)
                }
                var left: Set<String> = []
                for try await entry in owner.list() { left.insert(entry.name) }
                #expect(left == Set(present.filter { $0 % 5 == 0 }.map { keys[$0].string }))
                await store.close()
                await owner.close()
            }
        }
    }
}
