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
    /// - Complexity: About half a microsecond on top of the body if it never suspends.
    public static func run<R: Sendable>(
        _ body: @escaping @Sendable () async throws(StoreError) -> R
    ) throws(StoreError) -> R {
        let old = coffer_support_set_may_block(1)
        defer { _ = coffer_support_set_may_block(old) }
        let loop = RunLoop()
        let result = ResultBox<R>()
        Task.immediate(executorPreference: loop) {
            do throws(StoreError) {
                result.set(.success(try await body()))
            } catch {
                result.set(.failure(error))
            }
            loop.finish()
        }
        loop.run()
        guard let value = result.value else {
            throw StoreError(.internal, "the task ended without a result; please report this")
        }
        return try value.get()
    }
}

private final class ResultBox<R: Sendable>: Sendable {
    private let box = Lock<Result<R, StoreError>?>(nil)
    func set(_ result: Result<R, StoreError>) { box.withLock { $0 = result } }
    var value: Result<R, StoreError>? { box.withLock { $0 } }
}

/// The caller's own run loop: a queue of jobs and a futex-backed condition.
///
/// `@unchecked Sendable`: the mutable fields are only touched while `mutex` is held.
private final class RunLoop: TaskExecutor, @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var finished = false

    init() {
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func finish() {
        pthread_mutex_lock(mutex)
        finished = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func run() {
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty && !finished { pthread_cond_wait(condition, mutex) }
            let batch = jobs
            jobs.removeAll(keepingCapacity: true)
            let done = finished && batch.isEmpty
            pthread_mutex_unlock(mutex)
            if done { return }
            for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }
}
