import Coffer

extension HTTPRequest {
    /// Refuses what would not arrive as it stands, or would become another request.
    func check() throws(StoreError) {
        guard target.utf8.first == UInt8(ascii: "/"),
            target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
        else {
            throw StoreError(
                .invalidArgument, "a request's target begins with '/' and has only printable ASCII; percent-encode it")
        }
        guard (1...65535).contains(origin.port), !origin.host.isEmpty,
            origin.host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "@") }
            )
        else {
            throw StoreError(.invalidArgument, "'\(origin.host)' port \(origin.port) is not a host and port")
        }
        for header in headers {
            guard header.name.utf8.allSatisfy({ Self.isTokenByte($0) }), !header.name.isEmpty else {
                throw StoreError(.invalidArgument, "a header's name is empty or has other characters than a token")
            }
            guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw StoreError(
                    .invalidArgument, "the header '\(header.name)' has a control character; encode its value")
            }
            switch header.name.utf8.count {
            case 10, 14, 17:
                let name = header.name.lowercased()
                if name == "connection" || name == "content-length" || name == "transfer-encoding" {
                    throw StoreError(
                        .invalidArgument, "the header '\(header.name)' is set by the transport; leave it out")
                }
            default: break
            }
        }
    }

    /// RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// Whether the caller has set a header.
    func has(_ name: StaticString) -> Bool {
        headers.contains { header in
            var text = header.name
            return text.withUTF8 { bytes in
                guard bytes.count == name.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
                return equalIgnoringCase(base, name.utf8Start, bytes.count)
            }
        }
    }
}

extension HTTPTransportConfiguration {
    /// Refuses values that are out of range.
    func check() throws(StoreError) {
        func refuse(_ name: String, _ rule: String) -> StoreError {
            StoreError(.invalidConfiguration, "the HTTP option '\(name)' must be \(rule)")
        }
        for (name, duration) in [
            ("connectTimeout", connectTimeout), ("firstByteTimeout", firstByteTimeout), ("stallTimeout", stallTimeout),
            ("idleTimeout", idleTimeout),
        ] where duration <= .zero {
            throw refuse(name, "more than 0")
        }
        if stallBytesPerSecond < 1 { throw refuse("stallBytesPerSecond", "at least 1") }
        if maxConnections < 1 { throw refuse("maxConnections", "at least 1") }
        if maxConnectionsPerOrigin < 1 { throw refuse("maxConnectionsPerOrigin", "at least 1") }
        if let threads, !(1...64).contains(threads) { throw refuse("threads", "1 to 64") }
        if let userAgent, userAgent.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw refuse("userAgent", "without control characters")
        }
        if engine == .direct, let proxy, !proxy.isEmpty {
            throw refuse("engine", "'automatic' or 'curl' to use a proxy")
        }
    }
}
