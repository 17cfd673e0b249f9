import Glibc
import Synchronization

/// What has to be known about `fork()`: which process this is, and what is made anew in a child.
///
/// After a fork the child has one thread and a copy of everything else. So threads, sockets and whatever waits for
/// them belong to the parent; ``ForkLocal`` makes them again, and ``ForkSafeLock`` is never copied while it is held.
public enum Fork {
    private static let counter = Atomic<UInt64>(0)

    /// How many forks lie between the first process and this one: changes in the child, never in the parent.
    public static var generation: UInt64 {
        _ = installed
        return counter.load(ordering: .acquiring)
    }

    /// Installs the handlers once; the first lock or generation asked for does it.
    static let installed: Bool =
        pthread_atfork(
            { ForkSafeLockRegistry.lockAll() },
            { ForkSafeLockRegistry.unlockAll() },
            {
                ForkSafeLockRegistry.unlockAll()
                Fork.counter.wrappingAdd(1, ordering: .releasing)
            }) == 0
}

/// A value that each process makes for itself: the copy that a child inherits is left alone and never touched again.
///
/// It is not destroyed either: its threads do not exist there, and closing its connections would close the parent's.
public final class ForkLocal<Value: AnyObject & Sendable>: Sendable {
    private let state = ForkSafeLock<(generation: UInt64, value: Value?, inherited: [Value])>((0, nil, []))
    private let make: @Sendable () -> Value

    /// Makes the holder; the value is made on first use.
    ///
    /// - Parameter make: Makes the value. Must not create a ``ForkSafeLock`` or take one.
    public init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    /// The value of this process.
    public var value: Value {
        let generation = Fork.generation
        return state.withLock { state in
            if state.generation == generation, let value = state.value { return value }
            if let old = state.value { state.inherited.append(old) }
            let value = make()
            state.value = value
            state.generation = generation
            return value
        }
    }

    /// The value of this process if it has been made.
    public var existing: Value? {
        let generation = Fork.generation
        return state.withLock { $0.generation == generation ? $0.value : nil }
    }
}
