import Coffer
import CofferTesting
import Foundation
import Synchronization
import Testing

@testable import S3Driver

/// A status of success that is none: errors in the body, nothing in the body, something else in the body.
@Suite struct ErrorInSuccessTests {
    private typealias Answer = S3StandIn.Answer
    private static let large = Chunk.sample((5 << 20) + 1000)

    private static func failing(_ code: String, padding: String = "") -> S3StandIn.Fault {
        .answer(Answer(200, [("Content-Type", "application/xml")], text: padding + errorXML(code)))
    }

    /// White space keeps the connection alive while the server works; S3 sends it before what it has to say.
    private static let paddings = ["", "   \n\n  ", String(repeating: " ", count: 5000)]

    @Test(arguments: Way.all)
    func anErrorInASuccessfulCompletion(_ way: Way) async throws {
        for padding in Self.paddings {
            try await withStandIn(
                way, [:],
                { $0.isCompletion && $0.number == 0 ? Self.failing("InternalError", padding: padding) : .none }
            ) { store, server in
                try await store.put("k", .chunk(Self.large), .parts)
                #expect(server["k"] == Self.large.array)
                #expect(server.calls.count { $0.isCompletion } == 2)
            }
            try await withStandIn(
                way, [:], { $0.isCompletion ? Self.failing("AccessDenied", padding: padding) : .none }
            ) { store, server in
                let error = await fault { try await store.put("k", .chunk(Self.large), .parts) }
                #expect(error?.code == .permissionDenied)
                #expect(error?.serviceCode == "AccessDenied")
                #expect(error?.httpStatus == 200)
                #expect(server["k"] == nil)
                #expect(server.state.withLock { $0.uploads.isEmpty })
            }
        }
    }

    @Test(arguments: Way.all)
    func aCompletionThatWaitsInWhiteSpace(_ way: Way) async throws {
        for padding in Self.paddings {
            try await withStandIn(
                way, [:],
                { $0.isCompletion ? .change { $0.body = Array(padding.utf8) + $0.body } : .none }
            ) { store, server in
                try await store.put("k", .chunk(Self.large), .parts)
                #expect(server["k"] == Self.large.array)
                #expect(server.calls.count { $0.isCompletion } == 1)
            }
        }
    }

    @Test(arguments: Way.plain)
    func aCompletionThatBreaksOffInWhiteSpace(_ way: Way) async throws {
        for resets in [true, false] {
            try await withStandIn(
                way, [:],
                { call in
                    guard call.isCompletion, call.number == 0 else { return .none }
                    return .script { peer, server, call in
                        _ = server.carryOut(call, try peer.readBody(call.head.length))
                        try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n    \r\n")
                        if resets { peer.reset() }
                    }
                }
            ) { store, server in
                // It has happened, and the second completion finds that out.
                let info = try await store.put("k", .chunk(Self.large), .parts)
                #expect(server["k"] == Self.large.array)
                #expect(info.etag?.value == server.state.withLock { $0.objects["k"]?.etag })
            }
        }
    }

    @Test(arguments: Way.all)
    func anErrorInASuccessfulCopy(_ way: Way) async throws {
        try await withStandIn(way, [:], { $0.isCopy && $0.number == 0 ? Self.failing("SlowDown") : .none }) {
            store, server in
            server["a"] = [1, 2, 3]
            try await store.copy("a", to: "b")
            #expect(server["b"] == [1, 2, 3])
        }
        try await withStandIn(way, [:], { $0.isCopy ? Self.failing("InternalError", padding: " \n") : .none }) {
            store, server in
            server["a"] = [1, 2, 3]
            let error = await fault { try await store.copy("a", to: "b") }
            #expect(error?.code == .internal)
            #expect(error?.attempts == 3)
            #expect(server["b"] == nil)
        }
    }

    @Test(arguments: Way.plain)
    func anErrorInASuccessfulCopyOfAPart(_ way: Way) async throws {
        let options = CopyOptions(partSize: 5 << 20)
        let hasFailed = Atomic<Bool>(false)
        try await withStandIn(
            way, [:],
            { call in
                guard call.isCopy, call.query["partNumber"] == "2",
                    !hasFailed.exchange(true, ordering: .relaxed)
                else { return .none }
                return Self.failing("InternalError")
            }
        ) { store, server in
            server["a"] = Self.large.array
            try await store.copy("a", to: "b", options)
            #expect(server["b"] == Self.large.array)
        }
        try await withStandIn(way, [:], { $0.isCopy && $0.isPart ? Self.failing("AccessDenied") : .none }) {
            store, server in
            server["a"] = Self.large.array
            let error = await fault { try await store.copy("a", to: "b", options) }
            #expect(error?.code == .permissionDenied)
            #expect(server["b"] == nil)
            #expect(server.state.withLock { $0.uploads.isEmpty })
        }
    }

    @Test(arguments: Way.plain)
    func anErrorInASuccessfulBatch(_ way: Way) async throws {
        try await withStandIn(way, [:], { $0.query["delete"] != nil ? Self.failing("AccessDenied") : .none }) {
            store, server in
            server["a"] = [1]
            let outcomes = try? await store.delete(["a", "b"])
            #expect(outcomes?.allSatisfy { $0.error?.code == .permissionDenied } ?? true)
            #expect(server["a"] == [1])
        }
    }

    /// Each answer that must name the contents, without the name.
    @Test(arguments: Way.plain)
    func aMissingETag(_ way: Way) async throws {
        @Sendable func removeETag(_ answer: inout Answer) {
            answer.headers.removeAll { $0.0 == "ETag" }
            let text = String(decoding: answer.body, as: UTF8.self)
            if let start = text.range(of: "<ETag>"), let end = text.range(of: "</ETag>") {
                answer.body = Array((text[..<start.lowerBound] + text[end.upperBound...]).utf8)
            }
        }
        try await withStandIn(way, [:], { $0.method == "PUT" && $0.number == 0 ? .change(removeETag) : .none }) {
            store, server in
            // Once is trouble in passing: of a put, of a part, of a copy.
            try await store.put("k", "x")
            try await store.put("l", .chunk(Self.large), .parts)
            try await store.copy("k", to: "m")
            #expect(server["k"] == [120] && server["m"] == [120] && server["l"] == Self.large.array)
        }
        try await withStandIn(way, [:], { $0.method == "PUT" ? .change(removeETag) : .none }) { store, server in
            server["a"] = [1]
            for error in [
                await fault { try await store.put("k", "x") },
                await fault { try await store.put("l", .chunk(Self.large), .parts) },
                await fault { try await store.copy("a", to: "m") },
            ] {
                #expect(error?.code == .invalidResponse)
                #expect(error?.message.contains("ETag") == true)
                #expect(error?.attempts == 3)
            }
            #expect(server["l"] == nil)
        }
    }

    /// A list, a copy and a completion that stop at each byte, with a length that says that this is all.
    @Test(arguments: Way.plain)
    func xmlCutShort(_ way: Way) async throws {
        let objects = ["a", "b", "ü"]
        try await withStandIn(
            way, ["retry_attempts": "1"],
            { call in
                guard let count = call.query["prefix"].flatMap({ Int($0) }) else { return .none }
                return .answer(Answer(200, [], Array(Self.listing.prefix(count))))
            }
        ) { store, server in
            for name in objects { server[name] = [1] }
            for count in 0..<Self.listing.count {
                let error = await fault { try await store.driver.list(ListOptions(prefix: "\(count)")) }
                #expect(error?.code == .invalidResponse, "\(count)")
            }
        }
        try await withStandIn(
            way, ["retry_attempts": "1"],
            { call in
                guard call.isCopy, let count = Int(call.key) else { return .none }
                return .change { $0.body = Array($0.body.prefix(count)) }
            }
        ) { store, server in
            server["a"] = [1]
            let length = "<CopyObjectResult><ETag>\"55a54008ad1ba589aa210d2629c1df41\"</ETag></CopyObjectResult>".utf8
                .count
            for count in 0..<length {
                let error = await fault { try await store.copy("a", to: Key("\(count)")) }
                #expect(error?.code == .invalidResponse, "\(count)")
            }
        }
    }

    private static let listing = Array(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult><Name>photos</Name><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>\
        <Contents><Key>a</Key><Size>1</Size><ETag>"e"</ETag></Contents>\
        <Contents><Key>b%C3%BC</Key><Size>2</Size></Contents></ListBucketResult>
        """.utf8)

    @Test(arguments: Way.plain)
    func aPageOfHTMLForXML(_ way: Way) async throws {
        let page = "<!DOCTYPE html><html><head><title>Log in</title></head><body><p>Welcome &nbsp; here</body></html>"
        for status in [200, 403, 502, 503] {
            try await withStandIn(
                way, ["retry_attempts": "1"],
                { _ in .answer(Answer(status, [("Content-Type", "text/html; charset=utf-8")], text: page)) }
            ) { store, _ in
                let listing = await fault { for try await _ in store.list() {} }
                let completion = await fault { try await store.put("k", .chunk(Self.large), .parts) }
                for error in [listing, completion] {
                    switch status {
                    case 200: #expect(error?.code == .invalidResponse)
                    case 403: #expect(error?.code == .permissionDenied)
                    case 502: #expect(error?.code == .connectionFailed)
                    default: #expect(error?.code == .rateLimited)
                    }
                    if status > 200 { #expect(error?.message.contains("HTML") == true) }
                }
            }
        }
    }
}
