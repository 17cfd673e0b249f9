import Synchronization

/// When and how long to wait before an operation is tried again: the AWS SDKs' standard mode.
///
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior": 3 attempts, delay `random(0…1) × min(2^i, 20 s)`.
public struct RetryPolicy: Sendable, Hashable {
    /// How often an operation is tried in all; 1 for no retries.
    public var maxAttempts: Int
    /// The unit of the delay: the first retry waits up to this long.
    public var baseDelay: Duration
    /// The most that a delay can be.
    public var maxDelay: Duration

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - maxAttempts: How often an operation is tried in all, at least 1.
    ///   - baseDelay: The unit of the delay.
    ///   - maxDelay: The most that a delay can be.
    public init(maxAttempts: Int = 3, baseDelay: Duration = .seconds(1), maxDelay: Duration = .seconds(20)) {
        self.maxAttempts = max(1, maxAttempts)
        self.baseDelay = baseDelay
        self.maxDelay = maxDelay
    }

    /// How long to wait before a retry: full jitter, and at least what the service asked for.
    ///
    /// - Parameters:
    ///   - retry: The number of the retry, from 0.
    ///   - requested: What the service asked for; capped at ``maxDelay``.
    ///   - random: 0 to 1.
    public func delay(beforeRetry retry: Int, requested: Duration?, random: Double) -> Duration {
        let exponential = min(baseDelay * (1 << min(max(retry, 0), 30)), maxDelay)
        let jittered = exponential * max(0, min(random, 1))
        return max(jittered, min(requested ?? .zero, maxDelay))
    }

    /// Whether an error allows another attempt.
    ///
    /// - Parameters:
    ///   - error: What went wrong.
    ///   - isIdempotent: Whether the request may be made again even if it may have been carried out. If not, only a
    ///     definite refusal (429, 503) allows it.
    public func allowsRetry(_ error: StoreError, isIdempotent: Bool) -> Bool {
        guard error.isRetryable, error.code != .cancelled else { return false }
        return isIdempotent || error.code == .rateLimited || error.httpStatus == 429 || error.httpStatus == 503
    }
}

/// The tokens that retries cost, shared by all operations of a store, so that an outage is not made worse.
///
/// Source: as ``RetryPolicy``: 500 tokens, a retry costs 5 and after a timeout 10; success gives the cost of the last
/// retry back, a first attempt that succeeds gives 1.
public final class RetryBudget: Sendable {
    /// The most tokens.
    public static let capacity = 500
    private let tokens = Atomic<Int>(RetryBudget.capacity)

    /// Makes a full budget.
    public init() {}

    /// The tokens that are left.
    public var available: Int { tokens.load(ordering: .relaxed) }

    /// Takes the cost of a retry.
    ///
    /// - Parameter error: What the attempt before ended with.
    /// - Returns: The cost, or nil if there is not enough left.
    func take(after error: StoreError) -> Int? {
        let cost = error.code == .timeout ? 10 : 5
        var current = tokens.load(ordering: .relaxed)
        while current >= cost {
            let (exchanged, original) = tokens.compareExchange(
                expected: current, desired: current - cost, ordering: .relaxed)
            if exchanged { return cost }
            current = original
        }
        return nil
    }

    /// Gives tokens back after a success.
    ///
    /// - Parameter amount: The cost of the last retry, or 1 if there was none.
    func give(_ amount: Int) {
        var current = tokens.load(ordering: .relaxed)
        while current < Self.capacity {
            let (exchanged, original) = tokens.compareExchange(
                expected: current, desired: min(current + amount, Self.capacity), ordering: .relaxed)
            if exchanged { return }
            current = original
        }
    }
}
