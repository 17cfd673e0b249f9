import Coffer
import CofferTesting
import Testing

@testable import S3Driver

/// Storage classes and archives on real servers.
@Suite(.enabled(if: !TestServer.all.isEmpty))
struct StorageClassServerTests {
    private func failure(_ body: () async throws -> Void) async -> StoreError? {
        await #expect(throws: StoreError.self) { try await body() }
    }

    /// Servers with AWS's classes.
    private static let withClasses = TestServer.all.filter { $0.kind == "localstack" || $0.kind == "moto" }

    /// Servers that archive, or say that they do.
    @Test(arguments: withClasses)
    func classes(_ server: TestServer) async throws {
        let store = try await server.openShared(TestServer.freshPrefix("class"), ["part_size": "5MiB"])
        let body = ConformanceContext.pattern((6 << 20) + 1)
        let infrequent = WriteOptions(partSize: 5 << 20, storageClass: "STANDARD_IA")
        for (key, bytes) in [("small", Chunk("x")), ("large", body)] as [(Key, Chunk)] {
            #expect(try await store.put(key, .chunk(bytes), infrequent).storageClass == "STANDARD_IA")
            #expect(try await store.stat(key).storageClass == "STANDARD_IA")
            for options in [CopyOptions(), CopyOptions(partSize: 5 << 20)] {
                try await store.copy(key, to: "copy", options)
                #expect(try await store.stat("copy").storageClass == "STANDARD_IA", "kept")
                try await store.setMetadata("copy", ObjectMetadata(user: ["a": "b"]))
                #expect(try await store.stat("copy").storageClass == "STANDARD_IA", "kept in place")
                try await store.copy("copy", to: "copy", CopyOptions(storageClass: "ONEZONE_IA"))
                #expect(try await store.stat("copy").storageClass == "ONEZONE_IA")
                #expect(try await store.stat("copy").metadata.user == ["a": "b"])
            }
        }
        var listed: [String: String?] = [:]
        for entry in try await store.list().collect() {
            if case .object(let info) = entry { listed[info.key.string] = info.storageClass }
        }
        #expect(listed == ["small": "STANDARD_IA", "large": "STANDARD_IA", "copy": "ONEZONE_IA"])
        let typical = try await server.openShared(
            TestServer.freshPrefix("class"), ["storage_class": "REDUCED_REDUNDANCY"])
        try await typical.put("k", "x")
        #expect(try await typical.stat("k").storageClass == "REDUCED_REDUNDANCY")
        await typical.close()
        await store.close()
    }

    /// The checksum of a copy: one that the source has not.
    @Test(arguments: TestServer.all)
    func checksumsOfCopies(_ server: TestServer) async throws {
        let store = try await server.openShared(
            TestServer.freshPrefix("copysum"), ["request_checksum_calculation": "when_required"])
        let body = ConformanceContext.pattern((6 << 20) + 1)
        try await store.put("k", .chunk(body))
        for algorithm in [ChecksumAlgorithm.sha256, .crc32c] {
            for options in [
                CopyOptions(checksum: algorithm), CopyOptions(partSize: 5 << 20, checksum: algorithm),
            ] {
                guard store.capabilities.features.contains(.copyChecksums) else {
                    let error = await failure { try await store.copy("k", to: "l", options) }
                    #expect(error?.code == .unsupported)
                    #expect(error?.message.contains("checksum") == true)
                    continue
                }
                let copy = try await store.copy("k", to: "l", options)
                #expect(copy.checksum?.algorithm == algorithm)
                #expect(try await store.stat("l").checksum?.algorithm == algorithm)
                #expect(try await store.get("l", ReadOptions(verification: .required)).bytes == body)
            }
        }
        await store.close()
    }

    @Test(arguments: withClasses)
    func archives(_ server: TestServer) async throws {
        let store = try await server.openShared(TestServer.freshPrefix("archive"))
        try await store.put("k", "frozen", WriteOptions(storageClass: "GLACIER"))
        #expect(try await store.stat("k").restore == nil)
        for error in [
            await failure { try await store.get("k") }, await failure { try await store.copy("k", to: "l") },
        ] {
            #expect(error?.code == .permissionDenied)
            #expect(error?.message.contains("restore") == true)
            #expect(error?.isRetryable == false)
        }
        #expect(try await store.restore("k", days: 2, tier: .standard) == false)
        let status = try #require(try await store.stat("k").restore)
        #expect(status.isOngoing || status.expires != nil)
        if !status.isOngoing {
            #expect(try await store.get("k").bytes.utf8String == "frozen")
            #expect(try await store.restore("k", days: 3) == true)
        }
        try await store.put("warm", "x")
        let warm = await failure { try await store.restore("warm") }
        #expect(warm?.serviceCode == "InvalidObjectState")
        await store.close()
    }

    /// Servers of one class refuse others, and what they cannot restore.
    @Test(arguments: TestServer.all.filter { $0.kind == "ceph" || $0.kind == "swift" })
    func oneClass(_ server: TestServer) async throws {
        let store = try await server.openShared(TestServer.freshPrefix("class"))
        try await store.put("k", "x", WriteOptions(storageClass: "STANDARD"))
        let other = await failure { try await store.put("l", "x", WriteOptions(storageClass: "STANDARD_IA")) }
        #expect(other?.code == .invalidArgument)
        #expect(other?.httpStatus == 400)
        #expect(try await store.exists("l") == false)
        let restored = await failure { try await store.restore("k") }
        #expect(restored?.code == (server.name == "rgw20" ? .permissionDenied : .unsupported))
        await store.close()
    }
}
