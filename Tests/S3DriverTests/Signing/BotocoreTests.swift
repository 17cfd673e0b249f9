import Coffer
import Foundation
import HTTPTransport
import Testing

@testable import S3Driver

/// Random requests, signed by botocore and by us.
@Suite("Signatures agree with botocore")
struct BotocoreTests {
    struct Start: Decodable {
        let seed: Int
        let botocore: String
    }

    struct Case: Decodable {
        let index: Int
        let byQuery: Bool
        let method: String
        let scheme: String
        let host: String
        let port: Int?
        let path: String
        let query: [[String]]
        let headers: [[String]]
        let body: String
        let time: Int64
        let access: String
        let secret: String
        let token: String?
        let region: String
        let signsBody: Bool
        let expires: Int
        let canonical: String
        let url: String?
        let added: [String: String]?
    }

    @Test("2,400 random requests")
    func random() throws {
        var arguments: [String] = []
        if let seed = ProcessInfo.processInfo.environment["COFFER_SEED"] { arguments = ["--seed", seed] }
        let lines = try PythonOracle.lines("botocore_oracle.py", arguments)
        let start = try JSONDecoder().decode(Start.self, from: lines[0])
        print("botocore \(start.botocore), seed \(start.seed); repeat with COFFER_SEED=\(start.seed)")
        var compared = 0
        for line in lines.dropFirst() {
            let item = try JSONDecoder().decode(Case.self, from: line)
            try #require(try differences(item) == [], "seed \(start.seed), request \(item.index)")
            compared += 1
        }
        #expect(compared >= 2000)
    }

    /// What we sign otherwise than botocore; empty if all is the same.
    func differences(_ item: Case) throws -> [String] {
        let signer = Signer(
            credentials: Credentials(
                accessKeyID: item.access, secretAccessKey: item.secret, sessionToken: item.token),
            region: item.region)
        let method = try #require(HTTPMethod(rawValue: item.method))
        let origin = HTTPOrigin(scheme: item.scheme == "https" ? .https : .http, host: item.host, port: item.port)
        let query = item.query.map { (name: $0[0], value: $0[1]) }
        let headers = item.headers.map { (name: $0[0], value: $0[1]) }
        let time = Timestamp(seconds: item.time)
        if item.byQuery {
            let url = try signer.presign(
                method, origin, path: item.path, query: query, headers: headers, expiresIn: item.expires, at: time)
            // botocore keeps a default port in the URL and its own order of parameters.
            let theirs = try #require(item.url)
            guard
                parameters(url) == parameters(theirs)
                    && url.hasPrefix("\(item.scheme)://\(origin.authority)\(item.path)?")
            else { return [url, theirs, item.canonical] }
            return []
        }
        var request = HTTPRequest(method, origin, target: item.path, headers: headers)
        let body = stride(from: 0, to: item.body.count, by: 2).map { offset in
            let start = item.body.index(item.body.startIndex, offsetBy: offset)
            return UInt8(item.body[start..<item.body.index(start, offsetBy: 2)], radix: 16) ?? 0
        }
        let payload = item.signsBody ? PayloadHash.sha256(try body.withUnsafeBytes { try SHA256.hash($0) }) : .unsigned
        try signer.sign(&request, query: query, payload: payload, at: time)
        let added = Dictionary(uniqueKeysWithValues: request.headers[headers.count...].map { ($0.name, $0.value) })
        let canonicalQuery = item.canonical.split(separator: "\n", omittingEmptySubsequences: false)[2]
        let target = item.path + (canonicalQuery.isEmpty ? "" : "?" + canonicalQuery)
        return added == item.added && request.target == target
            ? [] : ["\(added)", "\(item.added ?? [:])", request.target, item.canonical]
    }

    private func parameters(_ url: String) -> [String] {
        url.split(separator: "?", maxSplits: 1).last.map { $0.split(separator: "&").map(String.init).sorted() } ?? []
    }
}
