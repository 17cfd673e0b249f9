/// Tasks that outlive the call that started them: parts on their way, an abort after a writer was dropped.
///
/// They run on own threads, which a child of `fork()` makes anew; tasks on the global executor would never run there.
public enum BackgroundTasks {
    /// Starts a task on Coffer's own threads.
    ///
    /// - Parameter body: What it does. May suspend; must not block.
    /// - Returns: The task, for waiting and cancelling.
    @discardableResult
    public static func start<R: Sendable>(_ body: @escaping @Sendable () async -> R) -> Task<R, Never> {
        Task.detached(executorPreference: BackgroundExecutor.shared, operation: body)
    }
}

/// Runs jobs on a small pool of own threads.
final class BackgroundExecutor: TaskExecutor {
    static let shared = BackgroundExecutor()
    private let pool = ForkLocal { WorkerPool(limit: 2, mayBlock: false) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.value.submit { job.runSynchronously(on: BackgroundExecutor.shared.asUnownedTaskExecutor()) }
    }
}
