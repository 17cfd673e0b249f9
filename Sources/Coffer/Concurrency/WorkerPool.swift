import CCofferSupport
import Glibc
import Synchronization

/// A few own threads that run closures in the order in which they came.
///
/// Threads are started when work waits and none is idle, up to the limit, and live as long as the process.
/// `@unchecked Sendable`: the mutable fields are only touched while `mutex` is held.
final class WorkerPool: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var queue: [@Sendable () -> Void] = []
    private var head = 0
    private var idle = 0
    private var threads = 0
    private let limit: Int
    private let mayBlock: Bool

    /// - Parameters:
    ///   - limit: The most threads.
    ///   - mayBlock: Whether code on these threads may do blocking calls in place.
    init(limit: Int, mayBlock: Bool) {
        self.limit = limit
        self.mayBlock = mayBlock
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    func submit(_ work: @escaping @Sendable () -> Void) {
        pthread_mutex_lock(mutex)
        queue.append(work)
        let start = idle == 0 && threads < limit
        if start { threads += 1 }
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        if start { startThread() }
    }

    private func startThread() {
        let me = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<WorkerPool>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            }, me.toOpaque())
        if status == 0 {
            pthread_detach(thread)
            return
        }
        me.release()
        pthread_mutex_lock(mutex)
        threads -= 1
        let alone = threads == 0
        pthread_mutex_unlock(mutex)
        // No thread can be had: rather run the work here than never.
        if alone { runQueued() }
    }

    private func runQueued() {
        while let work = take(wait: false) { work() }
    }

    private func work() {
        // Signals belong to the host's threads.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        _ = coffer_support_set_may_block(mayBlock ? 1 : 0)
        while let work = take(wait: true) { work() }
    }

    private func take(wait: Bool) -> (@Sendable () -> Void)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while head == queue.count {
            guard wait else { return nil }
            idle += 1
            pthread_cond_wait(condition, mutex)
            idle -= 1
        }
        let work = queue[head]
        queue[head] = {}
        head += 1
        if head == queue.count {
            queue.removeAll(keepingCapacity: head <= 1024)
            head = 0
        } else if head > 4096 && head * 2 > queue.count {
            queue.removeFirst(head)
            head = 0
        }
        return work
    }
}
