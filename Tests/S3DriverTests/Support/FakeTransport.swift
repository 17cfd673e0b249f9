import Coffer
import HTTPTransport

@testable import S3Driver

/// A transport that answers as a test says, and remembers what it was asked.
final class FakeTransport: HTTPTransport {
    struct Answer: Sendable {
        var status = 200
        var headers: [(name: String, value: String)] = []
        var body = ""

        init(_ status: Int = 200, _ headers: [(name: String, value: String)] = [], _ body: String = "") {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    private let answer: @Sendable (HTTPRequest, Int) throws(StoreError) -> Answer
    private let log = Lock<[HTTPRequest]>([])

    /// Answers by a function of the request and its number, from 0.
    init(_ answer: @escaping @Sendable (HTTPRequest, Int) throws(StoreError) -> Answer) { self.answer = answer }

    /// Answers in order; the last one for ever.
    convenience init(_ answers: Answer...) {
        self.init { _, number in answers[min(number, answers.count - 1)] }
    }

    var requests: [HTTPRequest] { log.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(StoreError) -> HTTPResponse {
        let number = log.withLock { log in
            log.append(request)
            return log.count - 1
        }
        let answer = try answer(request, number)
        let body = request.method == .head || answer.status == 304 ? Chunk() : Chunk(answer.body)
        let headers = HTTPHeaders(answer.headers)
        let length = headers["content-length"].flatMap { Int64($0) } ?? Int64(body.count)
        return HTTPResponse(
            status: answer.status, headers: headers, contentLength: length, body: .collected(body))
    }

    func close() async {}
}

extension HTTPRequest {
    /// The value of a header; nil if there is none.
    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    var path: String { String(target.prefix { $0 != "?" }) }

    /// The parameters, decoded.
    var query: [String: String] {
        var result: [String: String] = [:]
        guard let mark = target.firstIndex(of: "?") else { return result }
        for pair in target[target.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            result[PercentEncoding.decode(String(parts[0])) ?? ""] = PercentEncoding.decode(String(parts.last ?? ""))
        }
        return result
    }

    /// The body as text.
    var text: String {
        var bytes = [UInt8](repeating: 0, count: Int(body.count))
        var offset = 0
        bytes.withUnsafeMutableBytes { buffer in
            while offset < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[offset...])
                guard let count = try? body.read(into: rest, at: Int64(offset)), count > 0 else { break }
                offset += count
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The driver over a fake transport.
func makeDriver(
    _ transport: FakeTransport, _ options: [String: String] = [:], environment: [String: String] = [:],
    credentials: any CredentialProvider = StaticCredentials(
        Credentials(accessKeyID: "AKID", secretAccessKey: "topsecret")),
    now: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: 1_700_000_000) }
) throws -> S3Driver {
    var settings = ["bucket": "photos", "region": "eu-central-1"]
    settings.merge(options) { $1 }
    let configuration = try Configuration(
        settings, driver: "s3", schema: S3Driver.descriptor.fullSchema, environment: environment)
    return S3Driver(
        S3Client(
            try S3Settings(configuration), transport: transport,
            credentials: credentials,
            now: now))
}

/// An S3 error document.
func errorXML(_ code: String, _ message: String = "some words", extra: String = "") -> String {
    "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>\(message)</Message>\(extra)"
        + "<RequestId>REQ1</RequestId></Error>"
}
