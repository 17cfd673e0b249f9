import Coffer
import CofferTesting
import Foundation
import Testing

@testable import S3Driver

/// Bytes that change on the way, in either direction: found by the server or by us, and nothing is published or handed
/// out as good.
@Suite(.enabled(if: TestServer.nearest != nil))
struct ChecksumFaultTests {
    private func withProxy(
        _ server: TestServer, _ options: [String: String],
        _ decide: @escaping @Sendable (FaultProxy.Request) -> FaultProxy.Fault,
        _ body: (Store, Store) async throws -> Void
    ) async throws {
        let prefix = TestServer.freshPrefix("bits")
        let direct = try await server.openShared(prefix, ["checksum": "crc64nvme"])
        try await direct.put("present", "x")
        let port = try #require(Int(server.endpoint.split(separator: ":").last ?? ""))
        let proxy = try FaultProxy(upstream: port, decide)
        defer { proxy.stop() }
        let through = try await server.openShared(
            prefix,
            ["endpoint": "http://127.0.0.1:\(proxy.port)", "retry_attempts": "1"].merging(options) { $1 })
        try await body(through, direct)
        let uploads = try #require(direct.driver.facets.multipart)
        #expect(try await uploads.listUploads(prefix: "").isEmpty)
        await through.close()
        await direct.close()
    }

    private func code(_ body: () async throws -> Void) async -> StoreError.Code? {
        await #expect(throws: StoreError.self) { try await body() }?.code
    }

    /// Reads to the end; how many bytes came, and how it ended.
    private func drain(_ reader: ObjectReader) async -> (Int, StoreError.Code?) {
        var count = 0
        do throws(StoreError) {
            while let chunk = try await reader.next() { count += chunk.count }
            return (count, nil)
        } catch {
            return (count, error.code)
        }
    }

    private static let comparing = TestServer.all.filter { $0.name == "rgw20" || $0.kind == "swift" }

    @Test(arguments: comparing, ["header never", "trailer never", "header chunks", "trailer chunks", "header always"])
    func aByteOfAnUpload(_ server: TestServer, _ form: String) async throws {
        let words = form.split(separator: " ").map(String.init)
        let settings = ["checksum": "crc32c", "checksum_placement": words[0], "payload_signing": words[1]]
        let body = ConformanceContext.pattern(200_000)
        try await withProxy(server, settings, { $0.method == "PUT" ? .changeRequest(at: 100_000) : .none }) {
            store, direct in
            let found = await code { try await store.put("k", .chunk(body)) }
            // A chunk that does not fit its signature is a wrong signature.
            #expect(found == .checksumMismatch || found == .unauthenticated)
            let isThere = try await direct.exists("k")
            #expect(!isThere)
        }
        let large = ConformanceContext.pattern(6 << 20)
        try await withProxy(
            server, settings, { $0.isPart && $0.target.contains("partNumber=2") ? .changeRequest(at: 500_000) : .none }
        ) { store, direct in
            let found = await code { try await store.put("k", .chunk(large), WriteOptions(partSize: 5 << 20)) }
            #expect(found == .checksumMismatch || found == .unauthenticated)
            let isThere = try await direct.exists("k")
            #expect(!isThere)
        }
    }

    /// A trailer with another checksum, one that is cut off, and one whose signature is wrong.
    @Test(arguments: comparing)
    func aTrailer(_ server: TestServer) async throws {
        let ends = [
            ("never", "AAAAAA==\r\n\r\n"), ("never", "            "), ("chunks", "0000\r\n\r\n"),
            ("chunks", "            "),
        ]
        for (signing, end) in ends {
            let settings = ["checksum": "crc32c", "checksum_placement": "trailer", "payload_signing": signing]
            try await withProxy(server, settings, { $0.method == "PUT" ? .changeRequestEnd(end) : .none }) {
                store, direct in
                if server.kind == "ceph", signing == "never", end.first == " " {
                    // Ceph takes a trailer that is cut off for none, unless it is signed.
                    try await store.put("k", "hello")
                    return
                }
                _ = await code { try await store.put("k", "hello") }
                let isThere = try await direct.exists("k")
                #expect(!isThere, "\(signing) \(end)")
            }
        }
    }

    /// Both the whole object and a part of it.
    @Test(arguments: ["crc64nvme", "sha256"])
    func aByteOfADownload(_ algorithm: String) async throws {
        let server = try #require(TestServer.nearest)
        let large = ConformanceContext.pattern(6 << 20)
        for (size, offset) in [(5, 4), (300_000, 0), (6 << 20, (6 << 20) - 1), (6 << 20, 100)] {
            try await withProxy(
                server, ["checksum": algorithm],
                { $0.method == "GET" && !$0.target.contains("attributes") ? .changeAnswer(at: offset) : .none }
            ) { store, direct in
                let body = large.prefix(size)
                try await store.put("k", .chunk(body), WriteOptions(partSize: 5 << 20))
                #expect(await code { try await store.get("k") } == .checksumMismatch)
                let reader = try await store.reader("k")
                #expect(reader.isVerified)
                let (handedOut, found) = await drain(reader)
                #expect(found == .checksumMismatch)
                #expect(handedOut < size)
                let off = try await store.get("k", ReadOptions(verification: .off)).bytes
                #expect(off != body)
                // The bytes in the service are good.
                let stored = try await direct.get("k", ReadOptions(verification: .required)).bytes
                #expect(stored == body)
            }
        }
    }

    /// A body that breaks and is resumed is compared as a whole.
    @Test func aResumedDownload() async throws {
        let server = try #require(TestServer.nearest)
        let body = ConformanceContext.pattern(3_000_000)
        let count = Lock(0)
        try await withProxy(
            server, ["checksum": "crc64nvme", "retry_attempts": "3"],
            { request in
                guard request.method == "GET" else { return .none }
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                // First cut, then changed in what is resumed; then cut and left alone.
                switch number {
                case 1, 3: return .cutAnswer(after: 1_000_000)
                case 2: return .changeAnswer(at: 1_500_000)
                default: return .none
                }
            },
            { store, _ in
                try await store.put("k", .chunk(body))
                #expect(await code { try await store.get("k") } == .checksumMismatch)
                let bytes = try await store.get("k", ReadOptions(verification: .required)).bytes
                #expect(bytes == body)
            })
    }
}
