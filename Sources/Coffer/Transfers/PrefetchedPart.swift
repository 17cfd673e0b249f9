/// One range of an object that is fetched into memory before its reader comes to it.
final class PrefetchedPart: Sendable {
    private enum Phase {
        /// Waits for memory of the budget.
        case waiting
        /// Has memory and is being received.
        case receiving
        /// The reader has come first and fetches the range itself.
        case bypassed
    }

    private struct State {
        var phase = Phase.waiting
        var result: Result<Chunk, StoreError>?
        /// Counts the memory until the reader has it.
        var lease: MemoryLease?
    }

    /// The offsets.
    let range: Range<Int64>
    private let state = Lock(State())
    private let task: Lock<Task<Void, Never>?> = Lock(nil)

    /// Begins to fetch.
    ///
    /// - Parameters:
    ///   - range: The offsets.
    ///   - object: What they are offsets of.
    ///   - budget: Where the memory is counted, until ``take()``.
    ///   - blocks: Memory; its blocks are at least as large as the range.
    init(_ range: Range<Int64>, _ object: PinnedObject, _ budget: MemoryBudget, _ blocks: BlockPool) {
        self.range = range
        let started = BackgroundTasks.start { [self] in
            let result: Result<Chunk, StoreError>
            do throws(StoreError) {
                let lease = try await budget.take(range.upperBound - range.lowerBound)
                guard begin(lease) else { return }
                result = .success(try await receive(object, blocks))
            } catch { result = .failure(error) }
            state.withLock { $0.result = result }
        }
        task.withLock { $0 = started }
    }

    private func begin(_ lease: MemoryLease) -> Bool {
        state.withLock { state in
            guard case .waiting = state.phase else { return false }
            state.phase = .receiving
            state.lease = lease
            return true
        }
    }

    private func receive(_ object: PinnedObject, _ blocks: BlockPool) async throws(StoreError) -> Chunk {
        let stream = try await object.open(range)
        do throws(StoreError) {
            let builder = try blocks.makeBuilder()
            let wanted = Int(range.upperBound - range.lowerBound)
            while builder.count < wanted {
                if Task.isCancelled { throw .cancelled() }
                let room = UnsafeMutableRawBufferPointer(rebasing: builder.remaining.prefix(wanted - builder.count))
                let count = try await stream.read(into: room)
                if count == 0 {
                    throw StoreError(
                        .connectionFailed, "the body ended after \(builder.count) of \(wanted) bytes; read it again",
                        isRetryable: true)
                }
                builder.advance(by: count)
            }
            return builder.finish()
        } catch {
            stream.cancel()
            throw error
        }
    }

    /// The bytes, waiting for them if need be; nil if the part still waits for memory, which the reader must not do: it
    /// may hold, in another transfer, what the part waits for.
    ///
    /// - Throws: What went wrong on the way.
    func take() async throws(StoreError) -> Chunk? {
        let isBypassed = state.withLock { state in
            guard case .waiting = state.phase, state.result == nil else { return false }
            state.phase = .bypassed
            return true
        }
        if isBypassed {
            cancel()
            return nil
        }
        let task = task.withLock { $0 }
        await withTaskCancellationHandler {
            await task?.value
        } onCancel: {
            task?.cancel()
        }
        let (result, lease) = state.withLock { state in
            defer { (state.result, state.lease) = (nil, nil) }
            return (state.result, state.lease)
        }
        // From here on the memory is the reader's.
        lease?.release()
        guard let result else { throw .cancelled() }
        return try result.get()
    }

    /// Stops fetching.
    func cancel() { task.withLock { $0 }?.cancel() }
}
