import Coffer
import CofferTesting
import Foundation
import Loopback
import Synchronization
import Testing

@testable import S3Driver

/// A connection that ends at each byte of the first kilobyte, of the answer and of the request: what fails is tried
/// again and succeeds, and nothing wrong or half comes out.
///
/// Each place has an object of its own; its number is in the key, and the first request for it meets the fault.
@Suite struct ResetTests {
    private static let places = 0..<1024
    private static let atATime = 8

    /// Runs something for each place, some at the same time.
    private func forEachPlace(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in Self.places {
                if place >= Self.atATime { try await group.next() }
                group.addTask { try await body(place) }
            }
            try await group.waitForAll()
        }
    }

    private static func place(_ key: String) -> Int? { key.hasPrefix("k") ? Int(key.dropFirst()) : nil }

    /// The contents of the object of a place: of different sizes around the kilobyte.
    private static func contents(_ place: Int) -> Chunk { Chunk.sample(700 + place % 500) }

    @Test(arguments: Way.plain, [true, false])
    func atEachByteOfTheAnswerToAGet(_ way: Way, _ resets: Bool) async throws {
        try await withStandIn(
            way, [:],
            { call in
                guard let place = Self.place(call.key), call.number == 0 else { return .none }
                return .cut(after: place, resets: resets)
            }
        ) { store, server in
            for place in Self.places { server["k\(place)"] = Self.contents(place).array }
            try await forEachPlace { place in
                let bytes = try await store.get(Key("k\(place)")).bytes
                #expect(bytes == Self.contents(place), "\(place)")
            }
        }
    }

    @Test(arguments: Way.plain, [true, false])
    func atEachByteOfTheAnswerToAPut(_ way: Way, _ resets: Bool) async throws {
        try await withStandIn(
            way, [:],
            { call in
                guard let place = Self.place(call.key), call.number == 0 else { return .none }
                return .cut(after: place, resets: resets)
            }
        ) { store, server in
            try await forEachPlace { place in
                try await store.put(Key("k\(place)"), .chunk(Self.contents(place)))
                #expect(server["k\(place)"] == Self.contents(place).array, "\(place)")
            }
        }
    }

    @Test(arguments: Way.plain, [true, false])
    func atEachByteOfTheAnswerToAList(_ way: Way, _ resets: Bool) async throws {
        let begun = Lock<Set<Int>>([])
        try await withStandIn(
            way, [:],
            { call in
                // The place is in the prefix here.
                guard let place = call.query["prefix"].flatMap({ Self.place($0) }),
                    begun.withLock({ $0.insert(place).inserted })
                else { return .none }
                return .cut(after: place, resets: resets)
            }
        ) { store, server in
            for place in Self.places {
                for end in ["", "-b", "-c", "-ü"] { server["k\(place)\(end)"] = [1] }
            }
            try await forEachPlace { place in
                var names: [String] = []
                for try await entry in store.list(prefix: "k\(place)-") { names.append(entry.name) }
                #expect(names == ["b", "c", "ü"].map { "k\(place)-" + $0 }, "\(place)")
            }
        }
    }

    /// The object is there after a completion whose answer breaks off; the next one finds no upload any more.
    @Test(arguments: Way.plain, [true, false])
    func atEachByteOfTheAnswerToACompletion(_ way: Way, _ resets: Bool) async throws {
        try await withStandIn(
            way, [:],
            { call in
                guard call.isCompletion, let place = Self.place(call.key), call.number == 0 else { return .none }
                return .cut(after: place, resets: resets)
            }
        ) { store, server in
            let uploads = try #require(store.driver.facets.multipart)
            try await forEachPlace { place in
                let key = Key("k\(place)")
                let upload = UploadID(key: key, id: try await uploads.createUpload(key, WriteOptions()))
                let part = try await uploads.uploadPart(upload, number: 1, Payload(Self.contents(place)))
                let info = try await uploads.completeUpload(upload, parts: [part], WriteOptions())
                #expect(info.etag == CompositeETag.of([part]), "\(place)")
                #expect(server["k\(place)"] == Self.contents(place).array, "\(place)")
            }
        }
    }

    /// The server takes so many bytes of the request, head and body, and resets.
    @Test(arguments: Way.plain)
    func atEachByteOfTheRequest(_ way: Way) async throws {
        let server = S3StandIn()
        let next = Atomic<Int>(0)
        let failing = Atomic<Bool>(true)
        let port = try LoopbackServer { peer in
            // Every other connection breaks.
            if failing.exchange(false, ordering: .sequentiallyConsistent) {
                _ = peer.receiveExactly(next.load(ordering: .sequentiallyConsistent))
                return peer.reset()
            }
            _ = try server.serve(peer)
        }
        let store = try way.store(port.port)
        for place in 0..<1200 {
            next.store(place, ordering: .sequentiallyConsistent)
            failing.store(true, ordering: .sequentiallyConsistent)
            let key = Key("k\(place)")
            try await store.put(key, .chunk(Self.contents(place)))
            #expect(server["k\(place)"] == Self.contents(place).array, "\(place)")
            let isSpent = !failing.load(ordering: .sequentiallyConsistent)
            #expect(isSpent)
        }
        await store.close()
    }
}
