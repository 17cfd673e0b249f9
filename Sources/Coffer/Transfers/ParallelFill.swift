import Glibc

/// Where the bytes of a large read go, any of them at any time.
enum FillTarget: Sendable {
    /// Memory; the first byte of the range goes to its start. `nonisolated(unsafe)` by ``ParallelFill``: each byte is
    /// written by one task, and the owner waits for all of them.
    case memory(address: UInt)
    /// An open file; the first byte of the range goes to the offset.
    case file(descriptor: Int32, offset: Int64)
}

/// Fetches the parts of a large object at the same time and puts each where it belongs.
///
/// The stream that is open already goes on from the front for as long as it meets nobody; the others take parts from
/// the back. So no byte is fetched twice and no connection is broken off before the very end.
final class ParallelFill: Sendable {
    private struct State {
        /// The next part that the first stream takes.
        var front = 0
        /// Where the parts begin that others have taken.
        var back: Int
        var failure: StoreError?
        var tasks: [Task<Void, Never>] = []
    }

    private let state: Lock<State>
    private let plan: DownloadPlan
    private let object: PinnedObject
    private let target: FillTarget
    private let meter: ProgressMeter
    private let verifier: (any ChecksumVerifier)?

    /// Prepares to fetch.
    ///
    /// - Parameters:
    ///   - plan: How the range is cut.
    ///   - object: What it is a range of.
    ///   - target: Where the bytes go.
    ///   - meter: Told what has arrived.
    ///   - verifier: Compares the bytes; only with memory as target.
    init(
        _ plan: DownloadPlan, _ object: PinnedObject, _ target: FillTarget, _ meter: ProgressMeter,
        _ verifier: (any ChecksumVerifier)?
    ) {
        self.verifier = verifier
        self.plan = plan
        self.object = object
        self.target = target
        self.meter = meter
        state = Lock(State(back: plan.count))
    }

    /// Fetches everything; when it returns or throws, nobody writes to the target any more.
    ///
    /// - Parameter first: The stream that is open, over the whole range.
    /// - Throws: The first failure; `preconditionFailed` if the object was replaced meanwhile.
    func run(first: any ByteStream) async throws(StoreError) {
        await withTaskCancellationHandler {
            do throws(StoreError) { try await readFromFront(first) } catch { fail(error) }
            first.cancel()
            for task in state.withLock({ $0.tasks }) { await task.value }
        } onCancel: {
            fail(.cancelled())
            first.cancel()
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        try verifyRest()
    }

    /// Compares what others than the first stream brought; its own was compared as it came.
    private func verifyRest() throws(StoreError) {
        guard let verifier, case .memory(let address) = target else { return }
        let front = state.withLock { $0.front }
        var position = min(plan.range.lowerBound + Int64(front) * plan.partSize, plan.range.upperBound)
        while position < plan.range.upperBound {
            let end = min(position + plan.partSize, plan.range.upperBound)
            let place = UnsafeRawPointer(bitPattern: address + UInt(position - plan.range.lowerBound))
            try verifier.update(UnsafeRawBufferPointer(start: place, count: Int(end - position)))
            position = end
        }
        try verifier.finish()
    }

    private func readFromFront(_ stream: any ByteStream) async throws(StoreError) {
        var isAlone = true
        if plan.isForced {
            startOthers()
            isAlone = false
        }
        let receiver = try PartReceiver(target, plan.range.lowerBound)
        while let index = claimFront() {
            let part = plan.part(index)
            let waited = try await receiver.receive(stream, part, meter, verifier)
            if isAlone && DownloadPlan.isSlow(part.upperBound - part.lowerBound, waited) {
                startOthers()
                isAlone = false
            }
        }
    }

    private func claimFront() -> Int? {
        state.withLock { state in
            guard state.front < state.back, state.failure == nil else { return nil }
            defer { state.front += 1 }
            return state.front
        }
    }

    private func claimBack() -> Int? {
        state.withLock { state in
            guard state.front < state.back, state.failure == nil else { return nil }
            state.back -= 1
            return state.back
        }
    }

    private func startOthers() {
        let left = state.withLock { $0.back - $0.front }
        for _ in 0..<max(0, min(plan.concurrency - 1, left - 1)) {
            let task = BackgroundTasks.start { [self] in
                do throws(StoreError) { try await readFromBack() } catch { fail(error) }
            }
            let isOver = state.withLock { state in
                state.tasks.append(task)
                return state.failure != nil
            }
            if isOver { task.cancel() }
        }
    }

    private func readFromBack() async throws(StoreError) {
        let receiver = try PartReceiver(target, plan.range.lowerBound)
        while let index = claimBack() {
            let part = plan.part(index)
            let stream = try await object.open(part)
            do throws(StoreError) {
                _ = try await receiver.receive(stream, part, meter)
            } catch {
                stream.cancel()
                throw error
            }
        }
    }

    /// Remembers the first failure and stops the others.
    private func fail(_ error: StoreError) {
        let tasks = state.withLock { state in
            if state.failure == nil { state.failure = error }
            return state.tasks
        }
        for task in tasks { task.cancel() }
    }
}

/// Brings the bytes of streams to a ``FillTarget``: one task's part of the work.
struct PartReceiver: Sendable {
    /// What is written to a file at once, in bytes: the system call is worth it, and the bytes are still in the cache.
    private static let scratchSize = 512 << 10

    private let target: FillTarget
    private let start: Int64
    private let scratch: ScratchMemory?

    /// Makes a receiver.
    ///
    /// - Parameters:
    ///   - target: Where the bytes go.
    ///   - start: The offset in the object of the target's first byte.
    /// - Throws: `tooLarge` if there is no memory.
    init(_ target: FillTarget, _ start: Int64) throws(StoreError) {
        self.target = target
        self.start = start
        if case .file = target { scratch = try ScratchMemory(Self.scratchSize) } else { scratch = nil }
    }

    /// Reads a part from a stream that stands at its beginning.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - part: The offsets in the object.
    ///   - meter: Told what has arrived.
    ///   - verifier: Given the bytes while they are in the cache; only with memory as target.
    /// - Returns: How long the stream was waited for.
    /// - Throws: What the stream throws; `connectionFailed` if it ends early; `io` if the file cannot be written.
    func receive(
        _ stream: any ByteStream, _ part: Range<Int64>, _ meter: ProgressMeter,
        _ verifier: (any ChecksumVerifier)? = nil
    ) async throws(StoreError) -> Duration {
        let clock = ContinuousClock()
        var waited = Duration.zero
        var position = part.lowerBound
        while position < part.upperBound {
            let room = try room(at: position, part.upperBound)
            var filled = 0
            while filled < room.count {
                if Task.isCancelled { throw .cancelled() }
                let rest = UnsafeMutableRawBufferPointer(rebasing: room[filled...])
                let began = clock.now
                let count = try await stream.read(into: rest)
                waited += began.duration(to: clock.now)
                if count == 0 { throw Self.truncated(position + Int64(filled), part) }
                filled += count
                try verifier?.update(UnsafeRawBufferPointer(rebasing: rest[..<count]))
                if scratch == nil { meter.add(Int64(count)) }
            }
            if scratch != nil {
                try await write(filled, at: position)
                meter.add(Int64(filled))
            }
            position += Int64(filled)
        }
        return waited
    }

    /// Where the bytes at an offset go first.
    private func room(at position: Int64, _ end: Int64) throws(StoreError) -> UnsafeMutableRawBufferPointer {
        switch target {
        case .memory(let address):
            let place = UnsafeMutableRawPointer(bitPattern: address + UInt(position - start))
            return UnsafeMutableRawBufferPointer(start: place, count: Int(end - position))
        case .file:
            guard let scratch else { throw StoreError(.internal, "a file's receiver has no memory") }
            return UnsafeMutableRawBufferPointer(rebasing: scratch.bytes.prefix(Int(min(end - position, .max))))
        }
    }

    private func write(_ count: Int, at position: Int64) async throws(StoreError) {
        guard case .file(let descriptor, let offset) = target, let scratch else { return }
        let place = offset + position - start
        try await BlockingPool.run { () throws(StoreError) in
            var done = 0
            while done < count, let base = scratch.bytes.baseAddress {
                let written = pwrite(descriptor, base + done, count - done, Int(place) + done)
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else {
                    let reason = written == 0 ? "the system took no bytes" : systemMessage(errno)
                    throw StoreError(.io, "cannot write to the file: \(reason)")
                }
                done += written
            }
        }
    }

    private static func truncated(_ position: Int64, _ part: Range<Int64>) -> StoreError {
        StoreError(
            .connectionFailed,
            "the body ended after \(position - part.lowerBound) of \(part.upperBound - part.lowerBound) bytes; read it again",
            isRetryable: true)
    }
}

/// Memory of one receiver, freed with the last copy of it.
///
/// `@unchecked Sendable`: one task uses it at a time, by ``PartReceiver/receive(_:_:_:)``.
final class ScratchMemory: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ size: Int) throws(StoreError) {
        guard let memory = malloc(size) else { throw StoreError(.tooLarge, "there is no memory for \(size) bytes") }
        bytes = UnsafeMutableRawBufferPointer(start: memory, count: size)
    }

    deinit { free(bytes.baseAddress) }
}
