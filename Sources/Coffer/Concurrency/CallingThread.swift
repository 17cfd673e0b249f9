import CCofferSupport
import Glibc

/// Runs asynchronous code to its end on the calling thread: what a synchronous call through the C ABI does.
///
/// Everything in the task runs here, children included, so nothing depends on threads that `fork()` would lose.
public enum CallingThread {
    /// Runs an asynchronous body and waits for it.
    ///
    /// Must not be called from a Swift concurrency thread: it would block it.
    ///
    /// - Parameter body: What is done. It may block this thread.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw.
    /// - Complexity: About a third of a microsecond on top of the body if it never suspends.
    @inlinable public static func run<R: Sendable>(
        _ body: @escaping @Sendable () async throws(StoreError) -> R
    ) throws(StoreError) -> R {
        // `nonisolated(unsafe)`: written by the task, which runs on this thread, before `runToEnd` returns.
        nonisolated(unsafe) var result: Result<R, StoreError>?
        runToEnd {
            do throws(StoreError) {
                result = .success(try await body())
            } catch {
                result = .failure(error)
            }
        }
        guard let result else {
            throw StoreError(.internal, "the task ended without a result; please report this")
        }
        return try result.get()
    }

    @usableFromInline static func runToEnd(_ body: @escaping @Sendable () async -> Void) {
        let old = coffer_support_set_may_block(1)
        let loop = RunLoop.take()
        Task.immediate(executorPreference: loop) {
            await body()
            loop.finish()
        }
        loop.run()
        loop.give()
        _ = coffer_support_set_may_block(old)
    }
}
