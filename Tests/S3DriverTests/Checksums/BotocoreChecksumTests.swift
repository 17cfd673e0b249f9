import Coffer
import Foundation
import Testing

@testable import S3Driver

/// What botocore sends with an upload, in headers over http and in a trailer over https: byte for byte.
struct BotocoreChecksumTests {
    private struct Case: Decodable {
        let algorithm: String?
        let scheme: String
        let calculation: String
        let body: String
        let headers: [String: String]
        let sent: String
    }

    @Test func uploads() async throws {
        let lines = try PythonOracle.lines("botocore_checksums.py")
        var compared = 0
        for line in lines.dropFirst() {
            let item = try JSONDecoder().decode(Case.self, from: line)
            let isEncrypted = item.scheme == "https"
            // botocore's own choice is CRC32, ours CRC64NVME; and it frames bodies of no bytes too.
            if item.algorithm == nil && item.calculation == "when_supported" || isEncrypted && item.body.isEmpty {
                continue
            }
            var settings = [
                "endpoint": "\(item.scheme)://h:1", "addressing": "path",
                "request_checksum_calculation": item.calculation,
                "checksum_placement": isEncrypted ? "trailer" : "header",
            ]
            if item.algorithm == nil { settings["payload_signing"] = "always" }
            let transport = FakeTransport(.init(200, [("ETag", "\"e\"")]))
            let driver = try makeDriver(transport, settings)
            let checksum = item.algorithm.flatMap { ChecksumAlgorithm(wireName: $0) }
            #expect((checksum == nil) == (item.algorithm == nil))
            _ = try await driver.put(
                "k", Payload(Chunk(item.body)), WriteOptions(checksum: checksum.map { .algorithm($0) }))
            let request = try #require(transport.requests.first)
            let ours = request.headers.filter { header in
                [
                    "x-amz-checksum-", "x-amz-sdk-", "x-amz-trailer", "x-amz-decoded", "x-amz-content",
                    "content-encoding",
                ]
                .contains { header.name.hasPrefix($0) }
            }
            #expect(Dictionary(uniqueKeysWithValues: ours.map { ($0.name, $0.value) }) == item.headers)
            #expect(request.text == item.sent)
            compared += 1
        }
        #expect(compared == 35)
    }
}
