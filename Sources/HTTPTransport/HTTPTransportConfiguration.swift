/// How a transport connects, how long it waits and how many connections it keeps.
public struct HTTPTransportConfiguration: Sendable {
    /// Which data path moves the bytes. The behaviour is the same.
    public enum Engine: String, Sendable, CaseIterable {
        /// Own connections where they can be used, libcurl through a proxy.
        case automatic
        /// libcurl for everything.
        case curl
        /// Own connections: bytes go from and to the caller's memory without a copy in between. No proxies.
        case direct
    }

    /// Which data path moves the bytes.
    public var engine: Engine = .automatic
    /// A PEM file with the certificate authorities to trust; nil for the system's.
    public var caFile: String?
    /// Whether not to verify the server's certificate and name: for tests only, anybody can then read and change
    /// what is sent.
    public var allowsInsecureTLS = false
    /// A proxy, for instance `http://proxy:3128`; nil for what `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`
    /// say; empty for none.
    public var proxy: String?
    /// How long resolving, connecting and the TLS handshake may take together.
    public var connectTimeout: Duration = .seconds(10)
    /// How long the head of the response may take after the request has been sent.
    public var firstByteTimeout: Duration = .seconds(60)
    /// Over how long the throughput of a body is measured; see ``stallBytesPerSecond``.
    public var stallTimeout: Duration = .seconds(30)
    /// The lowest throughput, in bytes per second: a body that moves more slowly over ``stallTimeout`` ends with
    /// `timeout`. Time in which nobody reads the stream does not count. At least 1.
    public var stallBytesPerSecond = 1
    /// The most connections to one origin; further requests wait for one. At least 1.
    public var maxConnectionsPerOrigin = 64
    /// The most connections in all. At least 1.
    public var maxConnections = 512
    /// How long an idle connection is kept.
    public var idleTimeout: Duration = .seconds(60)
    /// The `User-Agent`; nil sends none.
    public var userAgent: String? = "coffer"
    /// The number of engine threads; nil for the number of cores, at most 4.
    public var threads: Int?
    /// Addresses for names: each `host:port` goes to the address, without asking the resolver.
    public var resolve: [(host: String, port: Int, address: String)] = []

    /// Makes the default configuration.
    public init() {}
}
