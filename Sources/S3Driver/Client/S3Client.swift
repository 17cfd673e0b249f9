import Coffer
import HTTPTransport

/// Sends ``S3Request``s of one bucket: address, signature, transport, repair, errors.
///
/// What is learned on the way (the bucket's region, the server's clock) is kept for the requests that follow.
final class S3Client: Sendable {
    /// What changes over the client's life.
    struct State {
        /// Where requests go to.
        var route: S3Route
        /// Signs for the route's region with the credentials used last.
        var signer: Signer?
        /// The server's clock less ours, in seconds.
        var skew: Int64 = 0
        /// Whether the region was given, or learned.
        var knowsRegion: Bool
        /// Whether the bucket is known to exist.
        var hasSeenBucket = false
        /// Whether the bucket has been made, or was tried to be.
        var hasMadeBucket = false
    }

    /// The settings.
    let settings: S3Settings
    let transport: any HTTPTransport
    let credentials: CredentialsCache
    let state: ForkSafeLock<State>
    /// Sends reads twice that are slow; nil unless the settings say so.
    let hedger: Hedger?
    let now: @Sendable () -> Timestamp

    /// Makes a client; nothing is sent.
    ///
    /// - Parameters:
    ///   - settings: The settings.
    ///   - transport: What requests go through.
    ///   - credentials: Where keys come from.
    ///   - now: The clock, for tests.
    convenience init(
        _ settings: S3Settings, transport: any HTTPTransport, credentials: any CredentialProvider,
        now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
    ) {
        self.init(settings, transport: transport, cache: CredentialsCache(credentials, now: now), now: now)
    }

    /// Makes a client; nothing is sent.
    ///
    /// - Parameters:
    ///   - settings: The settings.
    ///   - transport: What requests go through.
    ///   - cache: What gives keys.
    ///   - now: The clock, for tests.
    init(
        _ settings: S3Settings, transport: any HTTPTransport, cache: CredentialsCache,
        now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
    ) {
        self.settings = settings
        self.transport = transport
        credentials = cache
        hedger = settings.hedging.map { Hedger($0) }
        self.now = now
        let route = S3Route(settings.place, region: settings.region)
        state = ForkSafeLock(State(route: route, knowsRegion: !settings.isRegionGuessed))
    }

    /// Sends a request and waits for its success.
    ///
    /// - Parameter request: What is asked.
    /// - Returns: The answer; its body has not been looked at.
    /// - Throws: What the server's refusal means.
    func send(_ request: S3Request) async throws(StoreError) -> HTTPResponse {
        try await send(request, try await prepare(request))
    }

    /// Sends a request whose body has been looked at already, and waits for its success.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - body: What ``prepare(_:)`` made of it.
    func send(_ request: S3Request, _ body: PreparedBody) async throws(StoreError) -> HTTPResponse {
        var repair = S3Repair()
        while true {
            let attempt = try await exchange(request, body)
            if request.success.contains(attempt.response.status) {
                noteBucket()
                return attempt.response
            }
            var fault = await explain(await fault(attempt.response), request)
            if fault.status == 403, let end = attempt.credentials?.expiration, end <= attempt.signedAt {
                fault.credentialsEnded = end
            }
            if try await mend(fault, request, attempt, &repair) { continue }
            throw fault.error(request, bucket: settings.bucket)
        }
    }

    /// One request on the wire.
    struct Attempt {
        var route: S3Route
        var signedAt: Timestamp
        var credentials: Credentials?
        var response: HTTPResponse
    }

    /// Sends once.
    func exchange(_ request: S3Request) async throws(StoreError) -> Attempt {
        try await exchange(request, try await prepare(request))
    }

    /// Sends once, with a body that has been looked at already.
    func exchange(_ request: S3Request, _ body: PreparedBody) async throws(StoreError) -> Attempt {
        let (route, signer, time) = try await signing()
        if request.carriesCustomerKey, route.origin.scheme == .http, !settings.sendsCustomerKeysOverHTTP {
            throw StoreError(.invalidArgument, S3Settings.customerKeyInTheClear, key: request.key?.string, driver: "s3")
        }
        var http = HTTPRequest(
            request.method, route.origin(request.resource), target: route.path(request.resource),
            headers: request.headers,
            body: request.body, expectContinue: request.expectContinue, collectLimit: request.collectLimit,
            isSolitary: request.isSolitary)
        switch request.condition {
        case .none: break
        case .absent: http.headers.append(("if-none-match", "*"))
        case .matches(let etag): http.headers.append(("if-match", conditionText(etag)))
        }
        if settings.requesterPays, request.takesRequestPayer {
            http.headers.append((RequestPayer.header, RequestPayer.value))
        }
        if !body.headers.isEmpty { http.headers += body.headers }
        if body.framing != nil { http.addChunkedEncoding() }
        if let signer {
            let seed = try signer.sign(&http, query: request.query, payload: body.hash, at: time)
            if let framing = body.framing {
                let chunks = framing.digests == nil ? nil : try ChunkSigner(signer, at: time, seed: seed)
                http.body = try framing.frame(request.body, chunks)
            }
        } else {
            http.appendQuery(request.query)
        }
        let response: HTTPResponse
        if let hedger, request.operation == .read {
            response = try await hedger.send(http, by: transport)
        } else {
            response = try await transport.send(http)
        }
        return Attempt(route: route, signedAt: time, credentials: signer?.credentials, response: response)
    }

    private func conditionText(_ etag: ETag) -> String {
        etag.value == "*" || !settings.server.quotesWriteETags ? etag.value : etag.quoted
    }

    /// Where requests go to now, what signs them, and what time it is there.
    func signing() async throws(StoreError) -> (route: S3Route, signer: Signer?, time: Timestamp) {
        var time = now()
        let held = try await credentials.get()
        guard let keys = held.credentials else { return (state.withLock { $0.route }, nil, time) }
        if let region = held.region, !state.withLock({ $0.knowsRegion }) { move(to: region) }
        let (route, known, skew) = state.withLock { ($0.route, $0.signer, $0.skew) }
        if skew != 0 { time = Timestamp(seconds: time.seconds + skew, nanoseconds: time.nanoseconds) }
        if let known, known.region == route.region, known.credentials == keys { return (route, known, time) }
        // Made outside of the lock: a signer has a lock of its own.
        let signer = Signer(credentials: keys, region: route.region, service: route.service)
        state.withLock { $0.signer = signer }
        return (route, signer, time)
    }

    private func noteBucket() {
        state.withLock { if !$0.hasSeenBucket { $0.hasSeenBucket = true } }
    }

    /// Closes the connections.
    func close() async {
        await transport.close()
        await credentials.close()
    }
}

extension HTTPRequest {
    /// Completes the target of a request that is not signed.
    mutating func appendQuery(_ query: [(name: String, value: String)]) {
        for (index, item) in query.enumerated() {
            target +=
                (index == 0 ? "?" : "&") + PercentEncoding.encode(item.name) + "="
                + PercentEncoding.encode(item.value)
        }
    }
}
