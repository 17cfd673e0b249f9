import Coffer
import Foundation
import HTTPTransport
import Testing

@testable import S3Driver

/// What botocore sends of what objects carry: the same query, headers and XML for the same parameters.
struct BotocoreObjectTests {
    private struct Encryption: Decodable {
        let kind: String
        let keyID: String?
        let context: [String: String]?
        let bucketKey: Bool?
        let key: String?

        var value: ServerSideEncryption {
            get throws {
                switch kind {
                case "managed": .managed
                case "kms": .kms(keyID: keyID, context: context ?? [:], bucketKey: bucketKey)
                case "dual": .dualLayerKMS(keyID: keyID, context: context ?? [:])
                default: .customerKey(try CustomerKey(base64: key ?? ""))
                }
            }
        }
    }

    private struct Lock: Decodable {
        let mode: String
        let until: Int64
        var value: Retention? {
            Retention.Mode(rawValue: mode).map { Retention($0, until: Timestamp(seconds: until)) }
        }
    }

    private struct Item: Decodable {
        let encryption: Encryption?
        let sourceCustomerKey: String?
        let storageClass: String?
        let tags: [String: String]?
        let retention: Lock?
        let legalHold: Bool?
        let version: String?
        let bypass: Bool?
        let days: Int?
        let tier: String?
    }

    private struct Case: Decodable {
        let verb: String
        let item: Item
        let query: [String: String]
        let headers: [String: String]
        let body: String
    }

    private static let prefixes = [
        "x-amz-server-side", "x-amz-copy-source-server", "x-amz-storage", "x-amz-tagging", "x-amz-object-lock",
        "x-amz-bypass",
    ]

    /// An answer that every verb is content with.
    private static func answer(_ request: HTTPRequest) -> FakeTransport.Answer {
        let encryption = request.headers.filter {
            $0.name.hasPrefix("x-amz-server-side-encryption") && !$0.name.hasSuffix("-key")
        }
        let headers = [(name: "ETag", value: "\"e\"")] + encryption
        if request.method == .head { return .init(200, headers + [("Content-Length", "1")]) }
        let query = request.query
        let body =
            if query["uploads"] != nil {
                "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
            } else if request.header("x-amz-copy-source") != nil {
                query["partNumber"] == nil
                    ? "<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>"
                    : "<CopyPartResult><ETag>\"e\"</ETag></CopyPartResult>"
            } else if query["uploadId"] != nil, request.method == .post {
                "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>"
            } else if query["uploadId"] != nil, request.method == .get {
                "<ListPartsResult></ListPartsResult>"
            } else if query["tagging"] != nil, request.method == .get {
                "<Tagging><TagSet/></Tagging>"
            } else if query["retention"] != nil, request.method == .get {
                "<Retention></Retention>"
            } else if query["legal-hold"] != nil, request.method == .get {
                "<LegalHold><Status>OFF</Status></LegalHold>"
            } else {
                "x"
            }
        return .init(200, headers, body)
    }

    @Test func everyRequest() async throws {
        var compared: [String: Int] = [:]
        for line in try PythonOracle.lines("botocore_objects.py").dropFirst() {
            let item = try JSONDecoder().decode(Case.self, from: line)
            let transport = FakeTransport { request, _ in Self.answer(request) }
            let driver = try makeDriver(
                transport,
                [
                    "endpoint": "https://h:1", "addressing": "path", "server": "aws",
                    "request_checksum_calculation": "when_required",
                ])
            let isHead = item.verb == "stat"
            try await send(item, driver)
            let request = try #require(
                transport.requests.last { isHead || $0.method != .head || item.verb == "attributes" })
            let ours = request.headers.filter { header in Self.prefixes.contains { header.name.hasPrefix($0) } }
            let label = Comment(rawValue: String(decoding: line, as: UTF8.self))
            #expect(Dictionary(uniqueKeysWithValues: ours.map { ($0.name, $0.value) }) == item.headers, label)
            #expect(request.query == item.query, label)
            if item.body.hasPrefix("<") {
                let text = request.text.drop { $0 != "\n" }.dropFirst()
                #expect(text.replacingOccurrences(of: "&quot;", with: "\"") == item.body, label)
            }
            compared[item.verb, default: 0] += 1
        }
        #expect(compared.count == 19)
        #expect(compared.values.reduce(0, +) == 185)
    }

    private func send(_ item: Case, _ driver: S3Driver) async throws {
        let options = item.item
        let encryption = try options.encryption?.value
        let rare = RareWriteOptions(
            encryption: encryption, storageClass: options.storageClass, tags: options.tags,
            retention: options.retention?.value, legalHold: options.legalHold)
        var write = WriteOptions()
        write.rare = rare
        let upload = UploadID(key: "k", id: "u", encryption: encryption)
        let part = UploadedPart(number: 1, size: 1, etag: "e")
        var copy = CopyOptions(sourceCustomerKey: try options.sourceCustomerKey.map { try CustomerKey(base64: $0) })
        copy.rare = rare
        let read = ReadOptions(customerKey: encryption?.customerKey)
        switch item.verb {
        case "put": _ = try await driver.put("k", Payload(Chunk("x")), write)
        case "create": _ = try await driver.createUpload("k", write)
        case "copy": _ = try await driver.copy("s", to: "k", copy)
        case "part": _ = try await driver.uploadPart(upload, number: 1, Payload(Chunk("x")))
        case "parts": _ = try await driver.listParts(upload)
        case "complete": _ = try await driver.completeUpload(upload, parts: [part], write)
        case "partCopy":
            let plan = try await driver.plan("s", to: "k", copy)
            let request = try S3Request.uploadPartCopy(bucket: "photos", plan, 0..<1, upload, 1)
            _ = try await driver.client.send(request)
        case "get": _ = try await driver.read("k", read)
        case "stat": _ = try await driver.stat("k", read)
        case "attributes":
            let info = ObjectInfo(key: "k", size: 1, etag: "e")
            _ = await driver.parts(info, isRequired: true, customerKey: read.customerKey)
        case "tags": _ = try await driver.tags(of: "k", version: options.version)
        case "removeTags": try await driver.setTags([:], of: "k", version: options.version)
        case "setTags": try await driver.setTags(options.tags ?? [:], of: "k", version: options.version)
        case "retention": _ = try await driver.retention(of: "k", version: options.version)
        case "setRetention":
            try await driver.setRetention(
                options.retention?.value, of: "k", version: options.version,
                bypassesGovernance: options.bypass ?? false)
        case "legalHold": _ = try await driver.legalHold(of: "k", version: options.version)
        case "setLegalHold":
            try await driver.setLegalHold(options.legalHold ?? false, of: "k", version: options.version)
        case "delete":
            try await driver.delete("k", DeleteOptions(version: options.version, bypassesGovernance: true))
        case "restore":
            let tier = options.tier.flatMap { RestoreTier(rawValue: $0) }
            _ = try await driver.restore("k", version: options.version, days: options.days, tier: tier)
        default: Issue.record("an unknown verb: \(item.verb)")
        }
    }
}
