import Coffer
import CofferTesting
import Foundation
import Loopback
import Testing

@testable import S3Driver

/// A service that is busy: it says so before it has the request, in the midst of it, or afterwards.
@Suite struct ThrottlingTests {
    private static let large = Chunk.sample(20 << 20)
    private static let once = WriteOptions(partSize: 64 << 20)

    private static func slowDown(_ status: Int = 503, _ headers: [(String, String)] = []) -> S3StandIn.Answer {
        S3StandIn.error(status, status == 503 ? "SlowDown" : "TooManyRequests", headers)
    }

    /// The answer comes before the body, and the server takes no more of it: it closes, in order or with a reset, or
    /// reads on.
    @Test(arguments: Way.all, ["closes", "resets", "reads"])
    func throttlingWhileTheBodyIsSent(_ way: Way, _ end: String) async throws {
        let refuse: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, _, call in
            // A part of the body has come; the client still sends.
            try peer.skipBody(min(call.head.length, 3 << 20))
            var answer = Self.slowDown()
            answer.headers.append(("Connection", "close"))
            try peer.send(answer.wire("PUT"))
            if end == "reads" { try peer.skipBody(call.head.length - (3 << 20)) }
            // Time for the client to see the answer before what it sends is refused.
            if end == "resets" {
                _ = peer.waitsForClose(0.3)
                peer.reset()
            }
        }
        try await withStandIn(
            way, ["multipart_threshold": "64MiB"], { $0.method == "PUT" && $0.number < 2 ? .script(refuse) : .none }
        ) { store, server in
            try await store.put("k", .chunk(Self.large))
            #expect(server["k"] == Self.large.array)
            #expect(server.calls("PUT", "k") == 3)
        }
        try await withStandIn(
            way, ["multipart_threshold": "64MiB"], { $0.method == "PUT" ? .script(refuse) : .none }
        ) { store, server in
            let error = await fault { try await store.put("k", .chunk(Self.large)) }
            // Whoever resets may take its own answer back.
            #expect(error?.code == .rateLimited || end != "reads" && error?.code == .connectionFailed)
            #expect(error?.attempts == 3)
            #expect(server["k"] == nil)
        }
    }

    /// Whoever is asked with `Expect: 100-continue` refuses before a byte of the body has come.
    @Test(arguments: Way.all)
    func throttlingBeforeTheBody(_ way: Way) async throws {
        try await withStandIn(
            way, ["multipart_threshold": "64MiB"],
            { call in
                guard call.method == "PUT", call.number == 0 else { return .none }
                return .script { peer, _, call in
                    #expect(call.head.header("expect") == "100-continue")
                    try peer.send(Self.slowDown(503, [("Connection", "close")]).wire("PUT"))
                    // Nothing of the body may come.
                    #expect(try peer.readHead() == nil)
                }
            }
        ) { store, server in
            try await store.put("k", .chunk(Self.large))
            #expect(server["k"] == Self.large.array)
        }
    }

    @Test(arguments: Way.all, [429, 503])
    func throttlingAfterTheBody(_ way: Way, _ status: Int) async throws {
        try await withStandIn(way, [:], { $0.number < 2 ? .answer(Self.slowDown(status)) : .none }) { store, server in
            let body = Chunk.sample(100_000)
            try await store.put("k", .chunk(body))
            #expect(try await store.get("k").bytes == body)
            #expect(server.calls("PUT", "k") == 3 && server.calls("GET", "k") == 3)
        }
        try await withStandIn(way, [:], { _ in .answer(Self.slowDown(status)) }) { store, server in
            let error = await fault { try await store.put("k", "x") }
            #expect(error?.code == .rateLimited)
            #expect(error?.httpStatus == status)
            #expect(error?.attempts == 3 && server.calls.count == 3)
        }
    }

    /// The service says how long to wait: in seconds, as a date, in milliseconds.
    @Test(arguments: Way.plain, ["Retry-After: 1", "x-amz-retry-after: 700", "Retry-After: date"])
    func aRetryAfterIsKept(_ way: Way, _ header: String) async throws {
        try await withStandIn(
            way, [:],
            { call in
                guard call.number == 0 else { return .none }
                return .change { answer in
                    answer = Self.slowDown()
                    let parts = header.components(separatedBy: ": ")
                    let now = Timestamp.now()
                    // Two seconds by a clock that counts whole ones.
                    answer.headers.append(("Date", now.httpDate))
                    let date = Timestamp(seconds: now.seconds + 2).httpDate
                    answer.headers.append((parts[0], parts[1] == "date" ? date : parts[1]))
                }
            }
        ) { store, server in
            try await store.put("k", "x")
            let calls = server.calls
            #expect(calls.count == 2)
            #expect(calls[1].time - calls[0].time >= .milliseconds(700))
        }
    }
}
