import CCurl
import Coffer
import Glibc

/// One request on its way through libcurl.
///
/// `@unchecked Sendable`: the fields under "the shard's thread" are touched by that thread only; `shared` has a lock;
/// the rest never changes.
final class CurlTransfer: PipeProducer, @unchecked Sendable {
    enum Taken {
        case taken
        case holdBack
        case refused
    }

    private struct Shared {
        var resumption: Resumption<Result<HTTPResponse, StoreError>>?
        var isDone = false
        var isCancelled = false
        var mayRepeat = false
    }

    let request: HTTPRequest
    let shard: CurlShard
    /// Whether not to use a connection again.
    let isRepetition: Bool
    let pipe = BodyPipe()
    let generation = Fork.generation
    private let shared = Lock(Shared())

    // The shard's thread.
    var handle: CurlHandle?
    var watchdog = Watchdog()
    private var position: Int64 = 0
    private var headBytes: [UInt8] = []
    private var head: ResponseHead?
    private var framing = BodyFraming.none
    private var isDelivered = false
    private var failure: StoreError?
    private(set) var received: Int64 = 0
    private(set) var isPaused = false
    private var interims = 0

    init(_ request: HTTPRequest, _ shard: CurlShard, isRepetition: Bool) {
        self.request = request
        self.shard = shard
        self.isRepetition = isRepetition
    }

    // MARK: The caller

    /// Starts, and waits for the response.
    func run() async throws(StoreError) -> HTTPResponse {
        try await withTaskCancellationHandler {
            await Resumption<Result<HTTPResponse, StoreError>>.wait { resumption in
                let starts = shared.withLock { shared in
                    if shared.isCancelled { return false }
                    shared.resumption = resumption
                    return true
                }
                if starts { shard.post(.start(self)) } else { resumption.resume(returning: .failure(.cancelled())) }
            }
        } onCancel: {
            self.cancel()
        }.get()
    }

    func resume() { shard.post(.resume(self)) }

    func cancel() {
        let first = shared.withLock { shared in
            if shared.isDone || shared.isCancelled { return false }
            shared.isCancelled = true
            return true
        }
        guard first else { return }
        pipe.end(.failure(.cancelled()))
        answer(.failure(.cancelled()))
        shard.post(.cancel(self))
    }

    private func answer(_ result: Result<HTTPResponse, StoreError>) {
        let resumption = shared.withLock { shared in
            defer { shared.resumption = nil }
            return shared.resumption
        }
        resumption?.resume(returning: result)
    }

    /// Whether the transfer failed because the server had closed the used connection that it went over: no byte of
    /// an answer came, and sending it again does no harm.
    var mayRepeat: Bool { shared.withLock { $0.mayRepeat } }

    var isCancelled: Bool { shared.withLock { $0.isCancelled } }

    // MARK: The shard's thread

    /// Gives the next bytes of the request's body.
    func provide(_ target: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        do throws(StoreError) {
            while filled < target.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
                let count = try request.body.read(into: rest, at: position)
                if count == 0 { break }
                filled += count
                position += Int64(count)
            }
        } catch {
            failure = error
            return Int(CURL_READFUNC_ABORT)
        }
        return filled
    }

    /// curl sends the body again, on another connection.
    func rewind(to offset: Int64) { position = offset }

    /// Takes one line of a head, or of the trailers.
    func takeHeaderLine(_ line: UnsafeRawBufferPointer) -> Bool {
        if let head, !head.isInterim { return true }
        guard headBytes.count + line.count <= ResponseHead.limit else {
            failure = malformed("its head is longer than \(ResponseHead.limit) bytes")
            return false
        }
        headBytes.append(contentsOf: line)
        let isEnd = line.count <= 2 && line.first.map { $0 == 0x0A || $0 == 0x0D } ?? false
        guard isEnd else { return true }
        do throws(StoreError) {
            let bytes = Chunk(headBytes)
            let head = try bytes.withUnsafeBytes { bytes throws(StoreError) in try HeadParser.parse(bytes) }
            headBytes.removeAll(keepingCapacity: true)
            // What a proxy says to CONNECT is not the server's answer.
            if head.isInterim {
                interims += 1
                if interims > ResponseHead.interimLimit { throw tooManyInterims() }
                return true
            }
            if isProxyAnswer { return true }
            self.head = head
            framing = head.framing(request.method)
            watchdog.enter(.receiving, bytes: 0, now: Clock.coarse)
            if !collects(head) { deliverStream() }
            return true
        } catch {
            failure = error
            return false
        }
    }

    private var isProxyAnswer: Bool {
        guard request.origin.scheme == .https, let handle else { return false }
        // Before the TLS handshake with the server there is no answer of the server.
        return coffer_curl_info_size(handle.raw, CURLINFO_APPCONNECT_TIME_T) == 0
            && coffer_curl_info_size(handle.raw, CURLINFO_PRETRANSFER_TIME_T) == 0
    }

    /// Whether the body is received before the caller gets the response.
    private func collects(_ head: ResponseHead) -> Bool {
        switch framing {
        case .none: return true
        case .length(let length): return length <= collectLimit
        case .chunked, .untilClose: return collectLimit > 0
        }
    }

    /// How much of the body is received before the caller gets the response.
    private var collectLimit: Int64 {
        let limit = request.collectLimit ?? 0
        return Int64(head.map { $0.status >= 300 } ?? false ? min(limit, ResponseHead.refusalLimit) : limit)
    }

    private func deliverStream() {
        guard let head, !isDelivered else { return }
        isDelivered = true
        answer(
            .success(
                HTTPResponse(
                    status: head.status, headers: head.headers, contentLength: head.contentLength,
                    body: .stream(PipeStream(self)))))
    }

    /// Takes bytes of the response's body.
    func takeBody(_ bytes: UnsafeRawBufferPointer) -> Taken {
        if isCancelled { return .refused }
        var expected = Int64(bytes.count)
        if case .length(let length) = framing { expected = length - received }
        guard pipe.write(bytes, expected: expected, unlimited: !isDelivered) else {
            isPaused = true
            watchdog.enter(.idle, bytes: received, now: Clock.coarse)
            return .holdBack
        }
        received += Int64(bytes.count)
        shard.touch(self)
        if !isDelivered, received > collectLimit { deliverStream() }
        return .taken
    }

    /// Goes on after ``takeBody(_:)`` held back.
    func unpause() {
        guard isPaused, let handle else { return }
        isPaused = false
        watchdog.enter(.receiving, bytes: received, now: Clock.coarse)
        curl_easy_pause(handle.raw, CURLPAUSE_CONT)
    }

    /// Looks whether the transfer gets on.
    ///
    /// - Returns: The error it must end with, if it does not.
    func check(now: UInt64, _ limits: Watchdog.Limits) -> StoreError? {
        guard let handle, !isPaused else { return nil }
        let sent = Int64(coffer_curl_info_size(handle.raw, CURLINFO_SIZE_UPLOAD_T))
        if head == nil {
            let isConnected = coffer_curl_info_size(handle.raw, CURLINFO_PRETRANSFER_TIME_T) > 0
            let phase: Watchdog.Phase = !isConnected ? .idle : sent < request.body.count ? .sending : .awaitingHead
            watchdog.enter(phase, bytes: sent, now: now)
        }
        let verdict = watchdog.check(bytes: head == nil ? sent : received, now: now, limits)
        return verdict == .fine ? nil : limits.error(verdict, request.origin)
    }

    /// Why a success is none: it came before the request was gone, and who has not seen all of it cannot have carried
    /// it out. A refusal may come at any time.
    var unsent: StoreError? {
        guard let handle, let head, head.status < 300, !request.body.isEmpty else { return nil }
        let sent = Int64(coffer_curl_info_size(handle.raw, CURLINFO_SIZE_UPLOAD_T))
        return sent < request.body.count ? unsentBody(request.origin, sent, of: request.body.count) : nil
    }

    /// Notes whether a failure may be the end of an idle connection.
    func note(_ code: CURLcode) {
        guard let handle, request.method.isIdempotent, !isRepetition, head == nil, headBytes.isEmpty,
            [CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING].contains(code),
            coffer_curl_info_long(handle.raw, CURLINFO_NUM_CONNECTS) == 0 || handle.message.hasPrefix("Connection died")
        else { return }
        shared.withLock { $0.mayRepeat = true }
    }

    /// The transfer is over; the connection is where it belongs.
    func finish(_ result: Result<Void, StoreError>) {
        let isCancelled = shared.withLock { shared in
            shared.isDone = true
            return shared.isCancelled
        }
        var result = result
        if case .failure = result, let failure { result = .failure(failure) }
        if isCancelled { result = .failure(.cancelled()) }
        if case .success = result, case .length(let length) = framing, received < length {
            result = .failure(shortBody(request.origin, received, of: length))
        }
        if isDelivered {
            pipe.end(result)
            return
        }
        let (pipe, origin) = (pipe, request.origin)
        answer(
            result.flatMap {
                guard let head else { return .failure(missingHead(origin)) }
                return .success(
                    HTTPResponse(
                        status: head.status, headers: head.headers, contentLength: head.contentLength,
                        body: .collected(pipe.takeAll())))
            })
    }
}

/// The error of a success that came before the request was sent.
func unsentBody(_ origin: HTTPOrigin, _ sent: Int64, of length: Int64) -> StoreError {
    StoreError(
        .connectionFailed,
        "\(origin.endpoint) answered and closed the connection after \(sent) of \(length) bytes of the request; try again",
        isRetryable: true)
}

/// The error of a body that ended before its announced length.
func shortBody(_ origin: HTTPOrigin, _ received: Int64, of length: Int64) -> StoreError {
    StoreError(
        .connectionFailed,
        "\(origin.endpoint) closed the connection after \(received) of \(length) bytes of the body; try again",
        isRetryable: true)
}
