import Glibc

/// Waiting without a thread of one's own, also after `fork()`: what `Task.sleep` cannot do.
public enum Sleeper {
    private static let thread = ForkLocal { TimerThread() }

    /// Suspends the task.
    ///
    /// - Parameter duration: How long.
    /// - Throws: `cancelled` as soon as the task is cancelled.
    public static func sleep(for duration: Duration) async throws(StoreError) {
        if Task.isCancelled { throw .cancelled() }
        guard duration > .zero else { return }
        let timer = thread.value
        let entry = TimerEntry()
        let fired = await withTaskCancellationHandler {
            await Resumption<Bool>.wait { resumption in
                if entry.arm({ resumption.resume(returning: $0) }) { timer.add(entry, after: duration) }
            }
        } onCancel: {
            entry.fire(false)
        }
        if !fired { throw .cancelled() }
    }

    /// Calls a function once after some time, on the timer's thread, unless it is cancelled first.
    ///
    /// - Parameters:
    ///   - duration: How long to wait.
    ///   - call: What is called; must be short and not block.
    /// - Returns: A handle; ``Alarm/cancel()`` makes it never happen.
    public static func alarm(after duration: Duration, _ call: @escaping @Sendable () -> Void) -> Alarm {
        let entry = TimerEntry()
        if entry.arm({ if $0 { call() } }) { thread.value.add(entry, after: duration) }
        return Alarm(entry: entry)
    }

    /// A call that has been ordered for later.
    public struct Alarm: Sendable {
        let entry: TimerEntry

        /// Makes the call never happen, if it has not begun.
        public func cancel() { entry.fire(false) }
    }
}

/// One waiter; fires once, with true for time and false for cancellation.
final class TimerEntry: Sendable {
    private enum State {
        case new
        case armed(@Sendable (Bool) -> Void)
        case fired
    }
    private let state = Lock<State>(.new)

    /// Whether it still waits.
    var isArmed: Bool { state.withLock { if case .armed = $0 { true } else { false } } }

    /// - Returns: Whether it has to wait; if it was cancelled already, `call` gets false at once.
    func arm(_ call: @escaping @Sendable (Bool) -> Void) -> Bool {
        let isNew = state.withLock { state in
            guard case .new = state else { return false }
            state = .armed(call)
            return true
        }
        if !isNew { call(false) }
        return isNew
    }

    func fire(_ inTime: Bool) {
        let call: (@Sendable (Bool) -> Void)? = state.withLock { state in
            defer { state = .fired }
            if case .armed(let call) = state { return call }
            return nil
        }
        call?(inTime)
    }
}

/// One thread and a heap of deadlines; cancelled entries are dropped when their time comes or when they pile up.
///
/// `@unchecked Sendable`: the mutable fields are only touched while `mutex` is held.
private final class TimerThread: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var heap: [(deadline: UInt64, entry: TimerEntry)] = []
    private var sweepAt = 1024
    private var isRunning = false

    init() {
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    func add(_ entry: TimerEntry, after duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let capped = UInt64(max(0, min(seconds, 1_000_000_000)))
        let delay = capped * 1_000_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000)
        pthread_mutex_lock(mutex)
        if heap.count >= sweepAt {
            heap = heap.filter { $0.entry.isArmed }.sorted { $0.deadline < $1.deadline }
            sweepAt = max(1024, heap.count * 2)
        }
        push((Self.now() + delay, entry))
        let isFirst = heap[0].entry === entry
        let start = !isRunning
        isRunning = true
        if isFirst { pthread_cond_signal(condition) }
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
                Unmanaged<TimerThread>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, me.toOpaque())
        if status == 0 {
            pthread_detach(thread)
            return
        }
        me.release()
        // No thread can be had: whoever waits gets "cancelled" rather than hanging for ever.
        pthread_mutex_lock(mutex)
        isRunning = false
        let waiting = heap
        heap = []
        pthread_mutex_unlock(mutex)
        for item in waiting { item.entry.fire(false) }
    }

    private func run() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        while true {
            pthread_mutex_lock(mutex)
            while true {
                guard let first = heap.first else {
                    pthread_cond_wait(condition, mutex)
                    continue
                }
                if first.deadline <= Self.now() { break }
                var until = timespec(
                    tv_sec: Int(first.deadline / 1_000_000_000), tv_nsec: Int(first.deadline % 1_000_000_000))
                pthread_cond_timedwait(condition, mutex, &until)
            }
            let entry = pop()
            pthread_mutex_unlock(mutex)
            entry?.fire(true)
        }
    }

    private func push(_ item: (deadline: UInt64, entry: TimerEntry)) {
        heap.append(item)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if heap[parent].deadline <= heap[child].deadline { break }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private func pop() -> TimerEntry? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                let left = parent * 2 + 1
                guard left < heap.count else { break }
                let right = left + 1
                let child = right < heap.count && heap[right].deadline < heap[left].deadline ? right : left
                if heap[parent].deadline <= heap[child].deadline { break }
                heap.swapAt(parent, child)
                parent = child
            }
        }
        return first.entry
    }
}
