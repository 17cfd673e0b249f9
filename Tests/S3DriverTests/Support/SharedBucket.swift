import Coffer

/// One bucket on each server for all tests that need no bucket of their own: servers limit the number of buckets.
///
/// It is made once, before anybody uses it: a server that is asked for the same new bucket by several at the same time
/// may refuse the late ones (OpenStack Swift says AccessDenied).
actor SharedBucket {
    static let all = SharedBucket()
    private var made: [String: Task<String, any Error>] = [:]

    /// Its name, as soon as it is there.
    func name(on server: TestServer) async throws -> String {
        let making =
            made[server.endpoint]
            ?? Task {
                let bucket = TestServer.freshBucket("shared")
                let store = try await server.open(bucket)
                try await store.put("first", "x")
                await store.close()
                return bucket
            }
        made[server.endpoint] = making
        return try await making.value
    }
}

extension TestServer {
    /// A part of the shared bucket that no other test uses.
    static func freshPrefix(_ label: String) -> String { freshBucket(label) + "/" }

    /// Opens a part of the shared bucket.
    func openShared(_ prefix: String, _ more: [String: String] = [:]) async throws -> Store {
        try await open(try await SharedBucket.all.name(on: self), ["prefix": prefix].merging(more) { $1 })
    }
}
