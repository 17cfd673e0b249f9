import Coffer
import Foundation
import HTTPTransport
import Loopback
import Synchronization
import Testing

extension SocketTests {
    @Suite(.serialized, .timeLimit(.minutes(10))) struct FailureTests {
        /// A port where nobody listens.
        static func deadPort() throws -> Int { try LoopbackServer { _ in }.port }

        @Test(arguments: engines) func namesWhatRefuses(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let client = try client(engine)
            let port = try Self.deadPort()
            let error = await failure {
                try await client.send(
                    HTTPRequest(.get, HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port), target: "/"))
            }
            #expect(error?.code == .connectionFailed)
            #expect(error?.isRetryable == true)
            #expect(error?.message.contains("127.0.0.1:\(port)") == true)
        }

        @Test(arguments: engines) func namesWhatCannotBeResolved(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let client = try client(engine)
            let error = await failure {
                try await client.send(
                    HTTPRequest(.get, HTTPOrigin(scheme: .http, host: "no-such-host.invalid"), target: "/"))
            }
            #expect(error?.code == .connectionFailed || error?.code == .timeout)
            #expect(error?.isRetryable == true)
            #expect(error?.message.contains("no-such-host.invalid:80") == true)
        }

        @Test(arguments: engines) func timesOutConnecting(_ engine: HTTPTransportConfiguration.Engine) async throws {
            // A listener whose queue is full drops what comes.
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(listener) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            var fillers: [Int32] = []
            defer { for filler in fillers { close(filler) } }
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(listener, pointer, size)
                    listen(listener, 0)
                    getsockname(listener, pointer, &size)
                    for _ in 0..<4 {
                        let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                        connect(filler, pointer, size)
                        fillers.append(filler)
                    }
                }
            }
            usleep(50_000)
            let port = Int(UInt16(bigEndian: address.sin_port))
            let client = try client(engine) { $0.connectTimeout = .milliseconds(300) }
            let start = Date()
            let error = await failure {
                try await client.send(
                    HTTPRequest(.get, HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port), target: "/"))
            }
            #expect(error?.code == .timeout)
            #expect(error?.isRetryable == true)
            #expect(
                error?.message.contains("127.0.0.1:\(port)") == true
                    && error?.message.contains("connectTimeout") == true)
            // Far from the default of ten seconds, also on a busy machine.
            #expect(Date().timeIntervalSince(start) < 9)
        }

        @Test(arguments: engines, [0, 5, 40, 70, 1000, 99_999])
        func noticesAShortResponse(_ engine: HTTPTransportConfiguration.Engine, _ count: Int) async throws {
            let whole = Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nETag: 1\r\n\r\n".utf8) + pattern(100_000)
            for resets in [false, true] {
                let server = try LoopbackServer { peer in
                    while try peer.readRequest() != nil {
                        try peer.send(Array(whole[..<count]))
                        usleep(20_000)
                        if resets { peer.reset() }
                        return
                    }
                }
                let client = try client(engine)
                for limit in [nil, 200_000] {
                    let error = await failure {
                        let request = HTTPRequest(.get, server.origin, target: "/", collectLimit: limit)
                        return try await client.send(request).collect(limit: 200_000)
                    }
                    #expect(error?.code == .connectionFailed, "\(count) \(resets) \(error.debugDescription)")
                    #expect(error?.isRetryable == true)
                    #expect(error?.message.contains("127.0.0.1:\(server.port)") == true)
                }
            }
        }

        @Test(arguments: engines) func noticesAShortChunkedBody(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try LoopbackServer { peer in
                _ = try peer.readRequest()
                try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n")
            }
            let client = try client(engine)
            let error = await failure {
                try await client.send(HTTPRequest(.get, server.origin, target: "/", collectLimit: 100)).collect(
                    limit: 100)
            }
            #expect(error?.code == .connectionFailed)
            #expect(error?.isRetryable == true)
        }

        @Test(arguments: engines) func refusesNonsense(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let answers = [
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 1 << 20) + "\r\n\r\n",
                "HTTP/1.1 200 OK\r\n" + String(repeating: "X-Many: 0123456789\r\n", count: 52_000) + "\r\n",
            ]
            for answer in answers {
                let server = try LoopbackServer { peer in
                    _ = try peer.readRequest()
                    try peer.send(answer)
                    _ = peer.waitsForClose(2)
                }
                let client = try client(engine)
                let error = await failure {
                    try await client.send(HTTPRequest(.get, server.origin, target: "/", collectLimit: 100)).collect(
                        limit: 100)
                }
                // libcurl calls some of these a failed connection.
                #expect(
                    error?.code == .invalidResponse || engine == .curl && error?.code == .connectionFailed,
                    "\(answer.prefix(60)) \(String(describing: error))")
            }
        }

        @Test(arguments: engines) func refusesBadRequests(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let client = try client(engine)
            let origin = HTTPOrigin(scheme: .http, host: "127.0.0.1", port: 9)
            let requests = [
                HTTPRequest(.get, origin, target: "x"), HTTPRequest(.get, origin, target: "/a b"),
                HTTPRequest(.get, origin, target: "/a\r\nX: y"), HTTPRequest(.get, origin, target: "/é"),
                HTTPRequest(.get, origin, target: "/", headers: [("A", "b\r\nC: d")]),
                HTTPRequest(.get, origin, target: "/", headers: [("A b", "c")]),
                HTTPRequest(.get, origin, target: "/", headers: [("", "c")]),
                HTTPRequest(.get, origin, target: "/", headers: [("content-length", "5")]),
                HTTPRequest(.get, HTTPOrigin(scheme: .http, host: "a/b", port: 9), target: "/"),
                HTTPRequest(.get, HTTPOrigin(scheme: .http, host: "", port: 9), target: "/"),
                HTTPRequest(.get, HTTPOrigin(scheme: .http, host: "h", port: 70_000), target: "/"),
            ]
            for request in requests {
                let error = await failure { try await client.send(request) }
                #expect(error?.code == .invalidArgument, "\(request.target)")
            }
        }

        @Test(arguments: engines) func survivesKeepAliveRaces(_ engine: HTTPTransportConfiguration.Engine) async throws
        {
            // The server closes each connection after its second response, without saying so, and sometimes with a reset
            // at the very moment of the next request.
            let server = try LoopbackServer { peer in
                for turn in 0..<3 {
                    guard let (_, body) = try peer.readRequest() else { return }
                    if turn == 2 { return peer.reset() }
                    try peer.respond(200, body)
                    if turn == 1, peer.number % 2 == 0 { return }
                }
            }
            let client = try client(engine)
            let body = Payload(Chunk(pattern(200_000)))
            for _ in 0..<60 {
                let request = HTTPRequest(.put, server.origin, target: "/", body: body, collectLimit: 1 << 20)
                let response = try await client.send(request)
                #expect(response.status == 200)
                #expect(try await response.collect(limit: 1 << 20).count == 200_000)
            }
            #expect(server.connections > 1)
        }

        @Test(arguments: engines) func doesNotRepeatWhatFailsOnANewConnection(
            _ engine: HTTPTransportConfiguration.Engine
        ) async throws {
            let server = try LoopbackServer { peer in
                _ = try peer.readRequest()
                peer.reset()
            }
            let client = try client(engine)
            let error = await failure {
                try await client.send(HTTPRequest(.put, server.origin, target: "/", body: Payload(Chunk("x"))))
            }
            #expect(error?.code == .connectionFailed)
            #expect(error?.isRetryable == true)
            #expect(server.connections == 1)
        }

        @Test(arguments: engines) func takesAnEarlyRefusal(_ engine: HTTPTransportConfiguration.Engine) async throws {
            // The server answers and closes before it has read the body.
            let server = try LoopbackServer { peer in
                _ = try peer.readHead()
                try peer.respond(403, Array("no".utf8), headers: "Connection: close\r\n")
                usleep(100_000)
                try? peer.skipBody(50 << 20)
            }
            let client = try client(engine)
            let request = HTTPRequest(
                .put, server.origin, target: "/", body: Payload(Chunk([UInt8](repeating: 1, count: 50 << 20))),
                collectLimit: 100)
            let response = try await client.send(request)
            #expect(response.status == 403)
            #expect(try await response.collect(limit: 100).utf8String == "no")
        }

        @Test(arguments: engines) func timesOutWithoutAFirstByte(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try LoopbackServer { peer in
                _ = try peer.readRequest()
                _ = peer.waitsForClose(5)
            }
            let client = try client(engine) { $0.firstByteTimeout = .milliseconds(200) }
            let start = Date()
            let error = await failure { try await client.send(HTTPRequest(.get, server.origin, target: "/")) }
            #expect(error?.code == .timeout)
            #expect(error?.isRetryable == true)
            #expect(error?.message.contains("firstByteTimeout") == true)
            #expect(Date().timeIntervalSince(start) < 20)
            #expect(await eventually { server.openConnections == 0 })
        }

        @Test(arguments: engines) func timesOutWhenTheDownloadStalls(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try LoopbackServer { peer in
                _ = try peer.readRequest()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                for _ in 0..<100 {
                    try peer.send("x")
                    usleep(50_000)
                }
            }
            let client = try client(engine) {
                $0.stallTimeout = .milliseconds(400)
                $0.stallBytesPerSecond = 1000
            }
            let error = await failure {
                try await client.send(HTTPRequest(.get, server.origin, target: "/")).collect(limit: 2000)
            }
            #expect(error?.code == .timeout)
            #expect(error?.message.contains("stallTimeout") == true)
            #expect(error?.isRetryable == true)
        }

        @Test(arguments: engines) func timesOutWhenTheUploadStalls(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try LoopbackServer { peer in
                _ = try peer.readHead()
                _ = peer.waitsForClose(3)
            }
            let client = try client(engine) { $0.stallTimeout = .milliseconds(400) }
            let body = Payload(Chunk([UInt8](repeating: 1, count: 64 << 20)))
            let start = Date()
            let error = await failure {
                try await client.send(HTTPRequest(.put, server.origin, target: "/", body: body))
            }
            #expect(error?.code == .timeout)
            #expect(Date().timeIntervalSince(start) < 20)
        }

        @Test(arguments: engines) func aTrickleIsNotAStall(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let server = try LoopbackServer { peer in
                _ = try peer.readRequest()
                let answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"
                for byte in answer.utf8 {
                    try peer.send([byte])
                    usleep(15_000)
                }
            }
            let client = try client(engine) { $0.stallTimeout = .milliseconds(200) }
            let response = try await client.send(HTTPRequest(.get, server.origin, target: "/"))
            #expect(try await response.collect(limit: 10).utf8String == "0123456789")
        }

        @Test func refusesBadConfigurations() async {
            let changes: [@Sendable (inout HTTPTransportConfiguration) -> Void] = [
                { $0.connectTimeout = .zero }, { $0.stallTimeout = .zero }, { $0.firstByteTimeout = .seconds(-1) },
                { $0.maxConnections = 0 }, { $0.maxConnectionsPerOrigin = 0 }, { $0.threads = 0 },
                { $0.stallBytesPerSecond = 0 }, { $0.userAgent = "a\r\nb: c" },
                {
                    $0.engine = .direct
                    $0.proxy = "http://p"
                },
            ]
            for change in changes {
                let error = await failure { try client(.curl, change) }
                #expect(error?.code == .invalidConfiguration)
            }
        }
    }
}
