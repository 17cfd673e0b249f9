import Coffer
import Foundation

@testable import S3Driver

/// One case of the AWS test suite, as far as a test needs it.
struct SignatureVector: Sendable {
    let name: String
    let method: String
    let path: String
    let query: [(name: String, value: String)]
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    let context: Context
    private let folder: URL

    struct Context: Decodable, Sendable {
        struct Keys: Decodable, Sendable {
            let access_key_id: String
            let secret_access_key: String
            let token: String?
        }
        let credentials: Keys
        let region: String
        let service: String
        let timestamp: String
        let expiration_in_seconds: Int
        let normalize: Bool
        let sign_body: Bool
        let omit_session_token: Bool?
    }

    /// All cases: of the folder that `COFFER_VECTORS` names, else of the copy beside the tests.
    static let all: [SignatureVector] = {
        let beside = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Vectors")
        let root = ProcessInfo.processInfo.environment["COFFER_VECTORS"].map { URL(filePath: $0) } ?? beside
        let folder = root.appending(path: "sigv4")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { try? SignatureVector(folder.appending(path: $0)) }
    }()

    init(_ folder: URL) throws {
        self.folder = folder
        name = folder.lastPathComponent
        context = try JSONDecoder().decode(Context.self, from: Data(contentsOf: folder.appending(path: "context.json")))
        let text = try String(contentsOf: folder.appending(path: "request.txt"), encoding: .utf8)
        let halves = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        body = halves.count > 1 ? Array(halves[1].utf8) : []
        var lines = halves[0].split(separator: "\n").map(String.init)
        var requestLine = lines.removeFirst()
        method = String(requestLine.prefix { $0 != " " })
        requestLine = String(requestLine.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count))
        let target = requestLine.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        path = target[0]
        query = SignatureVector.parse(query: target.count > 1 ? target[1] : "")
        var headers: [(name: String, value: String)] = []
        for line in lines {
            if line.first == " ", let last = headers.indices.last {
                headers[last].value += "\n" + line
            } else if let colon = line.firstIndex(of: ":") {
                headers.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
            }
        }
        self.headers = headers
    }

    /// Names and values, decoded.
    static func parse(query: String) -> [(name: String, value: String)] {
        query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (
                PercentEncoding.decode(parts[0]) ?? "", PercentEncoding.decode(parts.count > 1 ? parts[1] : "") ?? ""
            )
        }
    }

    /// The contents of one of the expectation files.
    func expected(_ file: String) throws -> String {
        try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    }

    var time: Timestamp { Timestamp(iso8601: context.timestamp) ?? Timestamp(seconds: 0) }

    var signer: Signer {
        let credentials = Credentials(
            accessKeyID: context.credentials.access_key_id, secretAccessKey: context.credentials.secret_access_key,
            sessionToken: context.credentials.token)
        return Signer(
            credentials: credentials, region: context.region, service: context.service,
            rules: SigningRules(
                path: .encodedAgain(normalized: context.normalize), sendsPayloadHash: context.sign_body,
                signsSessionToken: !(context.omit_session_token ?? false)))
    }

    var payload: PayloadHash {
        get throws { .sha256(try body.withUnsafeBytes { try SHA256.hash($0) }) }
    }

    func request() -> CanonicalRequest {
        var request = CanonicalRequest(method: method, path: path)
        for item in query { request.addQuery(item.name, item.value) }
        for header in headers { request.addHeader(header.name, header.value) }
        return request
    }
}
