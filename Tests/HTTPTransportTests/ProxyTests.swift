import Coffer
import Foundation
import HTTPTransport
import Loopback
import Testing

extension SocketTests {
    /// Proxies are libcurl's business; `automatic` sees that it gets them.
    @Suite(.serialized, .timeLimit(.minutes(10))) struct ProxyTests {
        @Test func asksTheProxyForAnAbsoluteTarget() async throws {
            let proxy = try TransferTests.echo()
            let client = try client(.automatic) { $0.proxy = "http://127.0.0.1:\(proxy.port)" }
            let origin = HTTPOrigin(scheme: .http, host: "bucket.test")
            let request = HTTPRequest(.get, origin, target: "/a/../b%2f?x=1", collectLimit: 10_000)
            let text = try await client.send(request).collect(limit: 10_000).utf8String ?? ""
            #expect(text.hasPrefix("GET http://bucket.test/a/../b%2f?x=1 HTTP/1.1\r\n"))
            #expect(text.contains("\r\nHost: bucket.test\r\n"))
        }

        @Test func tunnelsTLSThroughTheProxy() async throws {
            let certificates = try TestCertificates.shared.get()
            let server = try LoopbackServer(certificate: certificates.server) { peer in
                while let (_, body) = try peer.readRequest() { try peer.respond(200, body) }
            }
            let asked = Lock<[String]>([])
            let port = server.port
            let proxy = try LoopbackServer { peer in
                guard let head = try peer.readHead() else { return }
                asked.withLock { $0.append(head.line) }
                try peer.send("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n")
                try peer.relay(to: port)
            }
            let client = try client(.automatic) {
                $0.proxy = "http://127.0.0.1:\(proxy.port)"
                $0.caFile = certificates.caFile
            }
            for limit in [nil, 100] {
                let request = HTTPRequest(
                    .put, server.tlsOrigin, target: "/x", body: Payload(Chunk("hello")), collectLimit: limit)
                let response = try await client.send(request)
                #expect(response.headers["x-proxy"] == nil)
                #expect(try await response.collect(limit: 100).utf8String == "hello")
            }
            #expect(asked.withLock { $0 } == ["CONNECT localhost:\(port) HTTP/1.1"])
        }

        @Test func namesAProxyThatRefuses() async throws {
            let proxy = try LoopbackServer { peer in
                _ = try peer.readHead()
                try peer.respond(407, Array("who are you".utf8), headers: "Connection: close\r\n")
            }
            let client = try client(.automatic) { $0.proxy = "http://127.0.0.1:\(proxy.port)" }
            let origin = HTTPOrigin(scheme: .https, host: "bucket.test")
            let error = await failure { try await client.send(HTTPRequest(.get, origin, target: "/")) }
            #expect(error?.code == .connectionFailed)
            #expect(error?.message.contains("407") == true)
        }
    }
}
