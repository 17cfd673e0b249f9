import Coffer

/// A body that comes over its own connection.
///
/// One consumer at a time has the connection; `state` says who, and the end gives it back.
final class DirectStream: FillingByteStream {
    private enum Phase {
        /// Nobody reads.
        case idle(Connection)
        /// A read goes on; cancelled meanwhile or not.
        case reading(Connection, isCancelled: Bool)
        /// The body has ended, and the connection is gone.
        case ended
        case failed(StoreError)
    }

    private struct State {
        var phase: Phase
        var prefix: Chunk
    }

    /// The size of the chunks of ``next()``, in bytes.
    private static let unit = 256 << 10

    private let state: Lock<State>
    private let engine: DirectEngine
    private let generation = Fork.generation
    private let mayBlock: Bool

    init(_ connection: Connection, _ engine: DirectEngine, prefix: Chunk, blocks: Bool) {
        state = Lock(State(phase: .idle(connection), prefix: prefix))
        self.engine = engine
        mayBlock = blocks
    }

    deinit { cancel() }

    func cancel() {
        // After a fork the connection is the parent's.
        guard generation == Fork.generation else { return }
        let connection = state.withLock { state -> (Connection, closes: Bool)? in
            switch state.phase {
            case .idle(let connection):
                state.phase = .failed(.cancelled())
                state.prefix = Chunk()
                return (connection, true)
            case .reading(let connection, _):
                state.phase = .reading(connection, isCancelled: true)
                return (connection, false)
            case .ended, .failed: return nil
            }
        }
        guard let connection else { return }
        if connection.closes { engine.drop(connection.0, inOrder: false) } else { connection.0.cancel() }
    }

    func next() async throws(StoreError) -> Chunk? {
        guard let connection = try begin() else { return nil }
        if let prefix = takePrefix(.max) {
            finish(connection, nil)
            return prefix
        }
        var wanted = Self.unit
        if case .length = connection.receiving.framing { wanted = Int(min(Int64(wanted), connection.receiving.left)) }
        let memory = ChunkMemory.take(wanted)
        guard let base = memory.baseAddress else {
            let error = StoreError(.internal, "no memory for a body's next bytes")
            finish(connection, error)
            throw error
        }
        let count: Int
        do throws(StoreError) {
            count = try await read(connection, memory, wantsAll: false)
        } catch {
            ChunkMemory.give(memory)
            throw error
        }
        guard count > 0 else {
            ChunkMemory.give(memory)
            return nil
        }
        // From here on the chunk owns the memory.
        nonisolated(unsafe) let owned = memory
        return Chunk(borrowing: UnsafeRawBufferPointer(start: base, count: count)) { ChunkMemory.give(owned) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        guard buffer.count > 0, let connection = try begin() else { return 0 }
        if let prefix = takePrefix(buffer.count) {
            prefix.withUnsafeBytes { buffer.copyMemory(from: $0) }
            finish(connection, nil)
            return prefix.count
        }
        return try await read(connection, buffer, wantsAll: false)
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        guard buffer.count > 0, let connection = try begin() else { return 0 }
        var filled = 0
        if let prefix = takePrefix(buffer.count) {
            prefix.withUnsafeBytes { buffer.copyMemory(from: $0) }
            filled = prefix.count
            if filled == buffer.count {
                finish(connection, nil)
                return filled
            }
        }
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        do throws(StoreError) {
            return filled + (try await read(connection, rest, wantsAll: true))
        } catch {
            // What has come counts; the next call gives the error.
            if filled > 0 { return filled }
            throw error
        }
    }

    // MARK: One read

    /// Takes the connection for a read; nil at the end.
    private func begin() throws(StoreError) -> Connection? {
        guard generation == Fork.generation else { throw inheritedBody() }
        let result = state.withLock { state -> Result<Connection?, StoreError> in
            switch state.phase {
            case .idle(let connection):
                state.phase = .reading(connection, isCancelled: false)
                return .success(connection)
            case .reading:
                return .failure(
                    StoreError(.invalidArgument, "two reads of one body at the same time; read it from one task"))
            case .ended: return .success(nil)
            case .failed(let error): return .failure(error)
            }
        }
        return try result.get()
    }

    private func takePrefix(_ limit: Int) -> Chunk? {
        state.withLock { state in
            guard !state.prefix.isEmpty else { return nil }
            let part = state.prefix.prefix(limit)
            state.prefix = state.prefix.dropFirst(part.count)
            return part
        }
    }

    private func read(
        _ connection: Connection, _ buffer: UnsafeMutableRawBufferPointer, wantsAll: Bool
    ) async throws(StoreError) -> Int {
        connection.receiving.target = buffer
        connection.receiving.filled = 0
        connection.receiving.wantsAll = wantsAll
        do throws(StoreError) {
            try await connection.run(.read, blocks: mayBlock && BlockingPool.mayBlockHere)
        } catch {
            let filled = connection.receiving.filled
            finish(connection, error)
            // What came before the break counts, so that a read can go on behind it; the next call gives the error.
            if filled > 0 && error.code != .cancelled { return filled }
            throw error
        }
        let filled = connection.receiving.filled
        finish(connection, nil)
        return filled
    }

    /// Ends a read: gives the connection back at the end of the body, closes it after a failure.
    private func finish(_ connection: Connection, _ error: StoreError?) {
        let hasEnded = connection.receiving.isEnded
        let closes = state.withLock { state -> Bool? in
            guard case .reading(_, let isCancelled) = state.phase else { return nil }
            if let error {
                state.phase = .failed(error)
                return true
            }
            if isCancelled {
                state.phase = .failed(.cancelled())
                return true
            }
            if hasEnded, state.prefix.isEmpty {
                state.phase = .ended
                return false
            }
            state.phase = .idle(connection)
            return nil
        }
        switch closes {
        case true: engine.drop(connection, inOrder: false)
        case false: engine.give(connection)
        default: break
        }
    }
}
