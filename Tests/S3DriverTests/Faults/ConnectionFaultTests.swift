import Coffer
import CofferTesting
import Foundation
import Loopback
import Synchronization
import Testing

@testable import S3Driver

/// Servers and proxies that speak HTTP badly, slowly, too early or too much.
@Suite struct ConnectionFaultTests {
    private typealias Answer = S3StandIn.Answer
    private static let body = Chunk.sample(300_000)

    private static func raw(_ text: String) -> S3StandIn.Fault {
        .script { peer, _, call in
            try peer.skipBody(call.head.length)
            try peer.send(text)
            _ = peer.waitsForClose(5)
        }
    }

    /// Megabytes where a few hundred bytes would do: only the beginning is fetched, and it says enough. As many as
    /// sockets hold do not count, so it is more than ten.
    @Test(arguments: Way.all)
    func anErrorOfManyMegabytes(_ way: Way) async throws {
        let sent = Atomic<Int>(0)
        let size = 64 << 20
        for form in ["length", "chunked", "close"] {
            sent.store(0, ordering: .relaxed)
            try await withStandIn(
                way, ["retry_attempts": "1"],
                { _ in
                    .script { peer, _, call in
                        try peer.skipBody(call.head.length)
                        let frame =
                            form == "length"
                            ? "Content-Length: \(size)\r\n" : form == "chunked" ? "Transfer-Encoding: chunked\r\n" : ""
                        try peer.send("HTTP/1.1 403 X\r\n\(frame)\r\n")
                        let begin = "<Error><Code>QuotaExceeded</Code><Message>"
                        let piece = [UInt8](repeating: 0x61, count: 64 << 10)
                        func send(_ bytes: [UInt8]) throws {
                            if form == "chunked" { try peer.send(String(bytes.count, radix: 16) + "\r\n") }
                            try peer.send(bytes)
                            if form == "chunked" { try peer.send("\r\n") }
                            sent.wrappingAdd(bytes.count, ordering: .relaxed)
                        }
                        try send(Array(begin.utf8))
                        while sent.load(ordering: .relaxed) < size { try send(piece) }
                    }
                }
            ) { store, _ in
                for verb in ["PUT", "GET", "LIST"] {
                    sent.store(0, ordering: .relaxed)
                    let error = await fault {
                        switch verb {
                        case "PUT": try await store.put("k", "x")
                        case "GET": _ = try await store.get("k")
                        default: for try await _ in store.list() {}
                        }
                    }
                    #expect(error?.serviceCode == "QuotaExceeded", "\(verb) \(form)")
                    #expect(error?.code == .permissionDenied)
                    #expect((error?.message.utf8.count ?? 0) < 1000)
                    // What the sockets hold was sent; the rest was not asked for.
                    let total = sent.load(ordering: .relaxed)
                    #expect(total < size, "\(verb) \(form)")
                }
            }
        }
    }

    /// A head that comes byte by byte for ever ends by the time of the first answer, not by that of a byte.
    @Test(arguments: Way.all)
    func aHeadThatNeverEnds(_ way: Way) async throws {
        let options = ["response_timeout": "1s", "retry_attempts": "1"]
        let drip: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, _, call in
            try peer.skipBody(call.head.length)
            try peer.send("HTTP/1.1 200 OK\r\nX-Drip: ")
            while true {
                try peer.send("a")
                usleep(20_000)
            }
        }
        try await withStandIn(way, options, { _ in .script(drip) }) { store, _ in
            #expect(await code { try await store.get("k") } == .timeout)
            #expect(await code { try await store.put("k", "x") } == .timeout)
        }
    }

    /// A body that trickles is given up and continued where it stopped; if it always trickles, there is an end.
    @Test(arguments: Way.all)
    func aBodyThatTrickles(_ way: Way) async throws {
        let options = ["stall_timeout": "1s", "retry_attempts": "2"]
        let stall: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, server, call in
            try peer.send(Array(server.carryOut(call, []).wire("GET").prefix(200_000)))
            _ = peer.waitsForClose(30)
        }
        try await withStandIn(way, options, { $0.number == 0 ? .script(stall) : .none }) { store, server in
            server["k"] = Self.body.array
            let read = try await store.get("k").bytes
            #expect(read == Self.body)
            #expect(server.calls.count == 2)
        }
        let nothing: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, server, call in
            let wire = server.carryOut(call, []).wire("GET")
            let end = (wire.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0)
            try peer.send(Array(wire.prefix(end)))
            _ = peer.waitsForClose(30)
        }
        try await withStandIn(way, options, { _ in .script(nothing) }) { store, server in
            server["k"] = Self.body.array
            #expect(await code { try await store.get("k") } == .timeout)
        }
    }

    /// Kept-alive connections that the server closes after each answer, without saying so.
    @Test(arguments: Way.all)
    func aConnectionClosedBetweenRequests(_ way: Way) async throws {
        for resets in [false, true] {
            try await withStandIn(way, ["retry_attempts": "1"], { _ in .cut(after: .max, resets: resets) }) {
                store, server in
                if resets { return }
                for number in 0..<40 {
                    let body = Chunk.sample(number * 1000)
                    try await store.put("k", .chunk(body))
                    #expect(try await store.get("k").bytes == body)
                }
                #expect(server.calls.count == 80)
            }
        }
    }

    /// A success before the request is there is none: the whole request goes out, or it has failed.
    @Test(arguments: Way.all)
    func aSuccessBeforeTheRequestIsSent(_ way: Way) async throws {
        let large = Chunk.sample(20 << 20)
        let early: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, _, _ in
            try peer.send(Answer(200, [("ETag", "\"early\"")]).wire("PUT"))
            _ = peer.waitsForClose(0.3)
            peer.reset()
        }
        try await withStandIn(
            way, ["multipart_threshold": "64MiB"], { $0.method == "PUT" && $0.number == 0 ? .script(early) : .none }
        ) { store, server in
            let info = try await store.put("k", .chunk(large))
            #expect(info.etag != "early")
            #expect(server["k"] == large.array)
        }
    }

    /// A refusal before the request is there ends it at once.
    @Test(arguments: Way.all)
    func aRefusalBeforeTheRequestIsSent(_ way: Way) async throws {
        let large = Chunk.sample(20 << 20)
        let early: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, _, call in
            try peer.send(S3StandIn.error(403, "AccessDenied", [("Connection", "close")]).wire("PUT"))
            // Until the client has seen it.
            try? peer.skipBody(call.head.length)
        }
        try await withStandIn(way, ["multipart_threshold": "64MiB"], { _ in .script(early) }) { store, server in
            let error = await fault { try await store.put("k", .chunk(large)) }
            #expect(error?.code == .permissionDenied)
            #expect(server.calls.count == 1)
        }
    }

    @Test(arguments: Way.all)
    func answersOfHTTP10(_ way: Way) async throws {
        try await withStandIn(way, ["retry_attempts": "1"], { _ in .change { $0.version = "HTTP/1.0" } }) {
            store, server in
            try await store.put("k", .chunk(Self.body))
            #expect(try await store.get("k").bytes == Self.body)
            #expect(try await store.get("k", range: .from(299_990)).count == 10)
            #expect(try await store.stat("k").size == 300_000)
            try await store.put("l", .chunk(Chunk.sample((5 << 20) + 1)), .parts)
            var names: [String] = []
            for try await entry in store.list() { names.append(entry.name) }
            #expect(names == ["k", "l"])
            try await store.delete("k")
            #expect(server["k"] == nil)
        }
        // XML knows its own end, so a list needs no length.
        try await withStandIn(
            way, ["retry_attempts": "1"],
            { _ in
                .change {
                    $0.version = "HTTP/1.0"
                    $0.length = -1
                }
            }
        ) { store, server in
            server["k"] = [1]
            for try await entry in store.list() { #expect(entry.name == "k") }
        }
    }

    /// Heads without an end: one long line, or very many lines.
    @Test(arguments: Way.all)
    func hugeHeaders(_ way: Way) async throws {
        for head in [
            "X: " + String(repeating: "a", count: 1 << 20), String(repeating: "X-Many: 0123456789\r\n", count: 52_000),
        ] {
            try await withStandIn(way, ["retry_attempts": "1"], { _ in Self.raw("HTTP/1.1 200 OK\r\n\(head)\r\n\r\n") })
            {
                store, _ in
                for error in [await fault { try await store.get("k") }, await fault { try await store.put("k", "x") }] {
                    // libcurl calls it a failed connection.
                    #expect(error?.code == .invalidResponse || way.engine == .curl && error?.code == .connectionFailed)
                }
            }
        }
    }

    @Test(
        arguments: Way.plain,
        [
            "HTTP/1.1 999 What\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
            "SSH-2.0-OpenSSH_9.2\r\n", "220 smtp ready\r\n\r\n", "\0\0\0\u{12}\u{4}\0\0\0\0\0\0\u{3}\0\0\0\u{64}",
            "\r\n\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        ])
    func badStatusLines(_ way: Way, _ text: String) async throws {
        try await withStandIn(way, ["retry_attempts": "1", "response_timeout": "5s"], { _ in Self.raw(text) }) {
            store, _ in
            for error in [
                await fault { try await store.get("k") }, await fault { try await store.put("k", "x") },
                await fault { for try await _ in store.list() {} },
            ] {
                #expect(
                    error?.code == .invalidResponse || way.engine == .curl && error?.code == .connectionFailed,
                    "\(text.debugDescription) \(error as Any)")
            }
        }
    }

    /// Interim answers are passed over; a server that sends nothing else is told so.
    @Test(arguments: Way.all)
    func interimAnswersInARow(_ way: Way) async throws {
        let interim = [
            "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 102 Processing\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
        ]
        let some: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, server, call in
            let body = try peer.readBody(call.head.length)
            for number in 0..<30 { try peer.send(interim[number % 3]) }
            try peer.send(server.carryOut(call, body).wire(call.method))
        }
        try await withStandIn(way, ["retry_attempts": "1"], { _ in .script(some) }) { store, server in
            try await store.put("k", .chunk(Self.body))
            #expect(try await store.get("k").bytes == Self.body)
            #expect(try await store.stat("k").size == 300_000)
        }
        let endless: @Sendable (Peer, S3StandIn, S3StandIn.Call) throws -> Void = { peer, server, call in
            try peer.skipBody(call.head.length)
            while true { try peer.send(interim[1]) }
        }
        try await withStandIn(way, ["retry_attempts": "1"], { _ in .script(endless) }) { store, _ in
            #expect(await code { try await store.get("k") } == .invalidResponse)
            #expect(await code { try await store.put("k", "x") } == .invalidResponse)
        }
    }
}
