import Coffer
import Foundation
import HTTPTransport
import Loopback
import Testing

extension SocketTests {
    @Suite(.serialized, .timeLimit(.minutes(10))) struct FlowTests {
        @Test(arguments: engines) func holdsTheServerBackWhenNobodyReads(
            _ engine: HTTPTransportConfiguration.Engine
        ) async throws {
            let sent = Counter(0)
            let size = 256 << 20
            let server = try LoopbackServer { peer in
                _ = try peer.readRequest()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
                let part = [UInt8](repeating: 7, count: 1 << 20)
                while sent.value < size {
                    try peer.send(part)
                    _ = sent.subtract(-part.count)
                }
            }
            let client = try client(engine) { $0.stallTimeout = .milliseconds(300) }
            let response = try await client.send(HTTPRequest(.get, server.origin, target: "/"))
            let stream = response.stream
            let first = try await stream.next()
            // Longer than the stall timeout: time in which nobody reads does not count.
            try await Task.sleep(for: .milliseconds(900))
            let before = sent.value
            #expect(before < 64 << 20, "the server could send \(before) bytes that nobody had asked for")
            try await Task.sleep(for: .milliseconds(200))
            #expect(sent.value == before)
            var total = first?.count ?? 0
            while let chunk = try await stream.next() { total += chunk.count }
            #expect(total == size)
        }

        @Test(arguments: engines) func readsOnAfterManyPauses(_ engine: HTTPTransportConfiguration.Engine) async throws
        {
            let bytes = Chunk(pattern(24 << 20))
            let server = try LoopbackServer { peer in
                while try peer.readRequest() != nil { try peer.respond(200, bytes.array) }
            }
            let client = try client(engine)
            let stream = try await client.send(HTTPRequest(.get, server.origin, target: "/")).stream
            var at = 0
            var turn = 0
            while let chunk = try await stream.next() {
                #expect(chunk == bytes.slice(at..<at + chunk.count))
                at += chunk.count
                turn += 1
                if turn % 8 == 0 { try await Task.sleep(for: .milliseconds(5)) }
            }
            #expect(at == bytes.count)
        }

        @Test(arguments: engines) func cancellingTheTaskStopsTheTransfer(
            _ engine: HTTPTransportConfiguration.Engine
        ) async throws {
            for target in ["/head", "/body", "/upload"] {
                let whole = Lock(false)
                let server = try LoopbackServer { peer in
                    guard let head = try peer.readHead() else { return }
                    if head.target == "/body" { try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc") }
                    if head.target == "/upload" {
                        // What is in the sockets' buffers comes before the end can be seen.
                        usleep(300_000)
                        try peer.skipBody(head.length)
                        whole.withLock { $0 = true }
                    } else {
                        _ = peer.waitsForClose(10)
                    }
                }
                let client = try client(engine)
                let body = target == "/upload" ? Payload(Chunk([UInt8](repeating: 1, count: 64 << 20))) : Payload()
                let method: HTTPMethod = target == "/upload" ? .put : .get
                let origin = server.origin
                let task = Task {
                    try await client.send(HTTPRequest(method, origin, target: target, body: body)).collect(limit: 100)
                }
                try await Task.sleep(for: .milliseconds(150))
                let start = Date()
                task.cancel()
                let error = await failure { try await task.value }
                #expect(error?.code == .cancelled)
                #expect(Date().timeIntervalSince(start) < 20)
                #expect(await eventually { server.openConnections == 0 }, "\(target): the connection is still open")
                #expect(!whole.withLock { $0 })
            }
        }

        @Test(arguments: engines) func aCancelledTaskSendsNothing(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try TransferTests.echo()
            let client = try client(engine)
            let origin = server.origin
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await client.send(HTTPRequest(.get, origin, target: "/"))
            }
            task.cancel()
            #expect(await failure { try await task.value }?.code == .cancelled)
            #expect(server.connections == 0)
        }

        @Test(arguments: engines) func droppingOrCancellingAStreamClosesItsConnection(
            _ engine: HTTPTransportConfiguration.Engine
        ) async throws {
            let server = try LoopbackServer { peer in
                guard try peer.readRequest() != nil else { return }
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
                _ = peer.waitsForClose(10)
            }
            let client = try client(engine)
            for cancels in [true, false] {
                var stream: (any ByteStream)? = try await client.send(HTTPRequest(.get, server.origin, target: "/"))
                    .stream
                #expect(try await stream?.next() != nil)
                #expect(server.openConnections == 1)
                if cancels {
                    stream?.cancel()
                    stream?.cancel()
                    let error = await failure { try await stream?.next() }
                    #expect(error?.code == .cancelled)
                }
                stream = nil
                #expect(await eventually { server.openConnections == 0 })
            }
        }

        @Test(arguments: engines) func usesConnectionsAgain(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let server = try LoopbackServer { peer in
                while let (_, body) = try peer.readRequest() { try peer.respond(200, body) }
            }
            let client = try client(engine)
            let origin = server.origin
            let left = Counter(10_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<32 {
                    group.addTask {
                        while left.subtract(1) >= 0 {
                            let request = HTTPRequest(
                                .put, origin, target: "/x", body: Payload(Chunk("hello")), collectLimit: 100)
                            let response = try await client.send(request)
                            #expect(try await response.collect(limit: 100).utf8String == "hello")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.connections <= 32)
        }

        @Test(arguments: engines) func waitsForAConnectionWhenThereAreEnough(
            _ engine: HTTPTransportConfiguration.Engine
        ) async throws {
            let server = try LoopbackServer { peer in
                while try peer.readRequest() != nil {
                    usleep(5_000)
                    try peer.respond(200, [1])
                }
            }
            let client = try client(engine) {
                $0.maxConnectionsPerOrigin = 3
                $0.threads = 1
            }
            let origin = server.origin
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        _ = try await client.send(HTTPRequest(.get, origin, target: "/", collectLimit: 10))
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.connections <= 3)
        }

        @Test(arguments: engines) func refusesAfterClose(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let bytes = pattern(5_000_000)
            let server = try LoopbackServer { peer in
                while try peer.readRequest() != nil { try peer.respond(200, bytes) }
            }
            let client = try client(engine)
            let open = try await client.send(HTTPRequest(.get, server.origin, target: "/"))
            await client.close()
            let error = await failure { try await client.send(HTTPRequest(.get, server.origin, target: "/")) }
            #expect(error?.code == .closed)
            #expect(try await open.collect(limit: 6_000_000).array == bytes)
            #expect(await eventually { server.openConnections == 0 })
        }

        @Test(arguments: engines) func aDroppedClientClosesItsConnections(
            _ engine: HTTPTransportConfiguration.Engine
        ) async throws {
            let server = try TransferTests.echo()
            var client: HTTPClient? = try client(engine)
            _ = try await client?.send(HTTPRequest(.get, server.origin, target: "/", collectLimit: 1000))
            #expect(server.openConnections == 1)
            client = nil
            #expect(await eventually { server.openConnections == 0 })
        }

        @Test(arguments: engines) func resolvesAsTold(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let server = try TransferTests.echo()
            let client = try client(engine) { $0.resolve = [("bucket.s3.test", server.port, "127.0.0.1")] }
            let origin = HTTPOrigin(scheme: .http, host: "bucket.s3.test", port: server.port)
            let text = try await client.send(HTTPRequest(.get, origin, target: "/")).collect(limit: 10_000).utf8String
            #expect(text?.contains("Host: bucket.s3.test:\(server.port)\r\n") == true)
        }

        @Test(arguments: engines) func aChildStartsAnew(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let server = try LoopbackServer { peer in
                while let (_, body) = try peer.readRequest() { try peer.respond(200, body) }
            }
            let client = try client(engine)
            let origin = server.origin
            let request = HTTPRequest(.put, origin, target: "/", body: Payload(Chunk("parent")), collectLimit: 100)
            _ = try await client.send(request)
            let inherited = try await client.send(
                HTTPRequest(.put, origin, target: "/", body: Payload(Chunk(pattern(9_000_000))))
            ).stream
            for solitary in [false, true] {
                let status = inChild {
                    do {
                        let request = HTTPRequest(
                            .put, origin, target: "/", body: Payload(Chunk("child")), collectLimit: 100,
                            isSolitary: solitary)
                        for _ in 0..<3 {
                            let body = try CallingThread.run { () async throws(StoreError) in
                                try await client.send(request).collect(limit: 100)
                            }
                            guard body.utf8String == "child" else { return 2 }
                        }
                        // What was open before the fork is the parent's.
                        do throws(StoreError) {
                            _ = try CallingThread.run { () async throws(StoreError) in try await inherited.next() }
                            return 3
                        } catch {
                            if error.code != .closed { return 4 }
                        }
                        inherited.cancel()
                        return 0
                    } catch {
                        return 1
                    }
                }
                #expect(status == 0)
            }
            // The parent's connections are as they were.
            var total = 0
            while let chunk = try await inherited.next() { total += chunk.count }
            #expect(total == 9_000_000)
            _ = try await client.send(request)
            #expect(server.connections <= 5)
        }
    }
}
