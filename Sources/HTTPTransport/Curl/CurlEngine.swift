import CCurl
import Coffer
import Glibc

/// The shards of one transport in one process.
final class CurlEngine: Sendable {
    /// libcurl's own start, once per process and inherited by its children.
    private static let isInitialised: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    private let shards: [CurlShard]
    private let choice = Lock(())

    init(_ configuration: HTTPTransportConfiguration) {
        _ = Self.isInitialised
        let count = configuration.threads ?? max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let all = (0..<count).map { _ in CurlShard(configuration, shards: count) }
        shards = all.filter { $0.start() }
    }

    deinit { stop() }

    /// The shard with the least to do, the first of equals so that connections are used again; counts one more for it.
    func shard() throws(StoreError) -> CurlShard {
        let shard = choice.withLock { _ -> CurlShard? in
            var best: CurlShard?
            var least = Int.max
            for shard in shards {
                let load = shard.load.load(ordering: .relaxed)
                if load < least { (best, least) = (shard, load) }
            }
            best?.load.add(1, ordering: .relaxed)
            return best
        }
        guard let shard else { throw StoreError(.internal, "the system gives no thread for HTTP", isRetryable: true) }
        return shard
    }

    /// Ends the threads, and with them the idle connections, when what goes on has come to its end.
    func stop() { for shard in shards { shard.post(.stop) } }
}

extension HTTPTransportConfiguration {
    /// Whether some request may go through a proxy.
    var mayUseProxy: Bool {
        if let proxy { return !proxy.isEmpty }
        let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        return names.contains { (name: String) in getenv(name).map { $0.pointee != 0 } ?? false }
    }
}
