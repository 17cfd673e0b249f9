import Coffer
import CofferTesting
import Foundation
import Loopback
import Testing

@testable import S3Driver

/// Answers to reads that are not what was asked for: nothing but the whole, right object may come out.
@Suite struct DownloadFaultTests {
    private typealias Answer = S3StandIn.Answer
    private static let body = Chunk.sample(700_000)

    private static func headers(_ change: @escaping @Sendable (String) -> String?, of name: String) -> S3StandIn.Fault {
        .change { answer in
            answer.headers = answer.headers.compactMap { header in
                guard header.0 == name else { return header }
                return change(header.1).map { (name, $0) }
            }
        }
    }

    @Test(arguments: Way.all)
    func aMissingContentRange(_ way: Way) async throws {
        try await withStandIn(way, [:], { $0.number == 0 ? Self.headers({ _ in nil }, of: "Content-Range") : .none }) {
            store, server in
            server["k"] = Self.body.array
            let read = try await store.get("k", range: .bounded(10..<5000))
            #expect(read == Self.body.slice(10..<5000))
            #expect(server.calls.count == 2)
        }
        try await withStandIn(way, [:], { _ in Self.headers({ _ in nil }, of: "Content-Range") }) { store, server in
            server["k"] = Self.body.array
            let error = await fault { try await store.get("k", range: .bounded(10..<5000)) }
            #expect(error?.code == .invalidResponse)
            #expect(error?.message.contains("Content-Range") == true)
        }
    }

    @Test(
        arguments: Way.plain,
        [
            "bytes 11-4999/700000", "bytes 10-5000/700000", "bytes 10-4999/4999", "bytes 10-4999/*", "bytes */700000",
            "10-4999/700000", "bytes 10-4999/70000000000000000000000", "bytes 4999-10/700000", "",
        ])
    func aWrongContentRange(_ way: Way, _ range: String) async throws {
        try await withStandIn(way, [:], { _ in Self.headers({ _ in range }, of: "Content-Range") }) { store, server in
            server["k"] = Self.body.array
            let error = await fault { try await store.get("k", range: .bounded(10..<5000)) }
            #expect(error?.code == .invalidResponse)
            #expect(error?.attempts == 3)
        }
    }

    /// The whole object where a range was asked for.
    @Test(arguments: Way.plain)
    func aRangeThatIsIgnored(_ way: Way) async throws {
        try await withStandIn(
            way, [:],
            { _ in .change { $0 = Answer(200, [("ETag", "\"e\"")], Self.body.array) } }
        ) { store, server in
            server["k"] = Self.body.array
            let error = await fault { try await store.get("k", range: .bounded(10..<5000)) }
            #expect(error?.code == .invalidResponse)
        }
    }

    /// More was announced than comes, less than comes, nothing.
    @Test(arguments: Way.all)
    func aWrongContentLength(_ way: Way) async throws {
        let size = Self.body.count
        // Too much: the rest is asked for, and the server has none, or the connection ends.
        try await withStandIn(
            way, ["retry_attempts": "2"],
            { call in
                .script { peer, server, call in
                    var answer = server.carryOut(call, [])
                    answer.length = size + 10
                    try peer.send(answer.wire(call.method))
                }
            }
        ) { store, server in
            server["k"] = Self.body.array
            let error = await fault { try await store.get("k") }
            #expect(
                [.connectionFailed, .invalidResponse, .rangeNotSatisfiable].contains(error?.code), "\(error as Any)")
        }
        // Too little: what was announced comes out, what is too much does not become the next answer.
        try await withStandIn(way, [:], { $0.key == "k" ? .change { $0.length = 1000 } : .none }) { store, server in
            server["k"] = Self.body.array
            server["l"] = [1, 2, 3]
            let read = try await store.get("k", ReadOptions(verification: .off)).bytes
            #expect(read == Self.body.prefix(1000))
            for _ in 0..<3 { #expect(try await store.get("l").bytes.array == [1, 2, 3]) }
        }
        // None: the end of the connection says nothing about the end of the object.
        for size in [1000, 700_000] {
            try await withStandIn(way, [:], { _ in .change { $0.length = -1 } }) { store, server in
                server["k"] = Self.body.prefix(size).array
                let error = await fault { try await store.get("k") }
                #expect(error?.code == .invalidResponse)
                #expect(error?.message.contains("length") == true)
            }
        }
    }

    @Test(arguments: Way.all)
    func anObjectModifiedInMidGet(_ way: Way) async throws {
        let other = Chunk.sample(800_000).array
        @Sendable func breakOff(_ peer: Peer, _ server: S3StandIn, _ call: S3StandIn.Call) throws {
            let bytes = server.carryOut(call, []).wire("GET")
            server["k"] = other
            try peer.send(Array(bytes.prefix(400_000)))
        }
        try await withStandIn(way, [:], { $0.number == 0 ? .script(breakOff) : .none }) { store, server in
            server["k"] = Self.body.array
            // The service refuses the rest, as it is another object's.
            let error = await fault { try await store.get("k") }
            #expect(error?.code == .preconditionFailed)
            #expect(server.calls.last?.head.header("if-match") != nil)
        }
        // A server that ignores the condition is found out by the ETag.
        try await withStandIn(
            way, [:],
            { call in
                if call.number == 0 { return .script(breakOff) }
                return .change { answer in
                    answer = Answer(
                        206, [("ETag", "\"other\""), ("Content-Range", "bytes 399000-699999/700000")],
                        Array(other[399_000..<700_000]))
                    guard let range = call.head.header("range"),
                        let first = Int(range.dropFirst(6).prefix { $0 != "-" })
                    else { return }
                    answer.headers[1].1 = "bytes \(first)-699999/700000"
                    answer.body = Array(other[first..<700_000])
                }
            }
        ) { store, server in
            server["k"] = Self.body.array
            let error = await fault { try await store.get("k") }
            #expect(error?.code == .invalidResponse)
            #expect(error?.message.contains("changed") == true)
        }
    }

    /// Without an ETag nobody knows whether the rest is the same object's.
    @Test(arguments: Way.plain)
    func aDownloadWithoutAnETagIsNotContinued(_ way: Way) async throws {
        try await withStandIn(
            way, [:],
            { call in
                .script { peer, server, call in
                    var answer = server.carryOut(call, [])
                    answer.headers.removeAll { $0.0 == "ETag" }
                    try peer.send(Array(answer.wire("GET").prefix(400_000)))
                }
            }
        ) { store, server in
            server["k"] = Self.body.array
            let error = await fault { try await store.get("k") }
            #expect(error?.code == .connectionFailed)
            #expect(server.calls.count == 1)
        }
        try await withStandIn(way, [:], { _ in .change { $0.headers.removeAll { $0.0 == "ETag" } } }) { store, server in
            server["k"] = Self.body.array
            let read = try await store.get("k").bytes
            #expect(read == Self.body)
        }
    }

    /// The checksum that the service names is not that of the bytes, of a small object and of a large one.
    @Test(arguments: Way.all)
    func aWrongChecksumOfTheWhole(_ way: Way) async throws {
        for size in [5, 700_000] {
            try await withStandIn(
                way, [:], { _ in .change { $0.headers.append(("x-amz-checksum-crc32c", "AAAAAA==")) } }
            ) { store, server in
                server["k"] = Self.body.prefix(size).array
                #expect(await code { try await store.get("k") } == .checksumMismatch)
            }
        }
    }

    /// The service says that it stored something else than was sent.
    @Test(arguments: Way.all)
    func aWrongChecksumOfAPart(_ way: Way) async throws {
        let large = Chunk.sample((5 << 20) + 1000)
        try await withStandIn(
            way, ["checksum": "crc32c"],
            { $0.isPart ? .change { $0.headers.append(("x-amz-checksum-crc32c", "AAAAAA==")) } : .none }
        ) { store, server in
            let error = await fault { try await store.put("k", .chunk(large), .parts) }
            #expect(error?.code == .checksumMismatch)
            #expect(server["k"] == nil)
            #expect(server.state.withLock { $0.uploads.isEmpty })
        }
        // Bytes that changed on the way are refused by whoever got them.
        try await withStandIn(
            way, [:], { $0.isPart && $0.number == 0 ? .answer(S3StandIn.error(400, "BadDigest")) : .none }
        ) { store, server in
            try await store.put("k", .chunk(large), .parts)
            #expect(server["k"] == large.array)
        }
    }
}
