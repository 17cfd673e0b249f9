import Coffer
import Foundation
import Loopback

@testable import S3Driver

/// A small S3 server that a test can make behave badly, over real sockets.
///
/// It checks what a real one checks: signature, digest, clock, region, conditions, ranges, the parts of an upload. What
/// a test makes it do wrong happens on top of that.
final class S3StandIn: Sendable {
    /// One request, before its body has been read.
    struct Call: Sendable {
        let method: String
        /// The object's key; empty for the bucket.
        let key: String
        /// The parameters, decoded.
        let query: [String: String]
        let head: Peer.Request
        /// How many requests of this method, key and kind came before.
        let number: Int
        let time = ContinuousClock.now

        var isPart: Bool { method == "PUT" && query["partNumber"] != nil }
        var isCompletion: Bool { method == "POST" && query["uploadId"] != nil }
        var isCopy: Bool { head.header("x-amz-copy-source") != nil }
    }

    /// What is answered.
    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// What `Content-Length` says; nil for the length of the body, negative for no header.
        var length: Int?
        /// What stands at the beginning of the status line.
        var version = "HTTP/1.1"

        init(_ status: Int = 200, _ headers: [(String, String)] = [], _ body: [UInt8] = []) {
            self.status = status
            self.headers = headers
            self.body = body
        }

        init(_ status: Int = 200, _ headers: [(String, String)] = [], text: String) {
            self.init(status, headers, Array(text.utf8))
        }

        /// As bytes; without the body for HEAD.
        func wire(_ method: String) -> [UInt8] {
            var text = "\(version) \(status) X\r\n"
            for (name, value) in headers { text += "\(name): \(value)\r\n" }
            if status != 304 && (length ?? 0) >= 0 { text += "Content-Length: \(length ?? body.count)\r\n" }
            return Array((text + "\r\n").utf8) + (method == "HEAD" || status == 304 ? [] : body)
        }
    }

    /// What happens to a request.
    enum Fault: Sendable {
        /// What should happen.
        case none
        /// The request is read, and this is answered; nothing is done.
        case answer(Answer)
        /// The request is carried out; its answer is another one.
        case change(@Sendable (inout Answer) -> Void)
        /// The request is carried out; only so many bytes of the answer are sent, then comes a reset or an end.
        case cut(after: Int, resets: Bool)
        /// The test speaks to the client itself; the body has not been read. The connection is closed afterwards.
        case script(@Sendable (Peer, S3StandIn, Call) throws -> Void)
    }

    struct State {
        var objects: [String: StandInObject] = [:]
        var uploads: [String: StandInUpload] = [:]
        var lastUpload = 0
        var counts: [String: Int] = [:]
        var calls: [Call] = []
        /// The region that requests must be signed for.
        var region = "eu-central-1"
        /// How far the server's clock is ahead, in seconds.
        var skew: Int64 = 0
    }

    static let bucket = "photos"
    static let keys = Credentials(accessKeyID: "AKID", secretAccessKey: "topsecret", sessionToken: nil)

    let state = Lock(State())
    private let decide: @Sendable (Call) -> Fault

    init(_ decide: @escaping @Sendable (Call) -> Fault = { _ in .none }) { self.decide = decide }

    /// What was asked so far.
    var calls: [Call] { state.withLock { $0.calls } }

    func calls(_ method: String, _ key: String) -> Int { calls.count { $0.method == method && $0.key == key } }

    subscript(key: String) -> [UInt8]? {
        get { state.withLock { $0.objects[key]?.bytes } }
        set { state.withLock { $0.objects[key] = newValue.map { StandInObject($0) } } }
    }

    /// Opens a port.
    func listen(_ way: Way = .directly) throws -> LoopbackServer {
        try LoopbackServer(certificate: way.isTLS ? try TestCertificates.shared.get().server : nil) { [self] peer in
            while try serve(peer) {}
        }
    }

    /// Serves one request.
    ///
    /// - Returns: Whether the connection goes on.
    func serve(_ peer: Peer) throws -> Bool {
        guard let head = try peer.readHead() else { return false }
        let call = note(head)
        let fault = decide(call)
        if case .script(let body) = fault {
            try body(peer, self, call)
            return false
        }
        if head.header("expect") != nil { try peer.send("HTTP/1.1 100 Continue\r\n\r\n") }
        let body = try peer.readBody(head.length)
        var answer: Answer
        switch fault {
        case .answer(let given): answer = given
        default: answer = carryOut(call, body)
        }
        if answer.headers.allSatisfy({ $0.0.lowercased() != "date" }) {
            answer.headers.append(("Date", now.httpDate))
        }
        if case .change(let change) = fault { change(&answer) }
        let bytes = answer.wire(call.method)
        if case .cut(let count, let resets) = fault {
            try peer.send(Array(bytes.prefix(count)))
            if resets { peer.reset() }
            return false
        }
        try peer.send(bytes)
        return answer.version == "HTTP/1.1" && (answer.length ?? 0) >= 0
    }

    /// The server's clock.
    var now: Timestamp { Timestamp.now().advanced(by: .seconds(state.withLock { $0.skew })) }

    private func note(_ head: Peer.Request) -> Call {
        let parts = head.target.split(separator: "?", maxSplits: 1)
        let path = PercentEncoding.decode(String(parts.first ?? "")) ?? ""
        let key = String(path.dropFirst(Self.bucket.count + 2))
        var query: [String: String] = [:]
        for pair in parts.dropFirst().joined().split(separator: "&") {
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = words.count > 1 ? String(words[1]) : ""
            query[PercentEncoding.decode(String(words[0])) ?? ""] = PercentEncoding.decode(value)
        }
        let kind =
            "\(head.method) \(key) \(query["partNumber"] ?? "") \(query["uploadId"] ?? "") \(query["uploads"] ?? "-")"
        return state.withLock { state in
            let number = state.counts[kind, default: 0]
            state.counts[kind] = number + 1
            let call = Call(method: head.method, key: key, query: query, head: head, number: number)
            state.calls.append(call)
            return call
        }
    }

    /// An S3 error.
    static func error(_ status: Int, _ code: String, extra: String = "", _ headers: [(String, String)] = []) -> Answer {
        Answer(status, [("Content-Type", "application/xml")] + headers, text: errorXML(code, extra: extra))
    }
}
