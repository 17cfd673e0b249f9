import Coffer
import Testing

@testable import S3Driver

/// URLs without a signature: of each kind of endpoint, and of a network for delivery in front of the bucket.
@Suite struct PublicURLTests {
    @Test(arguments: [
        ([:], "https://photos.s3.eu-central-1.amazonaws.com/a%20b/%C3%BC%3F"),
        (["addressing": "path"], "https://s3.eu-central-1.amazonaws.com/photos/a%20b/%C3%BC%3F"),
        (["endpoint": "http://localhost:9000"], "http://localhost:9000/photos/a%20b/%C3%BC%3F"),
        (
            ["endpoint": "http://localhost:9000", "addressing": "virtual"],
            "http://photos.localhost:9000/a%20b/%C3%BC%3F"
        ),
        (["public_url_base": "https://cdn.example.com/"], "https://cdn.example.com/a%20b/%C3%BC%3F"),
        (["public_url_base": "https://cdn.example.com/files"], "https://cdn.example.com/files/a%20b/%C3%BC%3F"),
    ])
    func urls(_ options: [String: String], _ url: String) async throws {
        let transport = FakeTransport(.init())
        let store = Store(driver: try makeDriver(transport, options))
        #expect(try await store.publicURL("a b/ü?") == url)
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: ["cdn.example.com", "ftp://x", "https://x/?a=b", "https://x y"])
    func whatIsNoBaseIsRefused(_ base: String) {
        let error = #expect(throws: StoreError.self) {
            try makeDriver(FakeTransport(.init()), ["public_url_base": base])
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("public_url_base") == true)
    }

    /// A bucket whose owner owns all objects has no ACLs, and says so.
    @Test func aBucketWithoutACLs() async throws {
        let refusal = FakeTransport.Answer(
            400, [], errorXML("AccessControlListNotSupported", "The bucket does not allow ACLs"))
        let store = Store(driver: try makeDriver(FakeTransport(refusal), ["server": "aws"]))
        for body: () async throws -> Void in [
            { try await store.setVisibility(.public, of: "k") },
            { try await store.put("k", "x", WriteOptions(visibility: .public)) },
        ] {
            let error = await #expect(throws: StoreError.self) { try await body() }
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("bucket policy") == true)
        }
        // Servers that ignore ACLs are not asked.
        let silent = Store(
            driver: try makeDriver(FakeTransport(.init()), ["server": "minio", "endpoint": "http://h:9000"]))
        let error = await #expect(throws: StoreError.self) {
            try await silent.put("k", "x", WriteOptions(visibility: .public))
        }
        #expect(error?.code == .unsupported)
    }
}
