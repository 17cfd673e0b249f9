import Coffer
import Glibc
import Synchronization

/// What a test makes of a system call.
package enum SyscallFault: Sendable {
    /// The call is not made and fails with this `errno`.
    case fail(Int32)
    /// A read or write handles at most so many bytes.
    case short(Int)
    /// The process is killed before the call, as by `kill -9`.
    case kill
}

/// The hook through which tests make the Nth system call of a thread fail.
///
/// While no plan is set, a call costs one relaxed load more.
package enum SyscallFaults {
    /// Decides about one call: its kind, and how many calls the thread has made since the plan was set, from 1.
    package typealias Plan = @Sendable (SystemCall, Int) -> SyscallFault?

    private static let armed = Atomic<Int>(0)
    private static let plans = Lock<[UInt: (plan: Plan, calls: Int)]>([:])

    /// Runs a body under a plan that concerns the calling thread only.
    ///
    /// - Parameters:
    ///   - plan: Decides about each call.
    ///   - body: Makes the calls on this thread.
    /// - Returns: What the body returned, and how many calls it made.
    package static func with<R>(_ plan: @escaping Plan, _ body: () throws -> R) rethrows -> (result: R, calls: Int) {
        let thread = UInt(pthread_self())
        plans.withLock { $0[thread] = (plan, 0) }
        armed.wrappingAdd(1, ordering: .sequentiallyConsistent)
        var calls = 0
        defer {
            armed.wrappingSubtract(1, ordering: .sequentiallyConsistent)
            _ = plans.withLock { $0.removeValue(forKey: thread) }
        }
        let result = try body()
        calls = plans.withLock { $0[thread]?.calls ?? 0 }
        return (result, calls)
    }

    /// What shall become of the call that is about to be made.
    @inline(__always)
    static func next(_ call: SystemCall) -> SyscallFault? {
        armed.load(ordering: .relaxed) == 0 ? nil : planned(call)
    }

    @inline(never)
    private static func planned(_ call: SystemCall) -> SyscallFault? {
        let thread = UInt(pthread_self())
        let plan: (Plan, Int)? = plans.withLock { plans in
            guard let entry = plans[thread] else { return nil }
            plans[thread] = (entry.plan, entry.calls + 1)
            return (entry.plan, entry.calls + 1)
        }
        guard let (decide, index) = plan, let fault = decide(call, index) else { return nil }
        if case .kill = fault { kill(getpid(), SIGKILL) }
        return fault
    }
}
