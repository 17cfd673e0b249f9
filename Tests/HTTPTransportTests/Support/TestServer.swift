import CSockets
import CTLS
import Foundation
import Synchronization

/// A server that does what a test says, byte by byte: one thread for each connection, blocking calls.
final class TestServer: @unchecked Sendable {
    let port: Int
    private let listener: Int32
    private let context: OpaquePointer?
    private let handler: @Sendable (Peer) throws -> Void
    private let accepted = Atomic<Int>(0)
    private let open = Atomic<Int>(0)

    /// Counts the connections accepted so far.
    var connections: Int { accepted.load(ordering: .acquiring) }
    /// Counts the connections that are open now.
    var openConnections: Int { open.load(ordering: .acquiring) }

    init(certificate: TestCertificates.Server? = nil, _ handler: @escaping @Sendable (Peer) throws -> Void) throws {
        signal(SIGPIPE, SIG_IGN)
        self.handler = handler
        if let certificate {
            let context = SSL_CTX_new(TLS_server_method())
            guard SSL_CTX_use_certificate_chain_file(context, certificate.certificate) == 1,
                SSL_CTX_use_PrivateKey_file(context, certificate.key, SSL_FILETYPE_PEM) == 1
            else { throw TestFailure("the server's certificate cannot be used") }
            self.context = context
        } else {
            context = nil
        }
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        _ = coffer_set_option(listener, SOL_SOCKET, SO_REUSEADDR, 1)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, size) == 0 && listen(listener, 512) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        guard bound else { throw TestFailure("no port to listen on") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 {
                    // Only here: a number closed elsewhere could be another listener's by the next call.
                    close(listener)
                    return
                }
                guard let self else {
                    close(descriptor)
                    return
                }
                self.serve(descriptor)
            }
        }
    }

    private func serve(_ descriptor: Int32) {
        accepted.add(1, ordering: .acquiringAndReleasing)
        open.add(1, ordering: .acquiringAndReleasing)
        _ = coffer_set_option(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        let number = connections
        Thread.detachNewThread { [self] in
            let peer = Peer(descriptor, context, number)
            if peer.handshake() { try? handler(peer) }
            peer.close()
            open.subtract(1, ordering: .acquiringAndReleasing)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        if let context { SSL_CTX_free(context) }
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// One connection, from the server's side.
final class Peer: @unchecked Sendable {
    let number: Int
    private var descriptor: Int32
    private var tls: OpaquePointer?
    private var buffer: [UInt8] = []

    init(_ descriptor: Int32, _ context: OpaquePointer?, _ number: Int) {
        self.descriptor = descriptor
        self.number = number
        if let context {
            tls = SSL_new(context)
            SSL_set_fd(tls, descriptor)
        }
    }

    func handshake() -> Bool { tls == nil || SSL_accept(tls) == 1 }

    /// One request's head, and what it says.
    struct Request {
        let text: String
        let line: String
        let headers: [(String, String)]
        func header(_ name: String) -> String? {
            headers.first { $0.0.lowercased() == name.lowercased() }?.1
        }
        var length: Int { Int(header("content-length") ?? "0") ?? 0 }
        var method: String { String(line.split(separator: " ").first ?? "") }
        var target: String { String(line.split(separator: " ").dropFirst().first ?? "") }
    }

    /// The next head; nil when the client has closed.
    func readHead() throws -> Request? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let text = String(decoding: buffer[..<end.upperBound], as: UTF8.self)
                buffer.removeSubrange(..<end.upperBound)
                let lines = text.components(separatedBy: "\r\n")
                let headers = lines.dropFirst().compactMap { line -> (String, String)? in
                    guard let colon = line.firstIndex(of: ":") else { return nil }
                    let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                    return (String(line[..<colon]), value)
                }
                return Request(text: text, line: lines[0], headers: headers)
            }
            guard try receive() else { return nil }
        }
    }

    /// The next so many bytes of a body.
    func readBody(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try receive() else { throw TestFailure("the client closed in the midst of a body") }
        }
        defer { buffer.removeSubrange(..<count) }
        return Array(buffer[..<count])
    }

    /// Reads and forgets a body.
    func skipBody(_ count: Int) throws {
        var left = count
        while left > 0 {
            if buffer.isEmpty, try !receive() { throw TestFailure("the client closed in the midst of a body") }
            let part = min(left, buffer.count)
            buffer.removeSubrange(..<part)
            left -= part
        }
    }

    /// A head and its whole body.
    func readRequest() throws -> (Request, [UInt8])? {
        guard let head = try readHead() else { return nil }
        return (head, try readBody(head.length))
    }

    private func receive() throws -> Bool {
        var part = [UInt8](repeating: 0, count: 64 << 10)
        let count = tls == nil ? recv(descriptor, &part, part.count, 0) : Int(SSL_read(tls, &part, Int32(part.count)))
        if count <= 0 { return false }
        buffer.append(contentsOf: part[..<count])
        return true
    }

    /// Whether the client has closed, without taking bytes; waits up to so many seconds.
    func waitsForClose(_ seconds: Double) -> Bool {
        let peerClosed: Int16 = 0x2000
        var entry = pollfd(fd: descriptor, events: peerClosed, revents: 0)
        return poll(&entry, 1, Int32(seconds * 1000)) > 0
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { part in
                tls == nil
                    ? coffer_send(descriptor, part.baseAddress, part.count, 0)
                    : Int(SSL_write(tls, part.baseAddress, Int32(part.count)))
            }
            if count <= 0 { throw TestFailure("the client is gone") }
            offset += count
        }
    }

    /// Passes bytes on, both ways, until one side closes.
    func relay(to port: Int) throws {
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(other) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw TestFailure("nobody to relay to") }
        var entries = [descriptor, other].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while poll(&entries, 2, 10_000) > 0 {
            for (index, target) in [(0, other), (1, descriptor)] where entries[index].revents != 0 {
                let count = recv(entries[index].fd, &part, part.count, 0)
                if count <= 0 { return }
                var offset = 0
                while offset < count {
                    let sent = part[offset..<count].withUnsafeBytes { coffer_send(target, $0.baseAddress, $0.count, 0) }
                    if sent <= 0 { return }
                    offset += sent
                }
            }
        }
    }

    /// A whole response.
    func respond(_ status: Int = 200, _ body: [UInt8] = [], headers: String = "") throws {
        try send(Array("HTTP/1.1 \(status) X\r\nContent-Length: \(body.count)\r\n\(headers)\r\n".utf8) + body)
    }

    func close() {
        guard descriptor >= 0 else { return }
        if let tls {
            SSL_shutdown(tls)
            SSL_free(tls)
        }
        tls = nil
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Closes so that the client sees a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        if let tls { SSL_free(tls) }
        tls = nil
        Glibc.close(descriptor)
        descriptor = -1
    }
}
