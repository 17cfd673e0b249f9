import CCofferSupport
import Synchronization

/// Where blocking system calls run: never on Swift's cooperative threads.
public enum BlockingPool {
    private static let pool = ForkLocal { WorkerPool(limit: 16, mayBlock: true) }

    /// Whether the current thread may block: it belongs to a C caller or to a pool, so there is no need to hop.
    public static var mayBlockHere: Bool { coffer_support_may_block() != 0 }

    /// Runs a blocking body: in place if this thread may block, else on a pool thread while the task waits.
    ///
    /// The body is not interrupted by cancellation; check `Task.isCancelled` between bodies.
    ///
    /// - Parameter body: What blocks.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw.
    public static func run<R: Sendable>(
        _ body: @escaping @Sendable () throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        if mayBlockHere { return try body() }
        return try await Resumption<Result<R, StoreError>>.wait { resumption in
            pool.value.submit { resumption.resume(returning: Result(catching: body)) }
        }.get()
    }
}
