import Coffer
import Foundation
import HTTPTransport
import Loopback
import Testing

extension SocketTests {
    @Suite(.serialized, .timeLimit(.minutes(10))) struct TLSTests {
        let certificates: TestCertificates

        init() throws { certificates = try TestCertificates.shared.get() }

        func echo(_ certificate: TestCertificates.Server) throws -> LoopbackServer {
            try LoopbackServer(certificate: certificate) { peer in
                while let (_, body) = try peer.readRequest() { try peer.respond(200, body) }
            }
        }

        @Test(arguments: engines, [0, 100, 3_000_000])
        func putsAndReadsBack(_ engine: HTTPTransportConfiguration.Engine, _ size: Int) async throws {
            let server = try echo(certificates.server)
            let client = try client(engine) { $0.caFile = certificates.caFile }
            let bytes = pattern(size)
            for limit in [nil, 10_000_000, nil] {
                let request = HTTPRequest(
                    .put, server.tlsOrigin, target: "/x", body: Payload(Chunk(bytes)), collectLimit: limit)
                #expect(try await client.send(request).collect(limit: 10_000_000).array == bytes)
            }
            #expect(server.connections == 1)
        }

        @Test(arguments: engines) func readsIntoTheCallersMemory(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let bytes = pattern(3_000_000)
            let server = try LoopbackServer(certificate: certificates.server) { peer in
                while try peer.readRequest() != nil { try peer.respond(200, bytes) }
            }
            let client = try client(engine) { $0.caFile = certificates.caFile }
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 10, alignment: 16)
            defer { memory.deallocate() }
            for _ in 0..<2 {
                let response = try await client.send(HTTPRequest(.get, server.tlsOrigin, target: "/"))
                guard case .stream(let stream) = response.body, let filling = stream as? any FillingByteStream else {
                    return
                }
                #expect(try await filling.fill(memory) == bytes.count)
                #expect(Chunk(copying: UnsafeRawBufferPointer(rebasing: memory[..<bytes.count])) == Chunk(bytes))
            }
            #expect(server.connections == 1)
        }

        @Test(arguments: engines) func verifiesByAddressToo(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let server = try echo(certificates.server)
            let client = try client(engine) { $0.caFile = certificates.caFile }
            let origin = HTTPOrigin(scheme: .https, host: "127.0.0.1", port: server.port)
            #expect(try await client.send(HTTPRequest(.get, origin, target: "/", collectLimit: 10)).status == 200)
        }

        @Test(arguments: engines) func refusesAnUnknownAuthority(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try echo(certificates.server)
            for caFile in [certificates.otherCAFile, nil] {
                let client = try client(engine) { $0.caFile = caFile }
                let error = await failure { try await client.send(HTTPRequest(.get, server.tlsOrigin, target: "/")) }
                #expect(error?.code == .connectionFailed)
                #expect(error?.isRetryable == false)
                #expect(error?.message.contains("localhost:\(server.port)") == true)
                #expect(error?.message.contains("caFile") == true)
            }
        }

        @Test(arguments: engines) func aFailedHandshakeLeavesNoSocketOpen(
            _ engine: HTTPTransportConfiguration.Engine
        ) async throws {
            let server = try echo(certificates.server)
            let client = try client(engine)
            let request = HTTPRequest(.get, server.tlsOrigin, target: "/", collectLimit: 10)
            _ = await failure { try await client.send(request) }
            let before = openDescriptors()
            for _ in 0..<50 { _ = await failure { try await client.send(request) } }
            #expect(await eventually { openDescriptors() < before + 10 })
        }

        @Test(arguments: engines) func refusesAnotherHostsCertificate(
            _ engine: HTTPTransportConfiguration.Engine
        ) async throws {
            let server = try echo(certificates.wrongHost)
            let client = try client(engine) { $0.caFile = certificates.caFile }
            for host in ["localhost", "127.0.0.1"] {
                let origin = HTTPOrigin(scheme: .https, host: host, port: server.port)
                let error = await failure { try await client.send(HTTPRequest(.get, origin, target: "/")) }
                #expect(error?.code == .connectionFailed)
                #expect(error?.isRetryable == false)
            }
            let insecure = try self.insecure(engine)
            #expect(
                try await insecure.send(HTTPRequest(.get, server.tlsOrigin, target: "/", collectLimit: 9)).status == 200
            )
        }

        func insecure(_ engine: HTTPTransportConfiguration.Engine) throws -> HTTPClient {
            try client(engine) { $0.allowsInsecureTLS = true }
        }

        @Test(arguments: engines) func saysWhichFileIsNoAuthority(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try echo(certificates.server)
            let client = try client(engine) { $0.caFile = "/nonexistent/ca.pem" }
            let error = await failure { try await client.send(HTTPRequest(.get, server.tlsOrigin, target: "/")) }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message.contains("caFile") == true)
        }

        @Test(arguments: engines) func namesAPortThatSpeaksNoTLS(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try LoopbackServer { peer in try peer.send("HTTP/1.1 400 Bad Request\r\n\r\n") }
            let client = try client(engine) { $0.caFile = certificates.caFile }
            let error = await failure { try await client.send(HTTPRequest(.get, server.tlsOrigin, target: "/")) }
            #expect(error?.code == .connectionFailed)
            #expect(error?.message.contains("localhost:\(server.port)") == true)
        }

        @Test(arguments: engines) func noticesATruncatedBody(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let server = try LoopbackServer(certificate: certificates.server) { peer in
                _ = try peer.readRequest()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
                usleep(20_000)
                if peer.number % 2 == 0 { peer.reset() }
            }
            let client = try client(engine) { $0.caFile = certificates.caFile }
            for _ in 0..<4 {
                let error = await failure {
                    try await client.send(HTTPRequest(.get, server.tlsOrigin, target: "/")).collect(limit: 1000)
                }
                #expect(error?.code == .connectionFailed)
                #expect(error?.isRetryable == true)
            }
        }

        @Test(arguments: engines) func survivesKeepAliveRaces(_ engine: HTTPTransportConfiguration.Engine) async throws
        {
            let server = try LoopbackServer(certificate: certificates.server) { peer in
                for _ in 0..<2 {
                    guard let (_, body) = try peer.readRequest() else { return }
                    try peer.respond(200, body)
                }
            }
            let client = try client(engine) { $0.caFile = certificates.caFile }
            for turn in 0..<20 {
                let request = HTTPRequest(
                    .put, server.tlsOrigin, target: "/", body: Payload(Chunk(pattern(100_000))), collectLimit: 1 << 20)
                #expect(try await client.send(request).collect(limit: 1 << 20).count == 100_000)
                if turn % 3 == 0 { try await Task.sleep(for: .milliseconds(20)) }
            }
        }

        @Test(arguments: engines) func aChildMakesItsOwnConnections(_ engine: HTTPTransportConfiguration.Engine)
            async throws
        {
            let server = try echo(certificates.server)
            let client = try client(engine) { $0.caFile = certificates.caFile }
            let request = HTTPRequest(
                .put, server.tlsOrigin, target: "/", body: Payload(Chunk("hello")), collectLimit: 100, isSolitary: true)
            _ = try await client.send(request)
            let status = inChild {
                let body = try? CallingThread.run { () async throws(StoreError) in
                    try await client.send(request).collect(limit: 100)
                }
                return body?.utf8String == "hello" ? 0 : 1
            }
            #expect(status == 0)
            _ = try await client.send(request)
            #expect(server.connections == 2)
        }
    }
}
