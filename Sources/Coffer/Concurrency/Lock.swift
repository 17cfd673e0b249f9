import Glibc

/// A mutual-exclusion lock around a value, for short critical sections.
///
/// Built on `pthread_mutex_t`, which the thread sanitizer understands, unlike the standard library's `Mutex` on Linux.
/// For state that outlives a call and must survive `fork()`, use ``ForkSafeLock``.
///
/// A value of this type is one reference: copies share the lock.
///
/// `@unchecked Sendable`: the value is only touched between lock and unlock.
public struct Lock<Value>: @unchecked Sendable {
    /// The value and the mutex in one allocation, whose address never changes.
    @usableFromInline
    final class Storage: ManagedBuffer<Value, pthread_mutex_t> {
        deinit {
            // The value goes with the buffer's header.
            withUnsafeMutablePointerToElements { _ = pthread_mutex_destroy($0) }
        }
    }

    @usableFromInline let storage: ManagedBuffer<Value, pthread_mutex_t>
    // Both point into `storage`. Kept, because asking for them counts as an access to the value (the thread sanitizer
    // says so), and that must come after locking.
    @usableFromInline let value: UnsafeMutablePointer<Value>
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// Makes an unlocked lock around a value.
    ///
    /// - Parameter value: What it protects.
    public init(_ value: sending Value) {
        storage = Storage.create(minimumCapacity: 1) { buffer in
            buffer.withUnsafeMutablePointerToElements { mutex in
                mutex.initialize(to: pthread_mutex_t())
                pthread_mutex_init(mutex, nil)
            }
            return value
        }
        (self.value, mutex) = storage.withUnsafeMutablePointers { ($0, $1) }
    }

    /// Runs the body while no other thread is in one.
    ///
    /// - Parameter body: Short; must not suspend and not take the same lock.
    @inlinable
    public func withLock<R, E: Error>(_ body: (inout Value) throws(E) -> sending R) throws(E) -> sending R {
        pthread_mutex_lock(mutex)
        defer {
            pthread_mutex_unlock(mutex)
            // The pointers point into it.
            withExtendedLifetime(storage) {}
        }
        return try body(&value.pointee)
    }
}
