import CSockets
import CTLS
import Foundation
import Synchronization

/// A server that does what a test says, byte by byte: one thread for each connection, blocking calls.
///
/// `@unchecked Sendable`: socket and context never change; the counts are atomic.
package final class LoopbackServer: @unchecked Sendable {
    /// The port on 127.0.0.1.
    package let port: Int
    private let listener: Int32
    private let context: OpaquePointer?
    private let handler: @Sendable (Peer) throws -> Void
    private let accepted = Atomic<Int>(0)
    private let open = Atomic<Int>(0)

    /// Counts the connections accepted so far.
    package var connections: Int { accepted.load(ordering: .acquiring) }
    /// Counts the connections that are open now.
    package var openConnections: Int { open.load(ordering: .acquiring) }

    /// Starts.
    ///
    /// - Parameters:
    ///   - certificate: What it speaks TLS with; nil for plain TCP.
    ///   - handler: Serves one connection, on a thread of its own; the connection is closed afterwards.
    package init(certificate: TestCertificates.Server? = nil, _ handler: @escaping @Sendable (Peer) throws -> Void)
        throws
    {
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
