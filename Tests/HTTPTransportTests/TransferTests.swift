import Coffer
import Foundation
import HTTPTransport
import Loopback
import Testing

extension SocketTests {
    @Suite(.serialized, .timeLimit(.minutes(10))) struct TransferTests {
        /// Answers every request with its own text and body.
        static func echo() throws -> LoopbackServer {
            try LoopbackServer { peer in
                while let (request, body) = try peer.readRequest() {
                    try peer.respond(200, Array(request.text.utf8) + body)
                }
            }
        }

        @Test(arguments: engines) func sendsTargetAndHeadersAsGiven(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try Self.echo()
            let client = try client(engine)
            let target = "/a/../b%2fc/./d//%7E/%41?x=%2B&y=1+2&empty=&z"
            let request = HTTPRequest(
                .get, server.origin, target: target,
                headers: [("Host", "bucket.example"), ("X-One", "1"), ("X-Empty", ""), ("x-two", "a b")],
                collectLimit: 1 << 20)
            let text = try await client.send(request).collect(limit: 1 << 20).utf8String ?? ""
            #expect(text.hasPrefix("GET \(target) HTTP/1.1\r\n"))
            #expect(text.contains("\r\nHost: bucket.example\r\n"))
            #expect(text.contains("\r\nX-One: 1\r\n"))
            #expect(text.contains("\r\nx-two: a b\r\n"))
            #expect(text.range(of: "\r\nX-Empty: *\r\n", options: .regularExpression) != nil)
            for absent in [
                "accept", "expect", "transfer-encoding", "content-length", "content-type", "accept-encoding",
            ] {
                #expect(!text.lowercased().contains("\r\n\(absent):"), "\(absent)")
            }
            #expect(text.components(separatedBy: "Host:").count == 2)
        }

        @Test(arguments: engines) func addsHostOfTheOrigin(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let server = try Self.echo()
            let client = try client(engine)
            let text = try await client.send(HTTPRequest(.get, server.origin, target: "/")).collect(limit: 1 << 20)
            #expect(text.utf8String?.contains("\r\nHost: 127.0.0.1:\(server.port)\r\n") == true)
        }

        @Test(arguments: engines, [0, 1, 4096, 70_000, 5_000_000])
        func putsAndReadsBack(_ engine: HTTPTransportConfiguration.Engine, _ size: Int) async throws {
            let server = try LoopbackServer { peer in
                while let (request, body) = try peer.readRequest() {
                    #expect(request.header("content-length") == "\(size)")
                    #expect(request.header("expect") == nil)
                    try peer.respond(200, body)
                }
            }
            let client = try client(engine)
            let bytes = pattern(size)
            // The same connection, collected and streamed.
            for limit in [nil, 10_000_000] {
                let request = HTTPRequest(
                    .put, server.origin, target: "/x", body: Payload(Chunk(bytes)), collectLimit: limit)
                let response = try await client.send(request)
                #expect(response.contentLength == Int64(size))
                if limit != nil, case .stream = response.body { Issue.record("it was to be collected") }
                #expect(try await response.collect(limit: 10_000_000).array == bytes)
            }
            #expect(server.connections == 1)
        }

        @Test(arguments: engines) func sendsMemoryAndFilesInOrder(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try LoopbackServer { peer in
                while let (_, body) = try peer.readRequest() { try peer.respond(200, body) }
            }
            let client = try client(engine)
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-http-\(UUID())").path
            let inFile = pattern(3_000_000)
            try Data(inFile).write(to: URL(fileURLWithPath: path))
            defer { unlink(path) }
            let region = try OpenFile.reading(path).wholeRegion()
            var body = Payload(Chunk("begin"))
            for i in 0..<40 { body.append(Chunk("-\(i)-")) }
            body.append(region.slice(1000..<2_500_000))
            body.append(Chunk("end"))
            let expected =
                Array("begin".utf8) + (0..<40).flatMap { Array("-\($0)-".utf8) } + inFile[1000..<2_500_000]
                + Array("end".utf8)
            let request = HTTPRequest(.put, server.origin, target: "/x", body: body, collectLimit: 10_000_000)
            #expect(try await client.send(request).collect(limit: 10_000_000).array == expected)
        }

        @Test(arguments: engines) func readsIntoTheCallersMemory(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let bytes = pattern(3_000_000)
            let server = try LoopbackServer { peer in
                while try peer.readRequest() != nil { try peer.respond(200, bytes) }
            }
            let client = try client(engine)
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 10, alignment: 16)
            defer { memory.deallocate() }
            for _ in 0..<3 {
                let response = try await client.send(HTTPRequest(.get, server.origin, target: "/"))
                guard case .stream(let stream) = response.body, let filling = stream as? any FillingByteStream else {
                    Issue.record("no stream that can fill memory")
                    return
                }
                // In pieces first, then all of the rest at once, then nothing.
                #expect(try await filling.fill(UnsafeMutableRawBufferPointer(rebasing: memory[..<7])) == 7)
                let some = try await filling.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[7..<100_000]))
                #expect(some > 0)
                let rest = UnsafeMutableRawBufferPointer(rebasing: memory[(7 + some)...])
                #expect(try await filling.fill(rest) == bytes.count - 7 - some)
                #expect(try await filling.fill(rest) == 0)
                #expect(try await filling.next() == nil)
                #expect(Chunk(copying: UnsafeRawBufferPointer(rebasing: memory[..<bytes.count])) == Chunk(bytes))
            }
            #expect(server.connections == 1)
        }

        @Test(arguments: engines) func understandsResponsesWithoutABody(
            _ engine: HTTPTransportConfiguration.Engine
        ) async throws {
            let server = try LoopbackServer { peer in
                while let (request, _) = try peer.readRequest() {
                    switch request.target {
                    case "/head": try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 123456\r\nETag: \"e\"\r\n\r\n")
                    case "/204": try peer.send("HTTP/1.1 204 No Content\r\n\r\n")
                    case "/304": try peer.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n")
                    default: try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    }
                }
            }
            let client = try client(engine)
            for (method, target, length) in [
                (HTTPMethod.head, "/head", Int64?(123456)), (.delete, "/204", nil), (.get, "/304", 77),
                (.post, "/0", 0),
            ] {
                let response = try await client.send(HTTPRequest(method, server.origin, target: target))
                #expect(response.contentLength == length, "\(target)")
                #expect(try await response.collect(limit: 0).isEmpty, "\(target)")
                if target == "/head" { #expect(response.headers["etag"] == "\"e\"") }
            }
            #expect(server.connections == 1)
        }

        @Test(arguments: engines) func readsChunkedBodies(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let bytes = pattern(300_000)
            let server = try LoopbackServer { peer in
                while try peer.readRequest() != nil {
                    try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    var at = 0
                    for size in [1, 15, 100_000, 199_984] {
                        try peer.send("\(String(size, radix: 16));ext=1\r\n")
                        try peer.send(Array(bytes[at..<at + size]) + Array("\r\n".utf8))
                        at += size
                    }
                    try peer.send("0\r\nX-Trailer: 1\r\n\r\n")
                }
            }
            let client = try client(engine)
            for limit in [nil, 10, 1_000_000] {
                let response = try await client.send(HTTPRequest(.get, server.origin, target: "/", collectLimit: limit))
                #expect(try await response.collect(limit: 1_000_000).array == bytes)
                if limit == 1_000_000, case .stream = response.body { Issue.record("it was to be collected") }
                if limit == 10, case .collected = response.body { Issue.record("it is too long to be collected") }
            }
            #expect(server.connections == 1)
        }

        @Test(arguments: engines) func readsUntilTheServerCloses(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let bytes = pattern(100_000)
            let server = try LoopbackServer { peer in
                _ = try peer.readRequest()
                try peer.send(Array("HTTP/1.0 200 OK\r\n\r\n".utf8) + bytes)
            }
            let client = try client(engine)
            for _ in 0..<2 {
                let response = try await client.send(HTTPRequest(.get, server.origin, target: "/"))
                #expect(response.contentLength == nil)
                #expect(try await response.collect(limit: 1_000_000).array == bytes)
            }
            #expect(server.connections == 2)
        }

        @Test(arguments: engines) func givesErrorBodiesOfAnySize(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let bytes = pattern(10 << 20)
            let server = try LoopbackServer { peer in
                while try peer.readRequest() != nil { try peer.respond(503, bytes, headers: "Retry-After: 1\r\n") }
            }
            let client = try client(engine)
            let response = try await client.send(HTTPRequest(.get, server.origin, target: "/", collectLimit: 64 << 10))
            #expect(response.status == 503)
            #expect(response.headers["Retry-After"] == "1")
            let error = await failure { try await response.collect(limit: 1 << 20) }
            #expect(error?.code == .tooLarge)
            let second = try await client.send(HTTPRequest(.get, server.origin, target: "/"))
            #expect(try await second.collect(limit: 11 << 20).array == bytes)
        }

        @Test(arguments: engines) func asksBeforeTheBody(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let sent = Lock<[Int]>([])
            let server = try LoopbackServer { peer in
                while let head = try peer.readHead() {
                    #expect(head.header("expect") == "100-continue")
                    switch head.target {
                    case "/yes":
                        try peer.send("HTTP/1.1 100 Continue\r\n\r\n")
                        sent.withLock { $0.append(head.length) }
                        try peer.skipBody(head.length)
                        try peer.respond(200, [1])
                    case "/silent":
                        try peer.skipBody(head.length)
                        try peer.respond(200, [2])
                    default:
                        try peer.respond(412, [3], headers: "Connection: close\r\n")
                        return
                    }
                }
            }
            let client = try client(engine)
            let body = Payload(Chunk(pattern(3_000_000)))
            for (target, status, answer) in [("/yes", 200, [UInt8(1)]), ("/silent", 200, [2]), ("/no", 412, [3])] {
                let request = HTTPRequest(
                    .put, server.origin, target: target, body: body, expectContinue: true, collectLimit: 100)
                let response = try await client.send(request)
                #expect(response.status == status)
                #expect(try await response.collect(limit: 100).array == answer)
            }
            #expect(sent.withLock { $0 } == [3_000_000])
        }

        @Test(arguments: engines) func passesOverInterimAnswers(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try LoopbackServer { peer in
                while try peer.readRequest() != nil {
                    try peer.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n")
                    usleep(20_000)
                    try peer.respond(200, [7], headers: "X: final\r\n")
                }
            }
            let client = try client(engine)
            let response = try await client.send(HTTPRequest(.get, server.origin, target: "/", collectLimit: 10))
            #expect(response.status == 200)
            #expect(response.headers["link"] == nil)
            #expect(response.headers["x"] == "final")
            #expect(try await response.collect(limit: 10).array == [7])
        }

        @Test(arguments: engines) func sendsAnEmptyPutWithItsLength(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try Self.echo()
            let client = try client(engine)
            for method in [HTTPMethod.put, .post] {
                let request = HTTPRequest(method, server.origin, target: "/x", collectLimit: 10_000)
                let text = try await client.send(request).collect(limit: 10_000).utf8String ?? ""
                #expect(text.hasPrefix("\(method.rawValue) /x HTTP/1.1\r\n"))
                #expect(text.lowercased().contains("\r\ncontent-length: 0\r\n"))
            }
            let request = HTTPRequest(
                .post, server.origin, target: "/x?delete", body: Payload(Chunk("abc")), collectLimit: 10_000)
            let text = try await client.send(request).collect(limit: 10_000).utf8String ?? ""
            #expect(text.hasPrefix("POST /x?delete HTTP/1.1\r\n") && text.hasSuffix("\r\n\r\nabc"))
            #expect(!text.lowercased().contains("content-type"))
        }
    }
}
