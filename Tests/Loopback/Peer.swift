import CSockets
import CTLS
import Foundation

/// What a test's own machinery could not do.
package struct TestFailure: Error, CustomStringConvertible {
    /// What went wrong.
    package let description: String
    /// Makes an error of words.
    package init(_ description: String) { self.description = description }
}

/// One connection, from the server's side.
///
/// `@unchecked Sendable`: one thread has it, that of the connection.
package final class Peer: @unchecked Sendable {
    /// Which connection of its server it is, from 1.
    package let number: Int
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
    package struct Request {
        /// All of it, the empty line too.
        package let text: String
        /// The first line.
        package let line: String
        /// Names as they came, and values.
        package let headers: [(String, String)]
        /// The value of a header, whatever the case of its name.
        package func header(_ name: String) -> String? {
            headers.first { $0.0.lowercased() == name.lowercased() }?.1
        }
        /// What `Content-Length` says; 0 without one.
        package var length: Int { Int(header("content-length") ?? "0") ?? 0 }
        /// The method.
        package var method: String { String(line.split(separator: " ").first ?? "") }
        /// Path and query.
        package var target: String { String(line.split(separator: " ").dropFirst().first ?? "") }
    }

    /// The next head; nil when the client has closed.
    package func readHead() throws -> Request? {
        while true {
            if let end = endOfHead() {
                let text = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(..<end)
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

    /// Where the empty line ends; by the system's own search, for tests are not optimised.
    private func endOfHead() -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            var at = 0
            while let found = memchr(start + at, 0x0A, bytes.count - at) {
                at = start.distance(to: UnsafeRawPointer(found)) + 1
                if at >= 4, bytes[at - 2] == 0x0D, bytes[at - 3] == 0x0A, bytes[at - 4] == 0x0D { return at }
            }
            return nil
        }
    }

    /// The next so many bytes of a body.
    package func readBody(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try receive() else { throw TestFailure("the client closed in the midst of a body") }
        }
        defer { buffer.removeSubrange(..<count) }
        return Array(buffer[..<count])
    }

    /// Reads and forgets a body.
    package func skipBody(_ count: Int) throws {
        var left = count
        while left > 0 {
            if buffer.isEmpty, try !receive() { throw TestFailure("the client closed in the midst of a body") }
            let part = min(left, buffer.count)
            buffer.removeSubrange(..<part)
            left -= part
        }
    }

    /// A head and its whole body.
    package func readRequest() throws -> (Request, [UInt8])? {
        guard let head = try readHead() else { return nil }
        return (head, try readBody(head.length))
    }

    /// Takes so many bytes from the socket, whatever they are, and no more.
    ///
    /// - Returns: Whether they all came before the client closed. Not over TLS.
    package func receiveExactly(_ count: Int) -> Bool {
        var left = count
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while left > 0 {
            let got = recv(descriptor, &part, min(left, part.count), 0)
            if got <= 0 { return false }
            left -= got
        }
        return true
    }

    private func receive() throws -> Bool {
        var part = [UInt8](repeating: 0, count: 64 << 10)
        let count = tls == nil ? recv(descriptor, &part, part.count, 0) : Int(SSL_read(tls, &part, Int32(part.count)))
        if count <= 0 { return false }
        buffer.append(contentsOf: part[..<count])
        return true
    }

    /// Whether the client has closed, without taking bytes; waits up to so many seconds.
    package func waitsForClose(_ seconds: Double) -> Bool {
        let peerClosed: Int16 = 0x2000
        var entry = pollfd(fd: descriptor, events: peerClosed, revents: 0)
        return poll(&entry, 1, Int32(seconds * 1000)) > 0
    }

    /// Sends a text.
    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends bytes.
    package func send(_ bytes: [UInt8]) throws {
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
    package func relay(to port: Int) throws {
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
    package func respond(_ status: Int = 200, _ body: [UInt8] = [], headers: String = "") throws {
        try send(Array("HTTP/1.1 \(status) X\r\nContent-Length: \(body.count)\r\n\(headers)\r\n".utf8) + body)
    }

    /// Closes in order.
    package func close() {
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
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        if let tls { SSL_free(tls) }
        tls = nil
        Glibc.close(descriptor)
        descriptor = -1
    }
}
