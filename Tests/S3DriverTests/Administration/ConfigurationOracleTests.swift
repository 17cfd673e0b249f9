import Coffer
import Foundation
import Testing

@testable import S3Driver

/// Documents of configurations, against those of botocore.
@Suite struct ConfigurationOracleTests {
    /// A document of botocore's.
    struct Document: Decodable {
        let operation: String
        let xml: String
    }

    static let types: [String: any (BucketConfiguration & S3Mapped).Type] = [
        "PutBucketVersioning": BucketVersioning.self, "PutBucketLifecycleConfiguration": BucketLifecycle.self,
        "PutBucketEncryption": BucketEncryption.self, "PutBucketTagging": BucketTagging.self,
        "PutPublicAccessBlock": PublicAccessBlock.self, "PutBucketOwnershipControls": OwnershipControls.self,
        "PutBucketCors": BucketCORS.self, "PutBucketLogging": BucketLogging.self,
        "PutBucketReplication": BucketReplication.self, "PutBucketAccelerateConfiguration": BucketAcceleration.self,
        "PutObjectLockConfiguration": BucketObjectLock.self,
        "PutBucketNotificationConfiguration": BucketNotification.self, "PutBucketWebsite": BucketWebsite.self,
        "PutBucketRequestPayment": BucketRequestPayment.self, "PutBucketAcl": BucketACL.self,
    ]

    /// Everything that botocore's model of S3 has is read, known by name, and written the same way, in the same order.
    @Test func everythingThatBotocoreKnows() throws {
        let documents = try PythonOracle.lines("botocore_configurations.py", ["examples"])
            .map { try JSONDecoder().decode(Document.self, from: $0) }
        #expect(Set(documents.map(\.operation)) == Set(Self.types.keys))
        for document in documents {
            let type = try #require(Self.types[document.operation])
            try compare(document, type)
        }
    }

    private func compare<Configuration: BucketConfiguration & S3Mapped>(
        _ document: Document, _ type: Configuration.Type
    ) throws {
        let read = try Configuration(document: Chunk(document.xml))
        #expect(unknownNames(read).isEmpty, "\(document.operation)")
        let written = try tree(try read.document())
        #expect(written == (try tree(Chunk(document.xml))), "\(document.operation)")
        #expect(try Configuration(document: try read.document()) == read)
    }

    /// What is set in Swift is what botocore writes for the same.
    @Test func valuesMeanTheSame() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "configurations-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let texts = ConfigurationSamples.all.map { #"{"operation": "\#($0.operation)", "params": \#($0.params)}"# }
        try Data("[\(texts.joined(separator: ","))]".utf8).write(to: file)
        let documents = try PythonOracle.lines("botocore_configurations.py", ["serialize", file.path])
            .map { try JSONDecoder().decode(Document.self, from: $0) }
        #expect(documents.count == ConfigurationSamples.all.count)
        for (sample, document) in zip(ConfigurationSamples.all, documents) {
            let written = try tree(try sample.value.document())
            #expect(written == (try tree(Chunk(document.xml))), "\(sample.operation)")
        }
        #expect(Set(ConfigurationSamples.all.map(\.operation)) == Set(Self.types.keys))
    }

    private func tree(_ document: Chunk) throws -> S3Element {
        sorted(try document.withUnsafeBytes { bytes throws(XMLError) in try S3Element.read(bytes) })
    }

    private func sorted(_ element: S3Element) -> S3Element {
        var element = element
        element.attributes.sort { $0.name < $1.name }
        element.children = element.children.map(sorted)
        return element
    }

    /// The names of what a value holds and nobody knows, at any depth.
    private func unknownNames(_ value: Any) -> [String] {
        if let unknown = value as? UnknownElements {
            return unknown.elements.map(\.name) + unknown.attributes.map(\.name)
        }
        return Mirror(reflecting: value).children.flatMap { unknownNames($0.value) }
    }
}
