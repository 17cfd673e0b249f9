import Coffer
import Synchronization

/// What readers, writers and listers share: one call at a time, and only in the process that opened them.
protocol StreamHandle: HandleObject {
    var gate: StreamGate { get }
}

/// Lets one call in at a time, and none after a fork.
final class StreamGate: Sendable {
    private let busy = Atomic<Bool>(false)
    private let generation = Fork.generation

    /// Whether this process opened the stream.
    var isHere: Bool { Fork.generation == generation }

    func run<R>(_ kind: HandleKind, _ body: () throws(StoreError) -> R) throws(StoreError) -> R {
        guard isHere else {
            throw StoreError(.closed, "the \(kind) belongs to the process before fork(); open a new one")
        }
        guard !busy.exchange(true, ordering: .acquiring) else {
            throw StoreError(
                .invalidArgument, "another call on this \(kind) has not returned; make one call at a time")
        }
        defer { busy.store(false, ordering: .releasing) }
        return try body()
    }
}

/// Runs a body with the object of a stream's handle.
func withStream<Object: StreamHandle, R>(
    _ handle: UnsafeMutableRawPointer?, _ type: Object.Type, _ body: (Object) throws(StoreError) -> R
) throws(StoreError) -> R {
    try HandleTable.with(handle, type) { object throws(StoreError) in
        try object.gate.run(Object.kind) { () throws(StoreError) in try body(object) }
    }
}

/// Streams of the process before `fork()` that were freed here: never let go of, and not lost to leak checkers either.
private let inheritedStreams = ForkSafeLock<[any StreamHandle]>([])

/// Takes a stream out of the table.
///
/// - Returns: The object, unless it belongs to the process before `fork()`: letting it go here would remove temporary
///   files and shut connections that are the parent's, so it is kept for ever.
func removeStream<Object: StreamHandle>(_ handle: UnsafeMutableRawPointer?, _ type: Object.Type) -> Object? {
    guard let object = HandleTable.remove(handle, type) else { return nil }
    if object.gate.isHere { return object }
    inheritedStreams.withLock { $0.append(object) }
    return nil
}
