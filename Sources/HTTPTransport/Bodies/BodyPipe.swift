import Coffer
import Glibc

/// A bounded window between an engine's thread, which receives, and the consumer of a body.
///
/// The producer fills the consumer's own memory when the consumer waits; else it gathers up to the window and then has
/// to hold back. The consumer tells it when there is room again.
final class BodyPipe: Sendable {
    /// How a consumer waits.
    private struct Waiter {
        /// Its memory; `nonisolated(unsafe)` in effect: valid until the waiter is resumed, touched under the lock.
        let target: UnsafeMutableRawBufferPointer
        var filled: Int
        /// Whether it wants all of its memory filled.
        let wantsAll: Bool
        let resumption: Resumption<Result<Int, StoreError>>
    }

    private struct State: @unchecked Sendable {
        var waiter: Waiter?
        var chunks: [Chunk] = []
        var head = 0
        var queued = 0
        /// What is being gathered: memory, its size, and how much of it is used.
        var gathering: (memory: UnsafeMutableRawPointer, capacity: Int, used: Int)?
        var end: Result<Void, StoreError>?
        var holdsBack = false
    }

    /// How many bytes are gathered before the producer holds back.
    static let window = 1 << 20
    private static let unit = 256 << 10

    private let state = Lock(State())

    deinit {
        state.withLock { state in
            if let gathering = state.gathering { free(gathering.memory) }
        }
    }

    // MARK: The producer

    /// Takes bytes from the network.
    ///
    /// - Parameters:
    ///   - bytes: What has come.
    ///   - expected: How many more bytes of the body are expected at the most; sizes the memory.
    ///   - unlimited: Whether to gather without a limit (the caller counts).
    /// - Returns: False if the producer must hold back and bring the same bytes again.
    func write(_ bytes: UnsafeRawBufferPointer, expected: Int64, unlimited: Bool) -> Bool {
        state.withLock { state in
            var rest = bytes
            if let waiter = state.waiter, waiter.filled < waiter.target.count {
                rest = Self.fillWaiter(&state, rest)
            } else if state.queued >= Self.window, !unlimited {
                state.holdsBack = true
                return false
            }
            while !rest.isEmpty { rest = Self.gather(&state, rest, expected) }
            return true
        }
    }

    private static func fillWaiter(_ state: inout State, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard var waiter = state.waiter else { return bytes }
        let count = min(bytes.count, waiter.target.count - waiter.filled)
        if count > 0, let to = waiter.target.baseAddress, let from = bytes.baseAddress {
            memcpy(to + waiter.filled, from, count)
        }
        waiter.filled += count
        state.waiter = waiter
        return UnsafeRawBufferPointer(rebasing: bytes[count...])
    }

    private static func gather(
        _ state: inout State, _ bytes: UnsafeRawBufferPointer, _ expected: Int64
    ) -> UnsafeRawBufferPointer {
        if state.gathering == nil {
            let wanted = max(bytes.count, Int(min(max(expected, 0), Int64(Self.unit))))
            guard let memory = malloc(max(1, wanted)) else {
                // Bytes that are lost must not look like the end.
                state.end = .failure(StoreError(.internal, "no memory for a body's next bytes"))
                return UnsafeRawBufferPointer(rebasing: bytes[..<0])
            }
            state.gathering = (memory, wanted, 0)
        }
        guard var gathering = state.gathering, let from = bytes.baseAddress else { return bytes }
        let count = min(bytes.count, gathering.capacity - gathering.used)
        memcpy(gathering.memory + gathering.used, from, count)
        gathering.used += count
        state.queued += count
        state.gathering = gathering
        if gathering.used == gathering.capacity { seal(&state) }
        return UnsafeRawBufferPointer(rebasing: bytes[count...])
    }

    /// Makes a chunk of what has been gathered.
    private static func seal(_ state: inout State) {
        guard let gathering = state.gathering else { return }
        state.gathering = nil
        // The memory goes over to the chunk, which frees it.
        nonisolated(unsafe) let memory = gathering.memory
        state.chunks.append(
            Chunk(borrowing: UnsafeRawBufferPointer(start: memory, count: gathering.used)) { free(memory) })
    }

    /// Lets a waiting consumer have what has come; called once for several writes.
    func deliver() {
        let done: (Resumption<Result<Int, StoreError>>, Int)? = state.withLock { state in
            // A consumer without memory of its own waits for what is gathered.
            guard let waiter = state.waiter,
                waiter.filled > 0 && (!waiter.wantsAll || waiter.filled == waiter.target.count) || state.queued > 0
            else { return nil }
            state.waiter = nil
            return (waiter.resumption, waiter.filled)
        }
        if let done { done.0.resume(returning: .success(done.1)) }
    }

    /// Ends the body; the first end counts.
    func end(_ result: Result<Void, StoreError>) {
        let done: (Resumption<Result<Int, StoreError>>, Result<Int, StoreError>)? =
            state.withLock { state in
                if state.end == nil { state.end = result }
                guard let waiter = state.waiter else { return nil }
                state.waiter = nil
                // What came before a break counts, so that a read can go on behind it; the next call gives the error.
                if case .failure(let error) = state.end, waiter.filled == 0 || error.code == .cancelled {
                    return (waiter.resumption, .failure(error))
                }
                return (waiter.resumption, .success(waiter.filled))
            }
        if let done { done.0.resume(returning: done.1) }
    }

    /// All that has been gathered, in one piece.
    func takeAll() -> Chunk {
        state.withLock { state in
            Self.seal(&state)
            let chunks = Array(state.chunks[state.head...])
            state.chunks = []
            state.head = 0
            state.queued = 0
            return chunks.isEmpty ? Chunk() : Chunk.joining(chunks)
        }
    }

    /// How many bytes are gathered.
    var queued: Int { state.withLock { $0.queued } }

    // MARK: The consumer

    /// What a consumer finds without waiting.
    enum Found {
        case chunk(Chunk)
        case ended(Result<Void, StoreError>)
        case nothing
    }

    /// Takes what is there.
    ///
    /// - Parameters:
    ///   - limit: The most bytes.
    ///   - resumes: Set if the producer holds back and has room now: it must be told.
    func take(_ limit: Int, _ resumes: inout Bool) -> Found {
        var wakes = false
        let found: Found = state.withLock { state in
            if state.head == state.chunks.count { Self.seal(&state) }
            guard state.head < state.chunks.count else {
                if state.holdsBack {
                    state.holdsBack = false
                    wakes = true
                }
                return state.end.map { .ended($0) } ?? .nothing
            }
            let chunk = state.chunks[state.head]
            let part = chunk.prefix(limit)
            if part.count == chunk.count {
                state.chunks[state.head] = Chunk()
                state.head += 1
                if state.head == state.chunks.count {
                    state.chunks.removeAll(keepingCapacity: true)
                    state.head = 0
                }
            } else {
                state.chunks[state.head] = chunk.dropFirst(limit)
            }
            state.queued -= part.count
            if state.holdsBack, state.queued < Self.window / 2 {
                state.holdsBack = false
                wakes = true
            }
            return .chunk(part)
        }
        if wakes { resumes = true }
        return found
    }

    /// Waits for bytes; call it only after ``take(_:_:)`` found nothing. Comes back at once if there are some now.
    ///
    /// - Returns: How many bytes were written to `target`; 0 if there is something to take, or the end.
    func wait(_ target: UnsafeMutableRawBufferPointer, wantsAll: Bool) async -> Result<Int, StoreError> {
        nonisolated(unsafe) let target = target
        return await Resumption<Result<Int, StoreError>>.wait { resumption in
            let now: Result<Int, StoreError>? = state.withLock { state in
                if state.queued > 0 || state.end != nil { return .success(0) }
                if state.waiter != nil {
                    return .failure(
                        StoreError(.invalidArgument, "two reads of one body at the same time; read it from one task"))
                }
                state.waiter = Waiter(target: target, filled: 0, wantsAll: wantsAll, resumption: resumption)
                return nil
            }
            if let now { resumption.resume(returning: now) }
        }
    }
}
