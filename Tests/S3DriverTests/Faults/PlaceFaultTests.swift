import Coffer
import CofferTesting
import Foundation
import Testing

@testable import S3Driver

/// Wrong regions, redirects, wrong clocks: learned once, or told clearly.
@Suite struct PlaceFaultTests {
    private typealias Answer = S3StandIn.Answer

    /// The region that every request was signed for.
    private func regions(_ server: S3StandIn) -> [String] {
        server.calls.map {
            $0.head.header("authorization")?.split(separator: "/").dropFirst(2).first.map(String.init) ?? ""
        }
    }

    /// 301 with the region in a header, 400 with it in the body, 400 and 301 to a HEAD, which have no body.
    @Test(arguments: Way.all, ["301 header", "301 body", "400 body", "400 header", "307 header"])
    func aWrongRegion(_ way: Way, _ form: String) async throws {
        let status = Int(form.prefix(3)) ?? 0
        let code =
            status == 400 ? "AuthorizationHeaderMalformed" : status == 301 ? "PermanentRedirect" : "TemporaryRedirect"
        let decide: @Sendable (S3StandIn.Call) -> S3StandIn.Fault = { call in
            guard call.head.header("authorization")?.contains("/us-west-2/") != true else { return .none }
            let inHeader = form.hasSuffix("header")
            return .change { answer in
                answer = S3StandIn.error(
                    status, code, extra: inHeader ? "" : "<Region>us-west-2</Region>",
                    inHeader ? [("x-amz-bucket-region", "us-west-2")] : [])
            }
        }
        for verb in ["PUT", "GET", "HEAD", "LIST", "DELETE", "POST"] {
            try await withStandIn(way, [:], decide) { store, server in
                server.state.withLock { $0.region = "us-west-2" }
                server["k"] = [1, 2]
                switch verb {
                case "PUT": try await store.put("k", "x")
                case "GET": #expect(try await store.get("k").bytes.array == [1, 2])
                case "HEAD": #expect(try await store.stat("k").size == 2)
                case "LIST": for try await entry in store.list() { #expect(entry.name == "k") }
                case "DELETE": try await store.delete("k")
                default: try await store.put("k", .chunk(Chunk.sample((5 << 20) + 1)), .parts)
                }
                let first = regions(server)
                #expect(first.first == "eu-central-1" && first.last == "us-west-2", "\(verb) \(first)")
                // It is learned for good.
                _ = try await store.exists("other")
                #expect(regions(server).dropFirst(first.count).allSatisfy { $0 == "us-west-2" })
            }
        }
    }

    @Test(arguments: Way.plain)
    func aWrongRegionThatNobodyNames(_ way: Way) async throws {
        for (status, code) in [(301, "PermanentRedirect"), (400, "AuthorizationHeaderMalformed")] {
            try await withStandIn(way, [:], { _ in .answer(S3StandIn.error(status, code)) }) { store, server in
                let error = await fault { try await store.put("k", "x") }
                #expect(error?.code == (status == 301 ? .invalidConfiguration : .unauthenticated))
                #expect(error?.message.contains("region") == true)
                #expect(server.calls.count == 1)
            }
        }
    }

    /// Each region sends to the next: one hop, then an error.
    @Test(arguments: Way.plain)
    func aRedirectLoop(_ way: Way) async throws {
        for status in [301, 302, 307, 308] {
            try await withStandIn(
                way, ["retry_attempts": "1"],
                { call in
                    .answer(
                        S3StandIn.error(
                            status, "PermanentRedirect",
                            [
                                ("x-amz-bucket-region", "region-\(call.number)"),
                                ("Location", "http://127.0.0.1:1/photos/k?\(call.number)"),
                            ]))
                }
            ) { store, server in
                let error = await fault { try await store.put("k", "x") }
                #expect(error?.code == .invalidConfiguration)
                #expect(error?.isRetryable == false)
                #expect(server.calls.count == 2)
            }
        }
    }

    /// Nobody follows a redirect to where credentials were not meant to go.
    @Test(arguments: Way.plain)
    func aRedirectWithOrWithoutLocation(_ way: Way) async throws {
        let trap = S3StandIn()
        let port = try trap.listen()
        for status in [301, 302, 307, 308] {
            for location in [nil, "http://127.0.0.1:\(port.port)/photos/k", "/photos/k", ""] {
                for text in [errorXML(status == 307 ? "TemporaryRedirect" : "PermanentRedirect"), ""] {
                    try await withStandIn(
                        way, [:],
                        { _ in .answer(Answer(status, location.map { [("Location", $0)] } ?? [], text: text)) }
                    ) { store, server in
                        for error in [
                            await fault { try await store.put("k", "x") }, await fault { try await store.get("k") },
                            await fault { try await store.stat("k") },
                            await fault { for try await _ in store.list() {} },
                        ] {
                            #expect(
                                error?.code == .invalidConfiguration, "\(status) \(location ?? "-") \(error as Any)")
                            #expect(error?.message.contains("elsewhere") == true)
                        }
                    }
                }
            }
        }
        #expect(trap.calls.isEmpty)
    }

    /// The clock of this machine is an hour behind or ahead of the server's.
    @Test(arguments: Way.all, [3600, -3600] as [Int64])
    func aWrongClock(_ way: Way, _ skew: Int64) async throws {
        for verb in ["PUT", "GET", "HEAD", "LIST", "POST"] {
            try await withStandIn(way) { store, server in
                server.state.withLock { $0.skew = skew }
                server["k"] = [1, 2]
                switch verb {
                case "PUT": try await store.put("k", "x")
                case "GET": #expect(try await store.get("k").bytes.array == [1, 2])
                case "HEAD": #expect(try await store.stat("k").size == 2)
                case "LIST": for try await entry in store.list() { #expect(entry.name == "k") }
                default: try await store.put("k", .chunk(Chunk.sample((5 << 20) + 1)), .parts)
                }
                let count = server.calls.count
                _ = try await store.exists("k")
                #expect(server.calls.count == count + 1, "the clock is learned once")
            }
        }
    }

    /// A server that calls every clock wrong, or its own clock by no date.
    @Test(arguments: Way.plain)
    func aClockThatIsAlwaysWrong(_ way: Way) async throws {
        for date in ["Sat, 01 Jan 2000 00:00:00 GMT", "yesterday"] {
            try await withStandIn(
                way, [:], { _ in .answer(S3StandIn.error(403, "RequestTimeTooSkewed", [("Date", date)])) }
            ) { store, server in
                let error = await fault { try await store.put("k", "x") }
                #expect(error?.code == .unauthenticated)
                #expect(error?.message.contains("clock") == true)
                #expect(server.calls.count <= 2)
            }
        }
    }
}
