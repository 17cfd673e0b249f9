import Coffer

/// Which calls to a driver fail, and how. Shared by a test and the ``FaultLayer`` it puts around a driver.
///
/// ```swift
/// let faults = FaultPlan()
/// let store = Store(driver: MemoryDriver(), layers: [FaultLayer(faults), RetryLayer(policy: RetryPolicy())])
/// faults.add(Fault(.put, at: 1, .fail(.transient())))
/// ```
public final class FaultPlan: Sendable {
    private struct State {
        var faults: [Fault] = []
        /// How many calls each fault has seen that it is meant for.
        var seen: [Int] = []
        var calls: [Operation] = []
        var injected = 0
    }

    private let state = Lock(State())

    /// Makes a plan.
    ///
    /// - Parameter faults: What goes wrong.
    public init(_ faults: [Fault] = []) {
        for fault in faults { add(fault) }
    }

    /// Adds a fault; its count of calls begins now.
    ///
    /// - Parameter fault: What goes wrong.
    public func add(_ fault: Fault) {
        state.withLock { state in
            state.faults.append(fault)
            state.seen.append(0)
        }
    }

    /// Forgets all faults, so that everything works again; the counts stay.
    public func clear() {
        state.withLock { state in
            state.faults = []
            state.seen = []
        }
    }

    /// The calls that reached the layer, in order: also those that were made to fail.
    public var calls: [Operation] { state.withLock { $0.calls } }

    /// How many calls and streams were interfered with. Nought says that a test did not test what it meant to.
    public var injected: Int { state.withLock { $0.injected } }

    /// Counts a call and finds what is to happen to it.
    ///
    /// - Parameter stage: Whether the call itself or the stream that it gave is asked about.
    func next(_ operation: Operation, _ key: Key?, isStream: Bool) -> [Fault.Effect] {
        state.withLock { state in
            if !isStream { state.calls.append(operation) }
            var effects: [Fault.Effect] = []
            for index in state.faults.indices {
                let fault = state.faults[index]
                guard fault.effect.isOfStream == isStream, fault.operation == nil || fault.operation == operation,
                    fault.key == nil || fault.key == key
                else { continue }
                state.seen[index] += 1
                let count = state.seen[index]
                if fault.isPersistent ? count >= fault.call : count == fault.call {
                    effects.append(fault.effect)
                    state.injected += 1
                }
            }
            return effects
        }
    }
}

/// One thing that goes wrong.
public struct Fault: Sendable {
    /// How it goes wrong.
    public enum Effect: Sendable {
        /// The call fails and nothing has happened.
        case fail(StoreError)
        /// The call is carried out, but its answer is lost: the caller gets the error.
        case failAfterwards(StoreError)
        /// The call waits before it is carried out.
        case delay(Duration)
        /// The call is carried out twice, as by a network that repeats; the second answer counts.
        case duplicate
        /// The stream of a read gives so many bytes and then the error.
        case breakStream(after: Int64, StoreError)
        /// The stream of a read ends after so many bytes, as if that were all.
        case endStream(after: Int64)
        /// The stream of a read gives at most so many bytes at a time.
        case shortReads(of: Int)
        /// The stream of a read waits before each chunk.
        case slowStream(Duration)
        /// A driver's writer takes so many bytes and then throws the error.
        case breakWriter(after: Int64, StoreError)
        /// A driver's writer takes everything and then fails to finish.
        case failFinish(StoreError)

        var isOfStream: Bool {
            switch self {
            case .fail, .failAfterwards, .delay, .duplicate: false
            case .breakStream, .endStream, .shortReads, .slowStream, .breakWriter, .failFinish: true
            }
        }
    }

    /// The verb; nil for every one. A stream belongs to `read`, a writer to `write`.
    public var operation: Operation?
    /// The key; nil for every one.
    public var key: Key?
    /// Which of the calls that fit, from 1.
    public var call: Int
    /// Whether all later calls go wrong too (persistent), or only that one (transient).
    public var isPersistent: Bool
    /// How it goes wrong.
    public var effect: Effect

    /// Makes a fault.
    ///
    /// - Parameters:
    ///   - operation: The verb; nil for every one.
    ///   - key: The key; nil for every one.
    ///   - call: Which of the calls that fit, from 1.
    ///   - isPersistent: Whether all later calls go wrong too.
    ///   - effect: How it goes wrong.
    public init(
        _ operation: Operation? = nil, key: Key? = nil, at call: Int = 1, isPersistent: Bool = false, _ effect: Effect
    ) {
        self.operation = operation
        self.key = key
        self.call = call
        self.isPersistent = isPersistent
        self.effect = effect
    }
}

extension StoreError {
    /// An error that a retry may mend: the connection broke.
    public static func transient(_ message: String = "the connection broke (injected)") -> StoreError {
        StoreError(.connectionFailed, message, isRetryable: true)
    }

    /// An error that no retry mends: the disk failed.
    public static func permanent(_ message: String = "the disk failed (injected)") -> StoreError {
        StoreError(.io, message)
    }
}
