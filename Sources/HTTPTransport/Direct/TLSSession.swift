import CSockets
import CTLS
import Coffer
import Glibc

/// TLS on one connection. Records are collected and sent many at a time: a system call for each would cost more
/// than the encryption.
///
/// Not safe for two threads at a time: the connection's lock is held.
final class TLSSession {
    /// How much is encrypted before it is sent.
    static let batch = 256 << 10
    private static let record = 16 << 10

    private let tls: OpaquePointer
    private let output: TLSOutput
    private let socket: Int32

    init(_ context: TLSContext, socket: Int32, _ origin: HTTPOrigin) throws(StoreError) {
        guard let tls = SSL_new(context.context), let input = BIO_new_socket(socket, BIO_NOCLOSE),
            let output = TLSOutput()
        else { throw StoreError(.internal, "OpenSSL gives no TLS connection: \(TLSContext.lastError())") }
        SSL_set0_rbio(tls, input)
        SSL_set0_wbio(tls, output.bio)
        self.tls = tls
        self.output = output
        self.socket = socket
        let parameters = SSL_get0_param(tls)
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, origin.host) != 1 {
            ERR_clear_error()
            SSL_set1_host(tls, origin.host)
            _ = coffer_tls_set_server_name(tls, origin.host)
        }
        context.resume(tls, origin)
        SSL_set_connect_state(tls)
    }

    deinit { SSL_free(tls) }

    func keepSession(_ context: TLSContext, _ origin: HTTPOrigin) { context.keepSession(tls, origin) }

    /// Goes on with the handshake.
    ///
    /// - Returns: What it waits for, or done.
    func handshake(_ origin: HTTPOrigin) throws(StoreError) -> Progress {
        ERR_clear_error()
        let result = SSL_do_handshake(tls)
        let reason = result == 1 ? SSL_ERROR_NONE : SSL_get_error(tls, result)
        switch flush() {
        case .wouldBlock: return .wait(coffer_epoll_out)
        case .failed(let number, _):
            throw broken(origin, systemMessage(number))
        default: break
        }
        if reason == SSL_ERROR_NONE { return .done }
        if reason == SSL_ERROR_WANT_READ { return .wait(coffer_epoll_in) }
        let verdict = SSL_get_verify_result(tls)
        if verdict != Int(X509_V_OK), let text = X509_verify_cert_error_string(verdict) {
            throw untrusted(origin.endpoint, String(cString: text))
        }
        throw broken(origin, reason == SSL_ERROR_SYSCALL ? "the server closed the connection" : TLSContext.lastError())
    }

    private func broken(_ origin: HTTPOrigin, _ text: String) -> StoreError {
        StoreError(
            .connectionFailed,
            "no TLS connection to \(origin.endpoint): \(text); check that the port speaks TLS, or use http",
            isRetryable: true)
    }

    /// Decrypts into the caller's memory, as much as there is.
    func read(_ target: UnsafeMutableRawBufferPointer) -> IO {
        var filled = 0
        while filled < target.count, let base = target.baseAddress {
            var count = 0
            ERR_clear_error()
            let result = SSL_read_ex(tls, base + filled, target.count - filled, &count)
            if result == 1 {
                filled += count
                continue
            }
            if filled > 0 { break }
            switch SSL_get_error(tls, result) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
            case SSL_ERROR_ZERO_RETURN: return .end
            case SSL_ERROR_SYSCALL:
                let number = errno
                return number == 0 ? .end : .failed(number, "")
            default: return .failed(0, TLSContext.lastError())
            }
        }
        return filled > 0 ? .count(filled) : .wouldBlock
    }

    /// Whether the idle connection is still open; takes in what the server has sent for TLS itself.
    func isAlive() -> Bool {
        var byte: UInt8 = 0
        var count = 0
        ERR_clear_error()
        let result = SSL_peek_ex(tls, &byte, 1, &count)
        return result != 1 && SSL_get_error(tls, result) == SSL_ERROR_WANT_READ
    }

    /// Encrypts up to a batch; ``flush()`` sends it.
    ///
    /// - Returns: How many bytes were taken; nil if TLS has failed.
    func encrypt(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var taken = 0
        while taken < min(bytes.count, Self.batch), let base = bytes.baseAddress {
            var count = 0
            ERR_clear_error()
            guard SSL_write_ex(tls, base + taken, min(bytes.count - taken, Self.record), &count) == 1 else {
                return nil
            }
            taken += count
        }
        return taken
    }

    /// Sends what has been encrypted.
    ///
    /// - Returns: `.count` if all of it is gone.
    func flush() -> IO {
        while !output.isEmpty {
            switch PlainSocket.write(socket, output.contents) {
            case .count(let count): output.drop(count)
            case let other: return other
            }
        }
        return .count(1)
    }

    /// Says good-bye, as far as that goes without waiting.
    func shutDown() {
        ERR_clear_error()
        SSL_shutdown(tls)
        _ = flush()
        ERR_clear_error()
    }
}
