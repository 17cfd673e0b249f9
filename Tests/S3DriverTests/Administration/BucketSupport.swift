import Coffer
import Testing

@testable import S3Driver

extension TestServer {
    /// The service, without a bucket.
    func service(_ more: [String: String] = [:]) async throws -> S3Service {
        var options = options("none", more)
        options["bucket"] = nil
        options["create_bucket"] = nil
        return try await S3Service.open(options: options, environment: [:])
    }

    /// Runs a test on a bucket that exists for it only, and removes the bucket with everything in it.
    func withBucket(
        _ label: String, _ creation: BucketCreation = BucketCreation(),
        _ body: (S3Bucket) async throws -> Void
    ) async throws {
        let service = try await service()
        let bucket = try service.bucket(Self.freshBucket(label))
        try await bucket.create(creation)
        do {
            try await body(bucket)
        } catch {
            _ = try? await bucket.deleteForced(bypassesGovernance: creation.hasObjectLock)
            await service.close()
            throw error
        }
        let removal = try await bucket.deleteForced(bypassesGovernance: creation.hasObjectLock)
        #expect(removal.isRemoved, "\(removal)")
        await service.close()
    }
}
