import Glibc

/// A lock for state that outlives calls (a store's, an engine's, a pool's): `fork()` waits until none is held, so that
/// a child never inherits one that is locked or state that is half changed.
///
/// For short critical sections only. While one is held, take no other and create none: a fork could deadlock.
/// State of a single call needs no such care; use ``Lock`` for it.
///
/// `@unchecked Sendable`: `value` is only touched between lock and unlock of `mutex`.
public final class ForkSafeLock<Value>: @unchecked Sendable {
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// Makes an unlocked lock around a value.
    ///
    /// - Parameter value: What it protects.
    public init(_ value: sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        ForkSafeLockRegistry.add(mutex)
    }

    /// Runs the body while no other thread is in one.
    ///
    /// - Parameter body: Short, and without taking another such lock.
    public func withLock<R, E: Error>(_ body: (inout Value) throws(E) -> sending R) throws(E) -> sending R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    deinit {
        ForkSafeLockRegistry.remove(mutex)
        pthread_mutex_destroy(mutex)
        mutex.deinitialize(count: 1)
        mutex.deallocate()
    }
}

/// All locks that a fork has to wait for.
enum ForkSafeLockRegistry {
    /// `nonisolated(unsafe)`: touched only while `gate` is held.
    private nonisolated(unsafe) static var locks: Set<UnsafeMutablePointer<pthread_mutex_t>> = []
    /// A plain mutex in memory that is never freed. `nonisolated(unsafe)`: a mutex is made to be shared.
    private nonisolated(unsafe) static let gate: UnsafeMutablePointer<pthread_mutex_t> = {
        let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        gate.initialize(to: pthread_mutex_t())
        pthread_mutex_init(gate, nil)
        return gate
    }()

    static func add(_ mutex: UnsafeMutablePointer<pthread_mutex_t>) {
        _ = Fork.installed
        pthread_mutex_lock(gate)
        locks.insert(mutex)
        pthread_mutex_unlock(gate)
    }

    static func remove(_ mutex: UnsafeMutablePointer<pthread_mutex_t>) {
        pthread_mutex_lock(gate)
        locks.remove(mutex)
        pthread_mutex_unlock(gate)
    }

    static func lockAll() {
        pthread_mutex_lock(gate)
        for mutex in locks { pthread_mutex_lock(mutex) }
    }

    static func unlockAll() {
        for mutex in locks { pthread_mutex_unlock(mutex) }
        pthread_mutex_unlock(gate)
    }
}
