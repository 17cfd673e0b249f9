import Coffer
import CofferTesting
import Foundation
import Testing

@testable import S3Driver

/// Checksums with servers that compare them: every algorithm, in a header and in a trailer, bodies signed as a whole, in
/// chunks and not at all, from memory, files and streams.
@Suite(.enabled(if: !TestServer.all.isEmpty))
struct ChecksumServerTests {
    struct Form: Sendable, CustomTestStringConvertible {
        let algorithm: ChecksumAlgorithm
        let placement: String
        let signing: String

        static let all = ChecksumAlgorithm.allCases.flatMap { algorithm in
            ["header", "trailer"].flatMap { placement in
                ["always", "never", "chunks"].map { Form(algorithm: algorithm, placement: placement, signing: $0) }
            }
        }

        var testDescription: String { "\(algorithm.rawValue) \(placement) \(signing)" }

        var settings: [String: String] {
            [
                "checksum": algorithm.rawValue, "checksum_placement": placement, "payload_signing": signing,
                "retry_attempts": "1",
            ]
        }

        /// What the server refuses, as an error code; nil if it takes it.
        func refusal(_ server: TestServer) -> StoreError.Code? {
            // LocalStack looks for the name of one algorithm in that of another, and finds two.
            server.kind == "localstack" && placement == "trailer" && algorithm == .crc32c ? .invalidArgument : nil
        }
    }

    /// A part of the shared bucket that no other test uses.
    private func open(
        _ server: TestServer, _ prefix: String, _ more: [String: String] = [:]
    ) async throws -> Store {
        try await server.openShared(prefix + "/", more)
    }

    private static let comparing = TestServer.all.filter { $0.profile != "ceph16" && $0.profile != "ceph18" }

    private func failure(_ body: () async throws -> Void) async -> StoreError? {
        await #expect(throws: StoreError.self) { try await body() }
    }

    private func checksum(_ bytes: Chunk, _ algorithm: ChecksumAlgorithm) throws -> Checksum {
        try #require(try bytes.withUnsafeBytes { try ChecksumState.of($0, algorithm) })
    }

    /// Whether the server keeps checksums.
    private func keeps(_ server: TestServer) -> Bool { server.kind != "swift" }

    @Test(arguments: comparing)
    func everyForm(_ server: TestServer) async throws {
        let prefix = TestServer.freshBucket("sums")
        let body = ConformanceContext.pattern(1_300_000)
        let path = NSTemporaryDirectory() + "coffer-sums-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(body.array).write(to: URL(fileURLWithPath: path))
        let plain = try await open(server, prefix)
        for form in Form.all {
            let store = try await open(server, prefix, form.settings)
            let metadata = ObjectMetadata(contentEncoding: "x-own")
            let halves = Lock([body.prefix(700_000), body.dropFirst(700_000)])
            let bodies: [(String, Body)] = [
                ("memory", .chunk(body)), ("pieces", .chunks([body.prefix(10), body.dropFirst(10)])),
                ("file", .file(path)),
                ("stream", .stream { halves.withLock { $0.isEmpty ? nil : $0.removeFirst() } }),
            ]
            for (name, source) in bodies {
                let key = Key("\(form.testDescription) \(name)")
                if let refusal = form.refusal(server) {
                    let error = await failure { try await store.put(key, source) }
                    #expect(error?.code == refusal, "\(key)")
                    continue
                }
                let info = try await store.put(key, source, WriteOptions(metadata: metadata))
                #expect(info.checksum == (try checksum(body, form.algorithm)), "\(key)")
                let found = try await plain.stat(key)
                #expect(found.size == Int64(body.count), "\(key)")
                #expect(found.checksum == (keeps(server) ? info.checksum : nil), "\(key)")
                #expect(found.metadata.contentEncoding == "x-own", "\(key)")
                let reader = try await plain.reader(key)
                #expect(reader.isVerified == keeps(server), "\(key)")
                #expect(try await reader.collect() == body, "\(key)")
            }
            await store.close()
        }
        await plain.close()
    }

    @Test(arguments: comparing, ChecksumAlgorithm.allCases)
    func inParts(_ server: TestServer, _ algorithm: ChecksumAlgorithm) async throws {
        let body = ConformanceContext.pattern(11 << 20)
        let prefix = TestServer.freshBucket("parts")
        let plain = try await open(server, prefix)
        for signing in ["always", "chunks"] {
            let store = try await open(
                server, prefix, ["checksum": algorithm.rawValue, "payload_signing": signing, "part_size": "5MiB"])
            let key = Key("k \(signing)")
            let info = try await store.put(key, .chunk(body), WriteOptions(partSize: 5 << 20))
            #expect(info.checksum?.parts == (algorithm.combines ? nil : 3))
            if algorithm.combines { #expect(info.checksum == (try checksum(body, algorithm))) }
            let found = try await plain.stat(key)
            #expect(found.checksum == (keeps(server) ? info.checksum : nil))
            let reader = try await plain.reader(key)
            #expect(reader.isVerified == keeps(server))
            #expect(try await reader.collect() == body)
            await store.close()
        }
        await plain.close()
    }

    @Test(arguments: comparing)
    func aCompositeCRC(_ server: TestServer) async throws {
        let body = ConformanceContext.pattern(6 << 20)
        let store = try await open(
            server, TestServer.freshBucket("composite"), ["checksum": "crc32", "checksum_type": "composite"])
        let info = try await store.put("k", .chunk(body), WriteOptions(partSize: 5 << 20))
        #expect(info.checksum?.parts == 2)
        let reader = try await store.reader("k")
        #expect(reader.isVerified == keeps(server))
        #expect(try await reader.collect() == body)
        // Ceph 20 makes a checksum of all bytes whatever it is asked for.
        let stored = try await store.stat("k").checksum
        #expect(stored?.parts == (server.kind == "localstack" ? 2 : nil))
        await store.close()
    }

    /// The server finds that the bytes are not those that the caller meant, in a header and in a trailer.
    @Test(arguments: comparing, ChecksumAlgorithm.allCases)
    func anotherChecksumIsRefused(_ server: TestServer, _ algorithm: ChecksumAlgorithm) async throws {
        let prefix = TestServer.freshBucket("wrong")
        let wrong = try checksum(Chunk("other"), algorithm)
        for (placement, signing) in [("header", "always"), ("trailer", "never"), ("trailer", "chunks")] {
            let form = Form(algorithm: algorithm, placement: placement, signing: signing)
            if form.refusal(server) != nil { continue }
            let store = try await open(server, prefix, form.settings)
            let error = await failure {
                try await store.put("k", "hello", WriteOptions(checksum: .value(wrong)))
            }
            #expect(error?.code == .checksumMismatch, "\(form.testDescription): \(String(describing: error))")
            #expect(try await store.exists("k") == false)
            await store.close()
        }
    }

    @Test(arguments: comparing)
    func aKnownChecksumOfParts(_ server: TestServer) async throws {
        let body = ConformanceContext.pattern(6 << 20)
        let store = try await open(server, TestServer.freshBucket("known"))
        let right = WriteOptions(partSize: 5 << 20, checksum: .value(try checksum(body, .crc64nvme)))
        #expect(try await store.put("k", .chunk(body), right).checksum == right.checksum?.known)
        let wrong = WriteOptions(partSize: 5 << 20, checksum: .value(try checksum(Chunk("other"), .crc64nvme)))
        let error = await failure { try await store.put("other", .chunk(body), wrong) }
        #expect(error?.code == .checksumMismatch)
        #expect(try await store.exists("other") == false)
        let uploads = try #require(store.driver.facets.multipart)
        #expect(try await uploads.listUploads(prefix: "").isEmpty)
        await store.close()
    }

    @Test(arguments: TestServer.all)
    func contentMD5(_ server: TestServer) async throws {
        let store = try await open(server, TestServer.freshBucket("md5"), ["content_md5": "true"])
        try await store.put("k", "hello")
        #expect(try await store.get("k").bytes.utf8String == "hello")
        await store.close()
    }

    /// What bodies in signed chunks are on servers that compare no checksums.
    @Test(arguments: TestServer.all)
    func signedChunksAlone(_ server: TestServer) async throws {
        let body = ConformanceContext.pattern(3_000_000)
        let store = try await open(
            server, TestServer.freshBucket("chunks"),
            ["payload_signing": "chunks", "request_checksum_calculation": "when_required"])
        let metadata = ObjectMetadata(contentEncoding: "gzip")
        let info = try await store.put("k", .chunk(body), WriteOptions(metadata: metadata))
        #expect(info.size == Int64(body.count))
        #expect(try await store.get("k").bytes == body)
        #expect(try await store.stat("k").metadata.contentEncoding == "gzip")
        await store.close()
    }
}
