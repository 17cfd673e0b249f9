/// A large object as a stream, in order, whose ranges are fetched ahead of the reader where that makes it faster.
///
/// It begins with the one stream that is open. If that turns out to be slow, or if the caller asked for it, further
/// ranges are fetched at the same time into memory, a bounded number of them, and that first stream ends where they begin.
final class ParallelStream: ByteStream {
    private struct State {
        /// What is read directly, and the offset where it is left.
        var direct: (any ByteStream)?
        var directEnd: Int64
        /// The next byte for the reader.
        var position: Int64
        /// The rest of a fetched part, or of a chunk that reached beyond the end of the direct stream.
        var rest = Chunk()
        /// Parts on their way, in order.
        var parts: [PrefetchedPart] = []
        /// Where the next part begins; nil while there is only one stream.
        var nextPart: Int64?
        /// What the first stream gave since the last look, and how long it was waited for.
        var sample: (bytes: Int64, waited: Duration) = (0, .zero)
        var failure: StoreError?
        var isCancelled = false
    }

    private let state: Lock<State>
    private let plan: DownloadPlan
    private let object: PinnedObject
    private let budget: MemoryBudget
    private let blocks: BlockPool
    private let generation = Fork.generation

    /// Makes the stream.
    ///
    /// - Parameters:
    ///   - first: The stream that is open, over the whole range.
    ///   - plan: How the range is cut.
    ///   - object: What the range is of.
    ///   - budget: Where the memory of parts is counted.
    init(
        _ first: any ByteStream, _ plan: DownloadPlan, _ object: PinnedObject, _ budget: MemoryBudget
    ) {
        state = Lock(State(direct: first, directEnd: plan.range.upperBound, position: plan.range.lowerBound))
        self.plan = plan
        self.object = object
        self.budget = budget
        blocks = BlockPool(blockSize: Int(clamping: plan.partSize))
        if plan.isForced { spread() }
    }

    deinit { cancel() }

    func next() async throws(StoreError) -> Chunk? {
        try await step { (stream, limit) async throws(StoreError) in
            guard let chunk = try await stream.next() else { return nil }
            return chunk.prefix(Int(clamping: limit))
        } take: { rest in
            defer { rest = Chunk() }
            return rest
        } count: {
            $0.count
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        guard buffer.count > 0 else { return 0 }
        let count = try await step { (stream, limit) async throws(StoreError) -> Int? in
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(Int(clamping: limit)))
            let count = try await stream.read(into: room)
            return count == 0 ? nil : count
        } take: { rest in
            let part = rest.prefix(buffer.count)
            part.withUnsafeBytes { buffer.copyMemory(from: $0) }
            rest = rest.dropFirst(part.count)
            return part.count
        } count: {
            $0
        }
        return count ?? 0
    }

    /// Gives the next bytes.
    ///
    /// - Parameters:
    ///   - direct: Reads from the stream at most so many bytes; nil at its end.
    ///   - take: Takes bytes from memory.
    ///   - count: How many bytes a result is.
    private func step<R>(
        _ direct: (any ByteStream, Int64) async throws(StoreError) -> R?, take: (inout Chunk) -> R,
        count: (R) -> Int
    ) async throws(StoreError) -> R? {
        if generation != Fork.generation {
            throw StoreError(.closed, "the stream belongs to the process before fork(); open a new one")
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        do throws(StoreError) {
            while true {
                let (rest, stream, limit, position) = state.withLock {
                    ($0.rest, $0.direct, $0.directEnd - $0.position, $0.position)
                }
                if position >= plan.range.upperBound { return nil }
                if !rest.isEmpty {
                    var rest = rest
                    let result = take(&rest)
                    advance(by: count(result), rest)
                    return result
                }
                if let stream {
                    let clock = ContinuousClock()
                    let began = clock.now
                    guard let result = try await direct(stream, limit) else { throw truncated(position) }
                    look(count(result), began.duration(to: clock.now))
                    return result
                }
                try await nextPart()
            }
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            stop()
            throw error
        }
    }

    private func advance(by count: Int, _ rest: Chunk) {
        state.withLock { state in
            state.position += Int64(count)
            state.rest = rest
        }
    }

    /// Takes note of what the direct stream gave, and leaves it where its part ends.
    private func look(_ count: Int, _ waited: Duration) {
        let (ended, isSlow): ((any ByteStream)?, Bool) = state.withLock { state in
            state.position += Int64(count)
            if state.position >= state.directEnd {
                defer { state.direct = nil }
                return (state.direct, false)
            }
            guard state.nextPart == nil else { return (nil, false) }
            state.sample.bytes += Int64(count)
            state.sample.waited += waited
            guard state.sample.bytes >= plan.partSize else { return (nil, false) }
            defer { state.sample = (0, .zero) }
            return (nil, DownloadPlan.isSlow(state.sample.bytes, state.sample.waited))
        }
        ended?.cancel()
        if isSlow { spread() }
    }

    /// Begins to fetch further ranges; the direct stream ends after one more part.
    private func spread() {
        let isWorthIt = state.withLock { state in
            let start = state.position + plan.partSize
            guard state.nextPart == nil, start < plan.range.upperBound else { return false }
            state.directEnd = start
            state.nextPart = start
            return true
        }
        if isWorthIt { fillWindow() }
    }

    private func fillWindow() {
        while true {
            let range: Range<Int64>? = state.withLock { state in
                guard !state.isCancelled, state.failure == nil, let start = state.nextPart,
                    start < plan.range.upperBound,
                    state.parts.count + (state.direct == nil ? 0 : 1) < plan.concurrency
                else { return nil }
                let range = start..<min(start + plan.partSize, plan.range.upperBound)
                state.nextPart = range.upperBound
                return range
            }
            guard let range else { return }
            let part = PrefetchedPart(range, object, budget, blocks)
            let isOver = state.withLock { state in
                state.parts.append(part)
                return state.isCancelled
            }
            if isOver { part.cancel() }
        }
    }

    /// Makes the part at the front the next to be read.
    private func nextPart() async throws(StoreError) {
        // The part before is read to its end: only now does its place in the window go to another.
        fillWindow()
        let (part, isCancelled) = state.withLock { ($0.parts.first, $0.isCancelled) }
        if isCancelled { throw .cancelled() }
        guard let part else { throw StoreError(.internal, "a parallel read has lost a part") }
        let chunk = try await part.take()
        let stream = chunk == nil ? try await object.open(part.range) : nil
        let isOver = state.withLock { state in
            if state.isCancelled { return true }
            state.parts.removeFirst()
            state.rest = chunk ?? Chunk()
            state.direct = stream
            state.directEnd = part.range.upperBound
            return false
        }
        if isOver {
            stream?.cancel()
            throw .cancelled()
        }
    }

    private func truncated(_ position: Int64) -> StoreError {
        StoreError(
            .connectionFailed,
            "the body ended after \(position - plan.range.lowerBound) of "
                + "\(plan.range.upperBound - plan.range.lowerBound) bytes; read it again", isRetryable: true)
    }

    func cancel() {
        state.withLock { $0.failure = $0.failure ?? .cancelled() }
        stop()
    }

    private func stop() {
        let (stream, parts) = state.withLock { state in
            state.isCancelled = true
            defer { (state.direct, state.parts, state.rest) = (nil, [], Chunk()) }
            return (state.direct, state.parts)
        }
        stream?.cancel()
        for part in parts { part.cancel() }
    }
}
