import Coffer
import CofferTesting
import Foundation
import Testing

@testable import S3Driver

/// Encryption on real servers: each kind on every request that concerns it, and what each server refuses.
@Suite(.enabled(if: !TestServer.all.isEmpty))
struct EncryptionServerTests {
    private static let key = CustomerKey.random()
    private static let http = ["customer_key_over_http": "true", "part_size": "5MiB", "download_part_size": "4MiB"]

    /// The kinds of encryption, each with its method.
    private static func kinds(_ server: TestServer) -> [(ServerSideEncryption, ObjectEncryption.Method)] {
        let keyID = server.kmsKeyID ?? "arn:aws:kms:us-east-1:000000000000:key/coffer"
        return [
            (.managed, .managed), (.kms(keyID: keyID, context: ["purpose": "test"]), .kms),
            (.kms(keyID: keyID, bucketKey: true), .kms), (.dualLayerKMS(keyID: keyID), .dualLayerKMS),
            (.customerKey(key), .customerKey),
        ]
    }

    private func failure(_ body: () async throws -> Void) async -> StoreError? {
        await #expect(throws: StoreError.self) { try await body() }
    }

    private func isClaimed(_ encryption: ServerSideEncryption, _ store: Store) -> Bool {
        let features = store.capabilities.features
        return switch encryption {
        case .bucketDefault: true
        case .managed: features.contains(.managedEncryption)
        case .kms(_, _, let bucketKey):
            features.contains(bucketKey == true ? [.kmsEncryption, .bucketKeys] : .kmsEncryption)
        case .dualLayerKMS: features.contains(.dualLayerEncryption)
        case .customerKey: features.contains(.customerKeys)
        }
    }

    @Test(arguments: TestServer.all)
    func everyKind(_ server: TestServer) async throws {
        let store = try await server.openShared(TestServer.freshPrefix("sse"), Self.http)
        let small = Chunk("hello")
        let large = ConformanceContext.pattern((11 << 20) + 3)
        for (encryption, method) in Self.kinds(server) {
            let label = Comment(rawValue: "\(server.name) \(encryption)")
            guard isClaimed(encryption, store) else {
                let error = await failure {
                    try await store.put("k", .chunk(small), WriteOptions(encryption: encryption))
                }
                #expect(error?.code == .unsupported, label)
                #expect(error?.message.contains("write option encryption") == true, label)
                continue
            }
            let customer = encryption.customerKey
            for (key, body) in [("small", small), ("large", large)] as [(Key, Chunk)] {
                let options = WriteOptions(partSize: 5 << 20, encryption: encryption)
                let info = try await store.put(key, .chunk(body), options)
                #expect(info.encryption?.method == method, label)
                let found = try await store.stat(key, StatOptions(customerKey: customer))
                #expect(found.encryption?.method == method, label)
                #expect(found.etag == info.etag, label)
                if case .kms(let keyID, _, _) = encryption { #expect(found.encryption?.keyID == keyID, label) }
                #expect(try await store.get(key, ReadOptions(customerKey: customer)).bytes == body, label)
                let ranges = ReadOptions(partSize: 2 << 20, concurrency: 4, customerKey: customer)
                #expect(try await store.get(key, ranges).bytes == body, label)
                let tail = ReadOptions(range: .suffix(4), customerKey: customer)
                #expect(try await store.get(key, tail).bytes == body.dropFirst(body.count - 4), label)
            }
            try await copies(server, store, encryption, method, large, label)
        }
        await store.close()
    }

    /// Copies keep the encryption or replace it, in one request and by parts, elsewhere and in place.
    private func copies(
        _ server: TestServer, _ store: Store, _ encryption: ServerSideEncryption, _ method: ObjectEncryption.Method,
        _ body: Chunk, _ label: Comment
    ) async throws {
        let customer = encryption.customerKey
        for partSize in [nil, 5 << 20] as [Int64?] {
            let options = CopyOptions(partSize: partSize, sourceCustomerKey: customer)
            let copy = try await store.copy("large", to: "copy", options)
            #expect(copy.encryption?.method == method, label)
            let found = try await store.stat("copy", StatOptions(customerKey: customer))
            #expect(found.encryption?.method == method, label)
            #expect(try await store.get("copy", ReadOptions(customerKey: customer)).bytes == body, label)
            var inPlace = options
            inPlace.metadata = ObjectMetadata(user: ["n": "\(partSize ?? 0)"])
            try await store.copy("copy", to: "copy", inPlace)
            let changed = try await store.stat("copy", StatOptions(customerKey: customer))
            #expect(changed.encryption?.method == method, label)
            #expect(changed.metadata.user == ["n": "\(partSize ?? 0)"], label)
            #expect(try await store.get("copy", ReadOptions(customerKey: customer)).bytes == body, label)
            // To another key, and to none.
            let other = CustomerKey.random()
            var rekeyed = options
            rekeyed.encryption = .customerKey(other)
            var plain = options
            plain.encryption = .bucketDefault
            if server.profile == "ceph16" || server.profile == "ceph18", customer != nil {
                // It takes the target's key for the source's.
                for different in [rekeyed, plain] {
                    let error = await failure { try await store.copy("large", to: "rekeyed", different) }
                    #expect(error?.code == .invalidArgument, label)
                }
                #expect(try await store.exists("rekeyed") == false, label)
                continue
            }
            if isClaimed(.customerKey(other), store) {
                try await store.copy("large", to: "rekeyed", rekeyed)
                #expect(try await store.get("rekeyed", ReadOptions(customerKey: other)).bytes == body, label)
                try await store.delete("rekeyed")
            }
            try await store.copy("large", to: "plain", plain)
            #expect(try await store.get("plain").bytes == body, label)
            let moved = try await store.move("copy", to: "moved", options)
            #expect(moved.encryption?.method == method, label)
        }
    }

    @Test(arguments: TestServer.all.filter { $0.kind == "ceph" })
    func theStoresKind(_ server: TestServer) async throws {
        let keyID = try #require(server.kmsKeyID)
        let prefix = TestServer.freshPrefix("sse-store")
        for (settings, method) in [
            (["encryption": "kms", "kms_key_id": keyID], .kms),
            (["encryption": "customer_key", "customer_key": Self.key.base64], .customerKey),
        ] as [([String: String], ObjectEncryption.Method)] {
            let store = try await server.openShared(prefix, Self.http.merging(settings) { $1 })
            let body = ConformanceContext.pattern((6 << 20) + 1)
            let info = try await store.put("k", .chunk(body), WriteOptions(partSize: 5 << 20))
            #expect(info.encryption?.method == method)
            #expect(try await store.stat("k").encryption?.method == method)
            #expect(try await store.get("k").bytes == body)
            let writer = try await store.writer("w")
            try await writer.write(Chunk("streamed"))
            #expect(try await writer.finish().encryption?.method == method)
            #expect(try await store.get("w").bytes.utf8String == "streamed")
            await store.close()
        }
    }

    /// Another process goes on with an upload; a customer's key is not in the token.
    @Test(arguments: TestServer.all)
    func resumedUploads(_ server: TestServer) async throws {
        let store = try await server.openShared(TestServer.freshPrefix("sse-resume"), Self.http)
        let body = ConformanceContext.pattern((16 << 20) + 7)
        for (encryption, method) in Self.kinds(server) where isClaimed(encryption, store) {
            let label = Comment(rawValue: "\(server.name) \(encryption)")
            let stop = Lock<ResumableUpload?>(nil)
            let options = WriteOptions(
                partSize: 5 << 20, concurrency: 1,
                progress: Progress { bytes in if bytes > 9 << 20 { stop.withLock { $0 }?.pause() } },
                encryption: encryption)
            let first = try await store.beginUpload("k", .chunk(body), options)
            stop.withLock { $0 = first }
            let text = first.token.text
            #expect(!text.contains(Self.key.base64))
            #expect(await failure { try await first.finish() }?.code == .cancelled, label)
            #expect(first.bytesStored >= 10 << 20, label)
            let token = try UploadToken(text)
            #expect(token.needsCustomerKey == (method == .customerKey))
            if method == .customerKey {
                let error = await failure { _ = try await store.resumeUpload(token, .chunk(body)) }
                #expect(error?.code == .invalidArgument, label)
                #expect(error?.message.contains("customer's key") == true, label)
            }
            let second = try await store.resumeUpload(token, .chunk(body), WriteOptions(encryption: encryption))
            #expect(second.bytesStored >= 10 << 20, label)
            try await second.finish()
            let read = ReadOptions(customerKey: encryption.customerKey)
            #expect(try await store.get("k", read).bytes == body, label)
            #expect(try await store.stat("k", read).encryption?.method == method, label)
        }
        await store.close()
    }

    @Test(arguments: TestServer.all)
    func wrongKeys(_ server: TestServer) async throws {
        let store = try await server.openShared(TestServer.freshPrefix("sse-wrong"), Self.http)
        if store.capabilities.features.contains(.customerKeys) {
            try await store.put("c", "hello", WriteOptions(encryption: .customerKey(Self.key)))
            let other = CustomerKey.random()
            for options in [ReadOptions(), ReadOptions(customerKey: other)] {
                for error in [
                    await failure { try await store.get("c", options) },
                    await failure { _ = try await store.stat("c", options) },
                ] {
                    #expect(
                        error?.code == .invalidArgument || error?.code == .permissionDenied,
                        "\(String(describing: error))")
                    #expect(error?.isRetryable == false)
                    #expect(error?.description.contains(other.base64) == false)
                }
            }
            let copy = await failure { try await store.copy("c", to: "d", CopyOptions(sourceCustomerKey: other)) }
            #expect(copy != nil)
            #expect(try await store.exists("d") == false)
        }
        if server.kind == "ceph" {
            let unknown = WriteOptions(encryption: .kms(keyID: "no-such-key"))
            let error = await failure { try await store.put("n", "hello", unknown) }
            #expect(error?.code == .invalidArgument || error?.code == .permissionDenied, "\(String(describing: error))")
            let none = await failure { try await store.put("n", "hello", WriteOptions(encryption: .kms())) }
            #expect(none?.code == .invalidArgument, "Ceph has no default key")
        }
        await store.close()
    }

    /// A stranger with nothing but the presigned request and `curl`.
    @Test(arguments: TestServer.all)
    func presigned(_ server: TestServer) async throws {
        let store = try await server.openShared(TestServer.freshPrefix("sse-url"), Self.http)
        for (encryption, method) in Self.kinds(server) where isClaimed(encryption, store) {
            let label = Comment(rawValue: "\(server.name) \(encryption)")
            let write = WriteOptions(metadata: ObjectMetadata(contentType: "text/x"), encryption: encryption)
            let put = try await store.presign("k", PresignOptions(method: .put, write: write))
            #expect(try curl(put, ["--data-binary", "from a stranger"]).status == 200, label)
            let read = ReadOptions(customerKey: encryption.customerKey)
            #expect(try await store.stat("k", read).encryption?.method == method, label)
            let get = try await store.presign("k", PresignOptions(customerKey: encryption.customerKey))
            let answer = try curl(get, [])
            #expect(answer.status == 200 && answer.body == "from a stranger", label)
            // Moto looks at no signature.
            guard server.kind != "moto", let name = put.headers.keys.first(where: { $0 == EncryptionHeaders.prefix })
            else { continue }
            var without = put
            without.headers[name] = nil
            #expect(try curl(without, ["--data-binary", "x"]).status >= 400, label)
        }
        await store.close()
    }

    private func curl(_ request: PresignedRequest, _ more: [String]) throws -> (status: Int, body: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let headers = request.headers.flatMap { ["-H", "\($0.key): \($0.value)"] }
        process.arguments =
            ["curl", "-sS", "--noproxy", "*", "-X", request.method, "-w", "\n%{http_code}"]
            + headers + more + [request.url]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.last.flatMap { Int($0) } ?? 0, lines.dropLast().joined(separator: "\n"))
    }
}
