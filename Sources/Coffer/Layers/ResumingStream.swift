/// A stream that continues at the next byte when it breaks, under the same ETag: never bytes of two objects.
///
/// Attempts are counted from the last byte received: a long transfer may break often, as long as it gets on.
final class ResumingStream: ByteStream {
    private struct State {
        var stream: any ByteStream
        var position: Int64
        var failures = 0
        var isCancelled = false
    }

    private let state: Lock<State>
    private let source: StreamSource
    private let retry: RetryInterceptor

    init(_ stream: any ByteStream, _ source: StreamSource, _ retry: RetryInterceptor) {
        state = Lock(State(stream: stream, position: source.range.lowerBound))
        self.source = source
        self.retry = retry
    }

    func next() async throws(StoreError) -> Chunk? {
        while true {
            let stream = state.withLock { $0.stream }
            do throws(StoreError) {
                let chunk = try await stream.next()
                advance(by: chunk?.count ?? 0)
                return chunk
            } catch {
                try await reopen(after: error)
            }
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        while true {
            let stream = state.withLock { $0.stream }
            do throws(StoreError) {
                let count = try await stream.read(into: buffer)
                advance(by: count)
                return count
            } catch {
                try await reopen(after: error)
            }
        }
    }

    private func advance(by count: Int) {
        guard count > 0 else { return }
        state.withLock {
            $0.position += Int64(count)
            $0.failures = 0
        }
    }

    private func reopen(after error: StoreError) async throws(StoreError) {
        let (position, failures, isCancelled) = state.withLock { state in
            state.failures += 1
            return (state.position, state.failures, state.isCancelled)
        }
        // Without an ETag nobody can tell whether it is still the same object.
        guard !isCancelled, error.isRetryable, source.canPinETag, let etag = source.info.etag,
            position < source.range.upperBound
        else { throw error }
        _ = try await retry.pause(after: error, attempt: failures, isIdempotent: true)
        var options = source.options
        options.range = .bounded(position..<source.range.upperBound)
        options.ifMatch = etag
        options.ifNoneMatch = nil
        options.ifModifiedSince = nil
        options.ifUnmodifiedSince = nil
        let response = try await source.reopen(options)
        guard response.range == position..<source.range.upperBound, response.info.etag == etag else {
            response.stream.cancel()
            throw StoreError(
                .invalidResponse,
                "the object changed while it was read, or the service sent another range than \(position)-; read it again"
            )
        }
        let cancelledMeanwhile = state.withLock { state in
            state.stream = response.stream
            return state.isCancelled
        }
        if cancelledMeanwhile { response.stream.cancel() }
    }

    func cancel() {
        let stream = state.withLock { state in
            state.isCancelled = true
            return state.stream
        }
        stream.cancel()
    }
}
