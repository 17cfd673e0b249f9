import Coffer
import Foundation
import HTTPTransport
import Loopback
import Testing

extension SocketTests {
    /// A caller who is blocked anyway does the work in its own thread.
    @Suite(.serialized, .timeLimit(.minutes(10))) struct SolitaryTests {
        /// Runs a body as a call through the C ABI does, on a thread of its own.
        func blocked<R: Sendable>(
            _ body: @escaping @Sendable () async throws(StoreError) -> R
        ) async throws -> R {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    let result = Result { () throws(StoreError) in try CallingThread.run(body) }
                    continuation.resume(with: result.mapError { $0 as any Error })
                }
            }
        }

        @Test(arguments: engines, [0, 4096, 5_000_000])
        func putsAndReadsBack(_ engine: HTTPTransportConfiguration.Engine, _ size: Int) async throws {
            let server = try LoopbackServer { peer in
                while let (_, body) = try peer.readRequest() { try peer.respond(200, body) }
            }
            let client = try client(engine)
            let origin = server.origin
            let bytes = pattern(size)
            for limit in [nil, 10_000_000] {
                let back = try await blocked { () async throws(StoreError) in
                    let request = HTTPRequest(
                        .put, origin, target: "/", body: Payload(Chunk(bytes)), collectLimit: limit, isSolitary: true)
                    return try await client.send(request).collect(limit: 10_000_000)
                }
                #expect(back.array == bytes)
            }
            #expect(server.connections == 1)
        }

        @Test(arguments: engines) func isCancelledFromAnotherThread(
            _ engine: HTTPTransportConfiguration.Engine
        ) async throws {
            let server = try LoopbackServer { peer in
                _ = try peer.readRequest()
                _ = peer.waitsForClose(10)
            }
            let client = try client(engine)
            let origin = server.origin
            // The task lives as long as the call, and the call as long as the server keeps silent.
            let running = Lock<RunningTask?>(nil)
            let start = Date()
            async let error = blocked { () async throws(StoreError) -> StoreError? in
                let current = withUnsafeCurrentTask { RunningTask(task: $0) }
                running.withLock { $0 = current }
                do throws(StoreError) {
                    _ = try await client.send(HTTPRequest(.get, origin, target: "/", isSolitary: true))
                    return nil
                } catch {
                    return error
                }
            }
            #expect(await eventually { server.openConnections == 1 })
            running.withLock { $0?.task?.cancel() }
            let found = try await error
            #expect(found?.code == .cancelled, "\(String(describing: found))")
            #expect(Date().timeIntervalSince(start) < 20)
            #expect(await eventually { server.openConnections == 0 })
        }

        @Test(arguments: engines) func timesOut(_ engine: HTTPTransportConfiguration.Engine) async throws {
            let server = try LoopbackServer { peer in
                guard let (request, _) = try peer.readRequest() else { return }
                if request.target == "/body" { try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") }
                _ = peer.waitsForClose(5)
            }
            let client = try client(engine) {
                $0.firstByteTimeout = .milliseconds(200)
                $0.stallTimeout = .milliseconds(200)
            }
            let origin = server.origin
            for target in ["/head", "/body"] {
                let start = Date()
                let error = await failure {
                    try await blocked { () async throws(StoreError) in
                        let request = HTTPRequest(.get, origin, target: target, isSolitary: true)
                        return try await client.send(request).collect(limit: 100)
                    }
                }
                #expect(error?.code == .timeout)
                #expect(Date().timeIntervalSince(start) < 20)
            }
        }
    }
}

/// A task that is known to be running. `@unchecked Sendable`: cancelling is safe from any thread.
private struct RunningTask: @unchecked Sendable {
    let task: UnsafeCurrentTask?
}
