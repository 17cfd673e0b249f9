import CTLS
import Coffer
import Glibc

/// What all TLS connections of an engine share: the trusted authorities, and the sessions to resume.
///
/// `@unchecked Sendable`: an `SSL_CTX` that is not changed any more may be used by many threads; `sessions` has a lock.
final class TLSContext: @unchecked Sendable {
    /// Decrypted in one go from one `recv`: several records.
    static let readBuffer = 256 << 10

    let context: OpaquePointer
    let verifies: Bool
    private let sessions = Lock<[HTTPOrigin: SessionBox]>([:])

    /// `@unchecked Sendable`: a session is not changed after it has been taken from its connection.
    private final class SessionBox: @unchecked Sendable {
        let session: OpaquePointer
        init(_ session: OpaquePointer) { self.session = session }
        deinit { SSL_SESSION_free(session) }
    }

    init(_ configuration: HTTPTransportConfiguration) throws(StoreError) {
        guard let context = SSL_CTX_new(TLS_client_method()) else {
            throw StoreError(.internal, "OpenSSL gives no TLS context: \(Self.lastError())")
        }
        self.context = context
        verifies = !configuration.allowsInsecureTLS
        coffer_tls_context_set_up(context, Self.readBuffer)
        SSL_CTX_set_verify(context, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
        SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count))
        if let caFile = configuration.caFile {
            guard SSL_CTX_load_verify_locations(context, caFile, nil) == 1 else {
                throw StoreError(
                    .invalidConfiguration,
                    "cannot use the CA file '\(caFile)': \(Self.lastError()); check the option caFile")
            }
        } else {
            SSL_CTX_set_default_verify_paths(context)
        }
    }

    deinit { SSL_CTX_free(context) }

    /// OpenSSL's words for the last failure on this thread.
    static func lastError() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else { return "no reason given" }
        return String(cString: reason)
    }

    /// Lets a new connection resume a session with its server.
    func resume(_ tls: OpaquePointer, _ origin: HTTPOrigin) {
        guard let box = sessions.withLock({ $0[origin] }) else { return }
        SSL_set_session(tls, box.session)
    }

    /// Keeps the session of a connection that has worked.
    func keepSession(_ tls: OpaquePointer, _ origin: HTTPOrigin) {
        guard let session = SSL_get1_session(tls) else { return }
        let box = SessionBox(session)
        guard SSL_SESSION_is_resumable(session) == 1 else { return }
        sessions.withLock { sessions in
            if sessions.count >= 1024 { sessions.removeAll() }
            sessions[origin] = box
        }
    }
}
