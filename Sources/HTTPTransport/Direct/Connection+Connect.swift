import CSockets
import Coffer
import Glibc

extension Connection {
    /// Goes on with connecting: TCP, then TLS.
    func stepConnect() throws(StoreError) -> Progress {
        if !isConnected {
            let number = coffer_socket_error(socket)
            guard number == 0 else { throw refused(number) }
            // Without an error and without a peer it is still under way.
            var address = sockaddr_storage()
            var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let hasPeer = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(socket, $0, &size) == 0 }
            }
            if !hasPeer { return .wait(coffer_epoll_out) }
            isConnected = true
        }
        guard let tls else { return .done }
        return try tls.handshake(origin)
    }

    func refused(_ number: Int32) -> StoreError {
        StoreError(
            .connectionFailed,
            "cannot connect to \(origin.endpoint): \(systemMessage(number)); check that the server runs and can be "
                + "reached", isRetryable: true)
    }
}
