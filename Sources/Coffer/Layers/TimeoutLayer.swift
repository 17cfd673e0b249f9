/// Ends what takes too long: attempts by their total time, streams by the time without a byte.
public struct TimeoutLayer: Layer {
    /// The longest that one attempt may take; nil for no limit. A request that carries bytes gets a second more for
    /// each 128 KiB, so that a large part on a slow line is not taken for a hang.
    public var perAttempt: Duration?
    /// The longest that a stream may go without a byte; nil for no limit.
    public var stall: Duration?

    /// Makes the layer.
    ///
    /// - Parameters:
    ///   - perAttempt: The longest that one attempt may take.
    ///   - stall: The longest that a stream may go without a byte.
    public init(perAttempt: Duration?, stall: Duration?) {
        self.perAttempt = perAttempt
        self.stall = stall
    }

    /// Wraps a driver.
    ///
    /// - Parameter driver: The driver.
    public func wrap(_ driver: any Driver) -> any Driver {
        InterceptingDriver(driver, TimeoutInterceptor(perAttempt: perAttempt, stall: stall))
    }
}

struct TimeoutInterceptor: OperationInterceptor {
    let perAttempt: Duration?
    let stall: Duration?

    func intercept<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable @concurrent () async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        guard let perAttempt else { return try await body() }
        let limit = perAttempt + .seconds(call.bytes / (128 << 10))
        return try await withTimeout(limit, "no answer within \(limit); raise 'timeout' if that is normal", body)
    }

    func wrap(_ stream: any ByteStream, _ source: StreamSource) -> any ByteStream {
        guard let stall else { return stream }
        return StallGuardedStream(stream, stall)
    }
}

/// Runs a body and cancels it when its time is over.
///
/// The body runs in a child task, which alone is cancelled, begun at once on this thread; the clock is one entry in the
/// timer's heap. (Two child tasks, one of them asleep, cost four times as much.)
///
/// - Parameters:
///   - limit: How long it may take.
///   - message: What the error says.
///   - body: What is done; must react to cancellation.
/// - Throws: `timeout`, retryable, if the time was over; what the body threw otherwise.
func withTimeout<R: Sendable>(
    _ limit: Duration, _ message: @autoclosure () -> String,
    _ body: @escaping @Sendable () async throws(StoreError) -> R
) async throws(StoreError) -> R {
    let watched = WatchedTask()
    let alarm = Sleeper.alarm(after: limit) { watched.expire() }
    let result = await withTaskGroup(of: Result<R, StoreError>.self) { group in
        let work: @Sendable @concurrent () async -> Result<R, StoreError> = {
            watched.begin()
            defer { watched.end() }
            do throws(StoreError) { return .success(try await body()) } catch { return .failure(error) }
        }
        // An immediate child does not inherit the preferred executor (Swift 6.3): once it waited for something it would
        // go on on the global executor, which a child of `fork()` does not have.
        if withUnsafeCurrentTask(body: { $0?.unownedTaskExecutor }) == nil {
            group.addImmediateTask(operation: work)
        } else {
            group.addTask(operation: work)
        }
        return await group.next()
    }
    alarm.cancel()
    switch result {
    case .success(let value): return value
    case .failure(let error):
        // A body that ended for a reason of its own just before has an error worth having.
        if watched.hasExpired && error.code == .cancelled {
            throw StoreError(.timeout, message(), isRetryable: true)
        }
        throw error
    case nil: throw StoreError(.internal, "a task group lost its only task")
    }
}

/// A running task that the timer may cancel.
private final class WatchedTask: Sendable {
    private struct State {
        /// Points to the task between `begin` and `end`, during which it certainly exists. The lock keeps `expire` from
        /// using it later.
        nonisolated(unsafe) var task: UnsafeCurrentTask?
        var hasExpired = false
    }
    private let state = Lock(State())

    var hasExpired: Bool { state.withLock { $0.hasExpired } }

    func begin() {
        withUnsafeCurrentTask { current in
            nonisolated(unsafe) let task = current
            state.withLock { state in
                if state.hasExpired { task?.cancel() }
                state.task = task
            }
        }
    }

    func end() { state.withLock { $0.task = nil } }

    func expire() {
        state.withLock { state in
            state.hasExpired = true
            state.task?.cancel()
        }
    }
}

/// A stream whose every step has to give a byte in time.
final class StallGuardedStream: ByteStream {
    private let stream: any ByteStream
    private let stall: Duration

    init(_ stream: any ByteStream, _ stall: Duration) {
        self.stream = stream
        self.stall = stall
    }

    private func guarded<R: Sendable>(
        _ step: () async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        let stream = stream
        let expired = StallFlag()
        let alarm = Sleeper.alarm(after: stall) {
            expired.set()
            stream.cancel()
        }
        defer { alarm.cancel() }
        do throws(StoreError) {
            return try await step()
        } catch {
            guard expired.isSet else { throw error }
            throw StoreError(
                .timeout, "no byte came for \(stall); raise 'stall_timeout' if that is normal", isRetryable: true)
        }
    }

    func next() async throws(StoreError) -> Chunk? {
        let stream = stream
        return try await guarded { () async throws(StoreError) in try await stream.next() }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        let stream = stream
        return try await guarded { () async throws(StoreError) in try await stream.read(into: buffer) }
    }

    func cancel() { stream.cancel() }
}
