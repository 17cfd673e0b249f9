import CCurl
import Coffer
import Glibc

/// A reused easy handle, with the options that all requests share set once.
///
/// `@unchecked Sendable`: used only on the thread of the shard that made it.
final class CurlHandle: @unchecked Sendable {
    let easy: OpaquePointer
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headers: UnsafeMutablePointer<curl_slist>?

    /// - Parameter resolve: Address overrides; must live as long as the handle.
    init?(_ configuration: HTTPTransportConfiguration, resolve: UnsafeMutablePointer<curl_slist>?) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = OpaquePointer(easy)
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setUp(configuration, resolve)
    }

    deinit {
        curl_easy_cleanup(raw)
        curl_slist_free_all(headers)
        errorText.deallocate()
    }

    var raw: UnsafeMutableRawPointer { UnsafeMutableRawPointer(easy) }

    /// What curl says about a failure; empty if nothing.
    var message: String { String(cString: errorText) }

    private func set(_ option: CURLoption, _ value: Int) { coffer_curl_set_long(raw, option, value) }
    private func set(_ option: CURLoption, _ value: String) { coffer_curl_set_string(raw, option, value) }
    private func set(_ option: CURLoption, pointer: UnsafeRawPointer?) { coffer_curl_set_pointer(raw, option, pointer) }

    private func setUp(_ configuration: HTTPTransportConfiguration, _ resolve: UnsafeMutablePointer<curl_slist>?) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_ERRORBUFFER, pointer: errorText)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_BUFFERSIZE, 512 << 10)
        set(CURLOPT_NOPROGRESS, 1)
        set(CURLOPT_EXPECT_100_TIMEOUT_MS, 1000)
        set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds)
        set(CURLOPT_MAXAGE_CONN, max(1, Int(configuration.idleTimeout.components.seconds)))
        if let caFile = configuration.caFile { set(CURLOPT_CAINFO, caFile) }
        if configuration.allowsInsecureTLS {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let proxy = configuration.proxy { set(CURLOPT_PROXY, proxy) }
        if let userAgent = configuration.userAgent { set(CURLOPT_USERAGENT, userAgent) }
        if resolve != nil { set(CURLOPT_RESOLVE, pointer: resolve) }
        coffer_curl_set_transfer(raw, CURLOPT_READFUNCTION, curlRead)
        coffer_curl_set_transfer(raw, CURLOPT_WRITEFUNCTION, curlWrite)
        coffer_curl_set_transfer(raw, CURLOPT_HEADERFUNCTION, curlHeader)
        coffer_curl_set_seek(raw, curlSeek)
    }

    /// Makes the handle ready for a request.
    ///
    /// - Parameters:
    ///   - request: What is sent.
    ///   - keepsTarget: Whether the target can be given apart from the URL: not through a proxy.
    ///   - fresh: Whether to make a new connection.
    ///   - context: What the callbacks get; not retained.
    func prepare(
        _ request: HTTPRequest, keepsTarget: Bool, fresh: Bool, context: UnsafeMutableRawPointer
    ) throws(StoreError) {
        errorText[0] = 0
        set(CURLOPT_FRESH_CONNECT, fresh ? 1 : 0)
        for option in [CURLOPT_PRIVATE, CURLOPT_READDATA, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_SEEKDATA] {
            set(option, pointer: context)
        }
        let base = "\(request.origin.scheme.rawValue)://\(request.origin.endpoint)"
        set(CURLOPT_URL, keepsTarget ? base + "/" : base + request.target)
        if keepsTarget { set(CURLOPT_REQUEST_TARGET, request.target) }
        setMethod(request)
        try setHeaders(request)
    }

    private func setMethod(_ request: HTTPRequest) {
        // Each mode resets the one before; the name is what is sent.
        set(CURLOPT_NOBODY, 0)
        set(CURLOPT_UPLOAD, 0)
        set(CURLOPT_HTTPGET, 1)
        coffer_curl_set_string(raw, CURLOPT_CUSTOMREQUEST, nil)
        if !request.body.isEmpty || request.method.anticipatesContent {
            set(CURLOPT_UPLOAD, 1)
            coffer_curl_set_size(raw, CURLOPT_INFILESIZE_LARGE, curl_off_t(request.body.count))
            set(CURLOPT_UPLOAD_BUFFERSIZE, request.body.count <= 64 << 10 ? 64 << 10 : 512 << 10)
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        } else if request.method == .head {
            set(CURLOPT_NOBODY, 1)
        } else if request.method != .get {
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    private func setHeaders(_ request: HTTPRequest) throws(StoreError) {
        curl_slist_free_all(headers)
        headers = nil
        // curl adds these unless they are taken away.
        var lines: [String] = []
        if !request.has("accept") { lines.append("Accept:") }
        let expects = request.expectContinue && !request.body.isEmpty
        if !request.has("expect") { lines.append(expects ? "Expect: 100-continue" : "Expect:") }
        for header in request.headers {
            // A header without a value is spelled with a semicolon.
            lines.append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        for line in lines {
            guard let longer = curl_slist_append(headers, line) else {
                throw StoreError(.internal, "no memory for a request's headers")
            }
            headers = longer
        }
        set(CURLOPT_HTTPHEADER, pointer: headers)
    }
}
