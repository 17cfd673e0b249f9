import Coffer
import Glibc
import Synchronization

/// What SIGINT, SIGTERM and SIGHUP do: cancel the work and let it clean up; a second one ends the process at once.
///
/// The signals are blocked in all threads and fetched by one of our own, so that no code runs in a signal handler.
enum Interruption {
    private static let received = Atomic<Int32>(0)
    private static let isWritingOutput = Atomic<Bool>(false)
    private static let onSignal = Lock<(@Sendable () -> Void)?>(nil)

    /// Becomes readable when a signal arrives, for threads that wait in `poll`. -1 if the system has none.
    static var descriptor: Int32 { wakeUp.read }

    private static let wakeUp: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
        return (ends[0], ends[1])
    }()

    /// The signal that arrived, or 0.
    static var signal: Int32 { received.load(ordering: .acquiring) }

    /// Blocks the signals in this thread and those that it will start; must come first.
    static func block() {
        var set = handledSignals()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A closed pipe is reported by write() instead.
        Glibc.signal(SIGPIPE, SIG_IGN)
    }

    /// Starts the thread.
    ///
    /// - Parameter handler: Called once, at the first signal.
    static func start(_ handler: @escaping @Sendable () -> Void) {
        onSignal.withLock { $0 = handler }
        var thread = pthread_t()
        guard
            pthread_create(
                &thread, nil,
                { _ in
                    Interruption.loop()
                    return nil
                }, nil) == 0
        else { return }
        pthread_detach(thread)
    }

    /// Marks that this process is stuck for as long as nobody reads its output: there is nothing to clean up then.
    static func whileWritingOutput<R>(_ body: () -> R) -> R {
        isWritingOutput.store(true, ordering: .releasing)
        defer { isWritingOutput.store(false, ordering: .releasing) }
        return body()
    }

    private static func handledSignals() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { sigaddset(&set, number) }
        return set
    }

    /// `nohup` and shells that run a job in the background ignore signals for us; that stays so.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    private static func loop() {
        var set = handledSignals()
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            if received.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing).exchanged {
                // Closing the end wakes every thread, and each that comes later.
                close(wakeUp.write)
                onSignal.withLock { $0 }?()
                usleep(300_000)
                if isWritingOutput.load(ordering: .acquiring) { end() }
            } else {
                end()
            }
        }
    }

    private static func end() -> Never {
        TemporaryFiles.removeAll()
        _exit(128 + signal)
    }
}
