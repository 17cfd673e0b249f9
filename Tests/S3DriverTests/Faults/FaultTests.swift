import Coffer
import CofferTesting
import Foundation
import Synchronization
import Testing

@testable import S3Driver

/// What goes wrong on the way: the right result or the right error, and no upload left open.
@Suite(.enabled(if: TestServer.nearest != nil))
struct FaultTests {
    private static let partSize = 5 << 20
    private static let inParts = WriteOptions(partSize: Int64(partSize), concurrency: 2)

    /// A store behind a proxy, and one that sees the server as it is.
    private func withProxy(
        _ options: [String: String] = [:], _ decide: @escaping @Sendable (FaultProxy.Request) -> FaultProxy.Fault,
        _ body: (Store, Store, FaultProxy) async throws -> Void
    ) async throws {
        let server = try #require(TestServer.nearest)
        let prefix = TestServer.freshPrefix("case")
        let direct = try await server.openShared(prefix)
        try await direct.put("present", "x")
        let port = try #require(Int(server.endpoint.split(separator: ":").last ?? ""))
        let proxy = try FaultProxy(upstream: port, decide)
        defer { proxy.stop() }
        let through = try await server.openShared(
            prefix, ["endpoint": "http://127.0.0.1:\(proxy.port)"].merging(options) { $1 })
        try await body(through, direct, proxy)
        let uploads = try #require(direct.driver.facets.multipart)
        #expect(try await uploads.listUploads(prefix: "").isEmpty)
        await through.close()
        await direct.close()
    }

    /// Counts down: true so many times.
    private final class Countdown: Sendable {
        private let left: Atomic<Int>
        init(_ count: Int) { left = Atomic(count) }
        func next() -> Bool { left.wrappingSubtract(1, ordering: .relaxed).oldValue > 0 }
    }

    @Test(arguments: 0..<10)
    func aPartThatBreaksOffIsSentAgain(_ tenth: Int) async throws {
        let once = Countdown(1)
        try await withProxy(
            [:],
            { request in
                guard request.isPart, request.target.contains("partNumber=1"), once.next() else { return .none }
                return .dropRequest(after: Self.partSize * tenth / 10)
            },
            { store, direct, proxy in
                let body = ConformanceContext.pattern(2 * Self.partSize + 1000)
                let info = try await store.put("k", .chunk(body), Self.inParts)
                #expect(try await direct.get("k").bytes == body)
                #expect(try await direct.stat("k").etag == info.etag)
                #expect(proxy.requests.count { $0.isPart } == 4)
            })
    }

    @Test func aPartThatAlwaysBreaksOffFailsAndLeavesNothing() async throws {
        try await withProxy(
            ["retry_attempts": "2"], { $0.isPart ? .dropRequest(after: 100_000) : .none },
            { store, direct, _ in
                let error = await #expect(throws: StoreError.self) {
                    try await store.put("k", .chunk(ConformanceContext.pattern(3 * Self.partSize)), Self.inParts)
                }
                #expect(error?.code == .connectionFailed)
                #expect(error?.attempts == 2)
                let exists = try await direct.exists("k")
                #expect(!exists)
            })
    }

    @Test func unavailableTwiceIsOvercome() async throws {
        for verb in ["PUT", "GET", "HEAD", "DELETE", "POST"] {
            let twice = Countdown(2)
            try await withProxy(
                [:],
                { request in
                    guard request.method == verb, request.target.contains("/k"), twice.next() else { return .none }
                    return .answer(status: 503, body: errorXML("SlowDown"))
                },
                { store, direct, _ in
                    let body = ConformanceContext.pattern(Self.partSize + 1)
                    try await store.put("k", .chunk(body), Self.inParts)
                    #expect(try await store.get("k").bytes == body)
                    #expect(try await store.stat("k").size == Int64(body.count))
                    try await store.delete("k")
                    let exists = try await direct.exists("k")
                    #expect(!exists)
                })
        }
    }

    @Test func unavailableForGoodIsRateLimited() async throws {
        try await withProxy(
            ["retry_attempts": "2"], { _ in .answer(status: 503, body: errorXML("SlowDown")) },
            { store, _, proxy in
                let error = await #expect(throws: StoreError.self) { try await store.put("k", "x") }
                #expect(error?.code == .rateLimited)
                #expect(error?.attempts == 2)
                #expect(proxy.requests.count == 2)
            })
    }

    @Test func anErrorInASuccessfulCompletionIsAnError() async throws {
        let once = Countdown(1)
        try await withProxy(
            [:], { $0.isCompletion && once.next() ? .answer(status: 200, body: errorXML("InternalError")) : .none },
            { store, direct, _ in
                let body = ConformanceContext.pattern(Self.partSize + 1)
                try await store.put("k", .chunk(body), Self.inParts)
                #expect(try await direct.get("k").bytes == body)
            })
        try await withProxy(
            ["retry_attempts": "2"],
            { $0.isCompletion ? .answer(status: 200, body: errorXML("InternalError")) : .none },
            { store, direct, _ in
                let error = await #expect(throws: StoreError.self) {
                    try await store.put("k", .chunk(ConformanceContext.pattern(Self.partSize + 1)), Self.inParts)
                }
                #expect(error?.code == .internal)
                #expect(error?.serviceCode == "InternalError")
                let exists = try await direct.exists("k")
                #expect(!exists)
            })
    }

    @Test(arguments: [WriteCondition.none, .absent])
    func aCompletionWhoseAnswerGetsLostHasHappened(_ condition: WriteCondition) async throws {
        let once = Countdown(1)
        try await withProxy(
            [:], { $0.isCompletion && once.next() ? .loseAnswer : .none },
            { store, direct, _ in
                var options = Self.inParts
                options.condition = condition
                let body = ConformanceContext.pattern(Self.partSize + 1)
                let info = try await store.put("k", .chunk(body), options)
                #expect(try await direct.get("k").bytes == body)
                #expect(try await direct.stat("k").etag == info.etag)
            })
    }

    @Test func aServerThatHangsTimesOut() async throws {
        let options = ["response_timeout": "1s", "retry_attempts": "2"]
        try await withProxy(
            options, { $0.isPart ? .hang : .none },
            { store, direct, _ in
                let error = await #expect(throws: StoreError.self) {
                    try await store.put("k", .chunk(ConformanceContext.pattern(Self.partSize + 1)), Self.inParts)
                }
                #expect(error?.code == .timeout)
                let exists = try await direct.exists("k")
                #expect(!exists)
            })
        try await withProxy(
            options, { $0.method == "GET" ? .hang : .none },
            { store, _, _ in
                let error = await #expect(throws: StoreError.self) { try await store.get("present") }
                #expect(error?.code == .timeout)
            })
    }

    @Test func theTimeoutOfAnAttemptEndsAHang() async throws {
        try await withProxy(
            ["timeout": "1s", "retry_attempts": "1"], { $0.method == "GET" ? .hang : .none },
            { store, _, _ in
                let error = await #expect(throws: StoreError.self) { try await store.get("present") }
                #expect(error?.code == .timeout)
            })
    }

    @Test func aCancelledUploadLeavesNothing() async throws {
        try await withProxy(
            [:], { $0.isPart ? .hang : .none },
            { store, direct, proxy in
                let task = Task {
                    try await store.put("k", .chunk(ConformanceContext.pattern(3 * Self.partSize)), Self.inParts)
                }
                while !proxy.requests.contains(where: \.isPart) { try await Task.sleep(for: .milliseconds(20)) }
                task.cancel()
                let error = await #expect(throws: StoreError.self) { try await task.value }
                #expect(error?.code == .cancelled)
                let exists = try await direct.exists("k")
                #expect(!exists)
            })
    }

    @Test func anAbortThatFailsIsTriedAgain() async throws {
        let twice = Countdown(2)
        try await withProxy(
            ["retry_attempts": "1"],
            { request in
                if request.isPart { return .answer(status: 403, body: errorXML("AccessDenied")) }
                return request.isAbort && twice.next() ? .answer(status: 500, body: "") : .none
            },
            { store, _, proxy in
                let error = await #expect(throws: StoreError.self) {
                    try await store.put("k", .chunk(ConformanceContext.pattern(2 * Self.partSize)), Self.inParts)
                }
                #expect(error?.code == .permissionDenied)
                #expect(proxy.requests.count { $0.isAbort } == 3)
            })
    }

    @Test(arguments: 0..<10)
    func aDownloadThatBreaksOffGoesOn(_ tenth: Int) async throws {
        let size = 3 << 20
        let once = Countdown(1)
        try await withProxy(
            [:], { $0.method == "GET" && once.next() ? .cutAnswer(after: size * tenth / 10) : .none },
            { store, direct, proxy in
                let body = ConformanceContext.pattern(size)
                let info = try await direct.put("k", .chunk(body))
                #expect(try await store.get("k").bytes == body)
                let again = try #require(proxy.requests.last)
                if tenth == 0 { return }
                // It goes on under the same ETag where it stopped.
                let range = try #require(again.header("range")?.dropFirst(6).split(separator: "-"))
                let start = try #require(range.first.flatMap { Int($0) })
                #expect(start > 0 && start <= size * tenth / 10)
                #expect(range.last == "\(size - 1)")
                #expect(again.header("if-match") == info.etag?.quoted)
            })
    }

    @Test func aDownloadThatStallsGoesOn() async throws {
        let once = Countdown(1)
        try await withProxy(
            ["stall_timeout": "1s"], { $0.method == "GET" && once.next() ? .stallAnswer(after: 500_000) : .none },
            { store, direct, _ in
                let body = ConformanceContext.pattern(2 << 20)
                try await direct.put("k", .chunk(body))
                #expect(try await store.get("k").bytes == body)
            })
    }

    @Test func aServerThatExaggeratesIsFoundOut() async throws {
        let once = Countdown(1)
        try await withProxy(
            [:], { $0.method == "GET" && once.next() ? .exaggerate(by: 10) : .none },
            { store, direct, _ in
                let body = ConformanceContext.pattern(600_000)
                try await direct.put("k", .chunk(body))
                let outcome: Result<Chunk, StoreError>
                do { outcome = .success(try await store.get("k").bytes) } catch {
                    outcome = .failure(StoreError(wrapping: error))
                }
                // Nothing but the whole object may come out.
                switch outcome {
                case .success(let bytes): #expect(bytes == body)
                case .failure(let error):
                    #expect([.connectionFailed, .invalidResponse, .rangeNotSatisfiable].contains(error.code))
                }
            })
    }
}
