import Coffer
import Foundation
import Glibc

/// A proxy in front of a real server that breaks what a test tells it to break.
///
/// One thread for each connection; each request goes to the server over a connection of its own.
final class FaultProxy: Sendable {
    /// What the proxy sees of a request before it decides.
    struct Request: Sendable {
        let method: String
        let target: String
        let head: String
        /// The length of the body.
        let length: Int

        var isPart: Bool { method == "PUT" && target.contains("partNumber=") }
        var isCompletion: Bool { method == "POST" && target.contains("uploadId=") }
        var isAbort: Bool { method == "DELETE" && target.contains("uploadId=") }
        func header(_ name: String) -> String? {
            for line in head.components(separatedBy: "\r\n") where line.lowercased().hasPrefix(name + ":") {
                return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
            }
            return nil
        }
    }

    /// What goes wrong.
    enum Fault: Sendable {
        /// Nothing.
        case none
        /// The connection is reset after so many bytes of the request's body.
        case dropRequest(after: Int)
        /// The proxy answers itself; the server never hears of it.
        case answer(status: Int, body: String)
        /// The server carries it out, but its answer gets lost.
        case loseAnswer
        /// No answer ever comes.
        case hang
        /// The answer's body is cut after so many bytes, its length stands.
        case cutAnswer(after: Int)
        /// The answer's body stops after so many bytes, and nothing more ever comes.
        case stallAnswer(after: Int)
        /// The byte at this offset of the request's body is another one.
        case changeRequest(at: Int)
        /// The request's body ends with other bytes: those given, instead of as many of its own.
        case changeRequestEnd(String)
        /// The byte at this offset of the answer's body is another one.
        case changeAnswer(at: Int)
        /// The answer says that it is longer than it is.
        case exaggerate(by: Int)
    }

    let port: Int
    private let listener: Int32
    private let upstream: Int
    private let decide: @Sendable (Request) -> Fault
    private let log = Lock<[Request]>([])
    private let sockets = Lock<(open: Set<Int32>, isStopped: Bool)>(([], false))

    /// Starts.
    ///
    /// - Parameters:
    ///   - upstream: The server's port on 127.0.0.1.
    ///   - decide: Says what goes wrong with a request.
    init(upstream: Int, _ decide: @escaping @Sendable (Request) -> Fault) throws {
        self.upstream = upstream
        self.decide = decide
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listener = descriptor
        var address = Self.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in acceptAll() }
    }

    var requests: [Request] { log.withLock { $0 } }

    /// Ends all connections.
    func stop() {
        let open = sockets.withLock { state in
            state.isStopped = true
            return state.open
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            if client < 0 { break }
            let isStopped = sockets.withLock { state in
                state.open.insert(client)
                return state.isStopped
            }
            if isStopped {
                close(client)
                break
            }
            Thread.detachNewThread { [self] in
                while serve(client) {}
                _ = sockets.withLock { $0.open.remove(client) }
                close(client)
            }
        }
        close(listener)
    }

    /// Serves one request; whether the connection goes on.
    private func serve(_ client: Int32) -> Bool {
        guard let (head, early) = Self.readHead(client) else { return false }
        let first = head.prefix { $0 != "\r\n" }.split(separator: " ")
        guard first.count == 3 else { return false }
        var request = Request(method: String(first[0]), target: String(first[1]), head: head, length: 0)
        request = Request(
            method: request.method, target: request.target, head: head,
            length: Int(request.header("content-length") ?? "0") ?? 0)
        log.withLock { $0.append(request) }
        let fault = decide(request)
        if request.header("expect") != nil { Self.write(client, Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        if case .dropRequest(let limit) = fault {
            _ = Self.readBody(client, early, limit)
            Self.reset(client)
            return false
        }
        guard var body = Self.readBody(client, early, request.length) else { return false }
        switch fault {
        case .changeRequest(let offset): if offset < body.count { body[offset] ^= 1 }
        case .changeRequestEnd(let text): body.replaceSubrange((body.count - text.utf8.count)..., with: text.utf8)
        case .hang:
            Self.waitForEnd(client)
            return false
        case .answer(let status, let text):
            let head =
                "HTTP/1.1 \(status) X\r\nContent-Length: \(text.utf8.count)\r\nContent-Type: application/xml\r\n\r\n"
            return Self.write(client, Array((head + (request.method == "HEAD" ? "" : text)).utf8))
        default: break
        }
        guard var answer = forward(head, body) else { return false }
        guard let end = answer.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
        switch fault {
        case .loseAnswer:
            Self.reset(client)
            return false
        case .cutAnswer(let limit):
            Self.write(client, Array(answer[..<min(answer.count, end.upperBound + limit)]))
            return false
        case .stallAnswer(let limit):
            Self.write(client, Array(answer[..<min(answer.count, end.upperBound + limit)]))
            Self.waitForEnd(client)
            return false
        case .changeAnswer(let offset):
            if end.upperBound + offset < answer.count { answer[end.upperBound + offset] ^= 1 }
        case .exaggerate(let extra):
            let text = String(decoding: answer[..<end.upperBound], as: UTF8.self)
            let length = answer.count - end.upperBound
            let changed = text.replacingOccurrences(
                of: "(?i)content-length: *[0-9]+", with: "Content-Length: \(length + extra)",
                options: .regularExpression)
            answer = Array(changed.utf8) + answer[end.upperBound...]
        default: break
        }
        Self.write(client, answer)
        return false
    }

    /// Sends a request to the server; its whole answer.
    private func forward(_ head: String, _ body: [UInt8]) -> [UInt8]? {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(server) }
        var address = Self.address(upstream)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return nil }
        let lines = head.components(separatedBy: "\r\n").filter {
            !$0.isEmpty && !$0.lowercased().hasPrefix("expect:") && !$0.lowercased().hasPrefix("connection:")
        }
        guard Self.write(server, Array((lines + ["Connection: close", "", ""]).joined(separator: "\r\n").utf8)),
            Self.write(server, body)
        else { return nil }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(server, &buffer, buffer.count, 0)
            if count <= 0 { return answer }
            answer += buffer[..<count]
        }
    }

    private static func readHead(_ client: Int32) -> (head: String, early: [UInt8])? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = recv(client, &buffer, buffer.count, 0)
            if count <= 0 { return nil }
            bytes += buffer[..<count]
            if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                return (String(decoding: bytes[..<end.upperBound], as: UTF8.self), Array(bytes[end.upperBound...]))
            }
        }
    }

    private static func readBody(_ client: Int32, _ early: [UInt8], _ length: Int) -> [UInt8]? {
        var body = early
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while body.count < length {
            let count = recv(client, &buffer, min(buffer.count, length - body.count), 0)
            if count <= 0 { return nil }
            body += buffer[..<count]
        }
        return body
    }

    @discardableResult
    private static func write(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                raw.baseAddress.map { send(descriptor, $0 + offset, bytes.count - offset, Int32(MSG_NOSIGNAL)) } ?? 0
            }
            if count <= 0 { return false }
            offset += count
        }
        return true
    }

    private static func waitForEnd(_ client: Int32) {
        var byte: UInt8 = 0
        while recv(client, &byte, 1, 0) > 0 {}
    }

    /// Closes with a reset instead of an orderly end.
    private static func reset(_ client: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }
}
