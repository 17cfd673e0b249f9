import Glibc

/// The run loop of a thread that waits for a task: a queue of jobs that other threads add to.
///
/// `@unchecked Sendable`: `jobs` is touched only while `mutex` is held; `isFinished` and `batch` only by the thread that
/// runs the loop, which the task prefers for everything it does.
final class RunLoop: TaskExecutor, @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var batch: [UnownedJob] = []
    private var isFinished = false

    private init() {
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    // MARK: One for each thread

    /// Where a thread keeps its loop between calls; nil if the system has no more keys.
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key) { loop in
            guard let loop else { return }
            Unmanaged<RunLoop>.fromOpaque(loop).release()
        }
        return status == 0 ? key : nil
    }()

    /// This thread's loop, or a new one: for its first call, and for a call made inside another one.
    static func take() -> RunLoop {
        guard let key, let kept = pthread_getspecific(key) else { return RunLoop() }
        pthread_setspecific(key, nil)
        let loop = Unmanaged<RunLoop>.fromOpaque(kept).takeRetainedValue()
        loop.isFinished = false
        return loop
    }

    /// Keeps the loop for this thread's next call.
    func give() {
        guard let key = Self.key, pthread_getspecific(key) == nil else { return }
        let kept = Unmanaged.passRetained(self)
        if pthread_setspecific(key, kept.toOpaque()) != 0 { kept.release() }
    }

    // MARK: Running

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        // Under the lock: after it the loop may be gone.
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// The task has come to its end. On the loop's own thread.
    func finish() { isFinished = true }

    /// Runs jobs until the task has come to its end and none is left.
    func run() {
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty && !isFinished { pthread_cond_wait(condition, mutex) }
            swap(&jobs, &batch)
            pthread_mutex_unlock(mutex)
            if batch.isEmpty { return }
            for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
            batch.removeAll(keepingCapacity: true)
        }
    }
}
