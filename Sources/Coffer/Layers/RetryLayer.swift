/// Repeats what failed in passing, and continues broken downloads where they stopped.
public struct RetryLayer: Layer {
    /// When and how long to wait.
    public var policy: RetryPolicy

    /// Makes the layer.
    ///
    /// - Parameter policy: When and how long to wait.
    public init(policy: RetryPolicy = RetryPolicy()) { self.policy = policy }

    /// Wraps a driver; each wrapped driver has a budget of its own.
    ///
    /// - Parameter driver: The driver.
    public func wrap(_ driver: any Driver) -> any Driver {
        InterceptingDriver(driver, RetryInterceptor(policy: policy, budget: RetryBudget()))
    }
}

struct RetryInterceptor: OperationInterceptor {
    let policy: RetryPolicy
    let budget: RetryBudget

    func intercept<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable @concurrent () async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        var attempt = 1
        var cost = 1
        while true {
            do throws(StoreError) {
                let result = try await body()
                budget.give(cost)
                return result
            } catch {
                cost = try await pause(after: error, attempt: attempt, isIdempotent: call.isIdempotent)
                attempt += 1
            }
        }
    }

    /// Waits before the next attempt, or throws the error if there must be none.
    ///
    /// - Returns: What the retry cost.
    func pause(after error: StoreError, attempt: Int, isIdempotent: Bool) async throws(StoreError) -> Int {
        guard attempt < policy.maxAttempts, policy.allowsRetry(error, isIdempotent: isIdempotent),
            let cost = budget.take(after: error)
        else { throw error.withAttempts(attempt) }
        let delay = policy.delay(
            beforeRetry: attempt - 1, requested: error.retryAfter, random: Double.random(in: 0...1))
        try await Sleeper.sleep(for: delay)
        return cost
    }

    func wrap(_ stream: any ByteStream, _ source: StreamSource) -> any ByteStream {
        ResumingStream(stream, source, self)
    }
}
