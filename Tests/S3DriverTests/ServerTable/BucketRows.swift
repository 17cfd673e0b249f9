import Coffer
import CofferTesting

@testable import S3Driver

extension TableRow {
    /// A line about a bucket that is made for it.
    ///
    /// - Parameters:
    ///   - group: What the operation belongs to.
    ///   - name: What is done.
    ///   - creation: How the bucket is made.
    ///   - run: Does it.
    static func bucket(
        _ group: String, _ name: String, _ creation: BucketCreation = BucketCreation(),
        _ run: @escaping @Sendable (S3Bucket) async throws -> Void
    ) -> TableRow {
        TableRow(group, name) { table in
            try await table.server.withBucket("table", creation) { bucket in
                do { try await run(bucket) } catch let error as StoreError {
                    // Asked, and answered with something else.
                    if error.code == .unsupported && error.serviceCode == nil { throw NotKnown() }
                    throw error
                }
            }
        }
    }

    /// A line about the objects of a bucket that is made for it.
    static func objects(
        _ group: String, _ name: String, options: [String: String] = [:],
        _ run: @escaping @Sendable (Store, S3Bucket) async throws -> Void
    ) -> TableRow {
        TableRow(group, name) { table in
            try await table.server.withBucket("table") { bucket in
                let store = try await table.server.open(bucket.name, options)
                do { try await run(store, bucket) } catch {
                    await store.close()
                    throw error
                }
                await store.close()
            }
        }
    }
}

/// The server does not know what it was asked.
struct NotKnown: Error {}

private func holds(_ isSo: Bool) throws { if !isSo { throw Ignored() } }

/// What is done with buckets.
let bucketRows: [TableRow] = [
    TableRow.bucket("Buckets", "create, look for, list") { bucket in
        try holds(try await bucket.exists())
        _ = try await bucket.head()
        try holds(try await bucket.service.buckets().contains { $0.name == bucket.name })
    },
    TableRow.bucket("Buckets", "ask for the region") { bucket in _ = try await bucket.location() },
    TableRow.objects("Buckets", "one with objects is not deleted") { store, bucket in
        try await store.put("k", "x")
        do { try await bucket.delete() } catch let error as StoreError {
            if error.serviceCode == "BucketNotEmpty" { return }
            throw error
        }
        throw Ignored()
    },
    TableRow.objects("Buckets", "deleted with objects and open uploads") { store, bucket in
        try await store.put("k", "1")
        _ = try await store.beginUpload("l", .chunk(ConformanceContext.pattern(6 << 20)))
        try holds(try await bucket.deleteForced().isRemoved)
        try holds(try await !bucket.exists())
        try await bucket.create()
    },
]

/// Each configuration of a bucket set, read back and removed.
let configurationRows = ServerConfiguration.all.map { configuration in
    TableRow.bucket(
        "Configurations of buckets", configuration.name, BucketCreation(hasObjectLock: configuration.needsLock),
        configuration.run)
}

/// Versions of objects.
let versionRows: [TableRow] = [
    TableRow.objects("Versions", "listed and read", options: ["enable": "versions"]) { store, bucket in
        try await bucket.set(BucketVersioning(.enabled))
        for text in ["1", "2"] { try await store.put("k", .string(text)) }
        try await store.delete("k")
        let versions = try await store.versions(of: "k")
        try holds(versions.map(\.isDeleteMarker) == [true, false, false])
        for (version, text) in zip(versions.dropFirst(), ["2", "1"]) {
            let found = try await store.get("k", ReadOptions(version: version.info.version))
            try holds(found.bytes.utf8String == text)
        }
    },
    TableRow.objects("Versions", "restored and deleted", options: ["enable": "versions"]) { store, bucket in
        try await bucket.set(BucketVersioning(.enabled))
        for text in ["1", "2"] { try await store.put("k", .string(text)) }
        let first = try await store.versions(of: "k").last?.info.version
        guard let first else { throw Ignored() }
        try await store.restore("k", version: first)
        try holds(try await store.get("k").bytes.utf8String == "1")
        for outcome in try await store.delete(versions: [VersionID("k", first)]) {
            if let error = outcome.error { throw error }
        }
        try holds(try await store.versions(of: "k").count == 2)
    },
]

/// Who may read without credentials, and forms.
let sharingRows: [TableRow] = [
    TableRow("Sharing", "visibility, and a URL without a signature") { table in
        try await table.store.put("k", "text", WriteOptions(visibility: .public))
        try table.expect(try await table.store.visibility(of: "k") == .public)
        let url = try await table.store.publicURL("k")
        let request = PresignedRequest(method: "GET", url: url, headers: [:], expires: .now())
        try table.expect(try await table.curl(request).body.utf8String == "text")
        try await table.store.setVisibility(.private, of: "k")
        do { _ = try await table.curl(request) } catch let refused as Refused where refused.status == 403 { return }
        throw Ignored()
    },
    TableRow("Sharing", "a form for uploads (POST)") { table in
        let form = try await table.store.presignPost(.exactly("k"), PostOptions(size: 1...10))
        let curl = CurlCommand(arguments: ["--noproxy", "*"])
        let answer = try await curl.post(form, [], file: "text", name: "file")
        if answer.status >= 300 { throw Refused(status: answer.status) }
        try table.expect(try await table.store.get("k").bytes.utf8String == "text")
        let large = try await curl.post(form, [], file: "more than ten bytes", name: "file")
        try table.expect(large.status == 400)
    },
    TableRow("Sharing", "a part of an upload, presigned") { table in
        let upload = try await table.store.beginUpload("k", .chunk(ConformanceContext.pattern(100)))
        let options = PresignOptions(method: .uploadPart(upload: upload.token.upload.id, number: 1))
        let answer = try await table.curl(try await table.store.presign("k", options), body: "text")
        try table.expect(answer.headers["etag"] != nil)
        try await table.store.abortUpload(upload.token)
    },
]
