/// One multipart upload: parts in parallel, completion or abort. What ``MultipartWriter`` and large puts share.
///
/// The parts run as background tasks, so that they go on between the calls of a synchronous host. Each goes through
/// the driver's layers, which retry it.
final class MultipartUpload: Sendable {
    private struct State {
        var id: UploadID?
        var parts: [UploadedPart] = []
        var failure: StoreError?
        var tasks: [Int: Task<Void, Never>] = [:]
        var isOver = false
        /// Parts that have memory and are on their way.
        var running = 0
        /// The memory of the first part, in bytes; 0 before it, and where parts are not in memory.
        var slotSize: Int64 = 0
        /// The part that waits for memory.
        var waiting: MemoryBudget.Ticket?
    }

    private let state: Lock<State>
    private let driver: any MultipartDriver
    private let key: Key
    private let options: WriteOptions
    private let slots: AsyncSemaphore
    private let concurrency: Int
    private let generation = Fork.generation
    private let maxParts: Int
    private let budget: MemoryBudget
    private let meter: ProgressMeter

    /// Prepares an upload; it is created with its first part.
    ///
    /// - Parameters:
    ///   - driver: Where it goes.
    ///   - key: The object's key.
    ///   - options: Metadata, condition, and who is told what has been stored.
    ///   - concurrency: How many parts may be on their way.
    ///   - budget: Where the memory of parts is counted.
    ///   - id: The upload, if it has been created.
    ///   - parts: The parts that have arrived.
    init(
        _ driver: any MultipartDriver, _ key: Key, _ options: WriteOptions, concurrency: Int, _ budget: MemoryBudget,
        id: UploadID? = nil, parts: [UploadedPart] = []
    ) {
        state = Lock(State(id: id, parts: parts))
        self.budget = budget
        meter = ProgressMeter(options.progress, start: parts.reduce(0) { $0 + $1.size })
        self.driver = driver
        self.key = key
        self.options = options
        self.concurrency = max(1, concurrency)
        slots = AsyncSemaphore(self.concurrency)
        maxParts = driver.capabilities.maxParts
    }

    /// How many parts may be on their way: fewer if they are large, so that memory stays bounded.
    static func concurrency(_ wanted: Int?, partSize: Int64, _ capabilities: Capabilities) -> Int {
        if let wanted { return max(1, wanted) }
        let budget: Int64 = 128 << 20
        return Int(max(1, min(Int64(capabilities.partConcurrency), budget / max(1, partSize))))
    }

    private func checkProcess() throws(StoreError) {
        if Fork.generation != generation {
            throw StoreError(
                .closed, "the upload belongs to the process before fork(); open a new writer", key: key.string)
        }
    }

    /// Sends a part as soon as a slot is free; returns when it is on its way.
    ///
    /// - Parameters:
    ///   - number: The part's number.
    ///   - payload: Its bytes.
    ///   - memory: How much memory the part takes, in bytes; 0 if it is a part of a file or of the caller's memory.
    func start(part number: Int, _ payload: Payload, memory: Int64 = 0) async throws(StoreError) {
        try await start(part: number, payload, try await reserve(memory))
    }

    /// Waits for a slot, and for memory: taken before a part is collected, so that what is being collected counts.
    ///
    /// - Parameter memory: How much memory the part will take, in bytes.
    /// - Throws: Why an earlier part could not be sent.
    func reserve(_ memory: Int64) async throws(StoreError) -> PartReservation {
        try checkProcess()
        let reservation = PartReservation(slots)
        for _ in 0..<weight(memory) { try await reservation.takeSlot() }
        reservation.keep(try await takeMemory(memory))
        if let failure = state.withLock({ $0.failure }) { throw failure }
        return reservation
    }

    /// How many slots a part takes: where parts grow with the object, fewer of them are in memory.
    private func weight(_ memory: Int64) -> Int64 {
        let unit = state.withLock { state in
            if state.slotSize == 0 { state.slotSize = memory }
            return max(1, state.slotSize)
        }
        return max(1, min(Int64(concurrency), memory / unit + (memory % unit == 0 ? 0 : 1)))
    }

    /// Sends a part for which there is room; returns when it is on its way.
    ///
    /// - Parameters:
    ///   - number: The part's number.
    ///   - payload: Its bytes.
    ///   - reservation: Its slot and its memory, given back when it has arrived.
    func start(part number: Int, _ payload: Payload, _ reservation: PartReservation) async throws(StoreError) {
        try checkProcess()
        guard number <= maxParts else {
            throw StoreError(
                .tooLarge,
                "the object needs more than \(maxParts) parts; give its size or a larger part size beforehand")
        }
        let upload = try await open()
        if let failure = state.withLock({ $0.failure }) { throw failure }
        state.withLock { $0.running += 1 }
        let driver = driver
        let task = BackgroundTasks.start { [self] in
            defer {
                ended()
                reservation.release()
            }
            do throws(StoreError) {
                let part = try await driver.uploadPart(upload, number: number, payload)
                state.withLock {
                    $0.parts.append(part)
                    $0.tasks[number] = nil
                }
                meter.add(part.size)
            } catch {
                fail(number, error)
            }
        }
        let isFinished = state.withLock { state in
            let done = state.parts.contains { $0.number == number } || state.failure != nil
            if !done { state.tasks[number] = task }
            return state.isOver
        }
        if isFinished { task.cancel() }
    }

    /// Waits for memory; when no part of this upload is on its way, it need not: else two uploads, or a download and an
    /// upload, that one task works on in turn could wait for each other.
    private func takeMemory(_ bytes: Int64) async throws(StoreError) -> MemoryLease? {
        if bytes == 0 { return nil }
        let ticket = budget.ticket()
        let isAlone = state.withLock { state in
            state.waiting = ticket
            return state.running == 0
        }
        if isAlone { budget.force(ticket) }
        defer {
            state.withLock { $0.waiting = nil }
            budget.discard(ticket)
        }
        return try await budget.take(bytes, ticket)
    }

    /// A part is no longer on its way.
    private func ended() {
        let ticket = state.withLock { state in
            state.running -= 1
            return state.running == 0 ? state.waiting : nil
        }
        if let ticket { budget.force(ticket) }
    }

    /// Remembers the first failure and stops the other parts: their bytes would be thrown away.
    private func fail(_ number: Int, _ error: StoreError) {
        let others = state.withLock { state in
            state.tasks[number] = nil
            if state.failure == nil { state.failure = error }
            return Array(state.tasks.values)
        }
        for task in others { task.cancel() }
    }

    /// The parts that have arrived.
    var stored: [UploadedPart] { state.withLock { $0.parts } }

    /// Stops the parts that are on their way; further ones are refused with the error.
    func stop(_ error: StoreError) {
        let tasks = state.withLock { state in
            if state.failure == nil { state.failure = error }
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
    }

    /// Stops the parts, and waits until none is on its way; the upload stays open.
    func suspend() async {
        guard Fork.generation == generation else { return }
        stop(.cancelled())
        while let task = state.withLock({ $0.tasks.values.first }) { await task.value }
    }

    private func open() async throws(StoreError) -> UploadID {
        if let id = state.withLock({ $0.id }) { return id }
        let id = UploadID(key: key, id: try await driver.createUpload(key, options), options: options)
        state.withLock { $0.id = id }
        return id
    }

    /// Waits for all parts and publishes.
    func complete() async throws(StoreError) -> ObjectInfo {
        try checkProcess()
        try await waitForParts()
        let (id, parts, failure) = state.withLock { ($0.id, $0.parts.sorted { $0.number < $1.number }, $0.failure) }
        if let failure { throw failure }
        guard let id else { throw StoreError(.internal, "an upload without parts was completed") }
        let info = try await driver.completeUpload(id, parts: parts, options)
        state.withLock { $0.isOver = true }
        return info
    }

    private func waitForParts() async throws(StoreError) {
        while let task = state.withLock({ $0.tasks.values.first }) {
            if Task.isCancelled { throw .cancelled() }
            await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
        }
    }

    /// Stops the parts and aborts the upload, also in a cancelled task: in the background, waited for.
    func abort() async {
        guard Fork.generation == generation else { return }
        await beginAbort()?.value
    }

    /// Stops the parts and aborts the upload in the background.
    @discardableResult
    func beginAbort() -> Task<Void, Never>? {
        guard Fork.generation == generation else { return nil }
        let (id, tasks): (UploadID?, [Task<Void, Never>]) = state.withLock { state in
            if state.isOver { return (nil, []) }
            state.isOver = true
            return (state.id, Array(state.tasks.values))
        }
        guard let id else { return nil }
        for task in tasks { task.cancel() }
        let driver = driver
        return BackgroundTasks.start {
            // A part that arrives after the abort would bring the upload back on some services: wait first.
            for task in tasks { await task.value }
            for attempt in 0..<3 {
                do throws(StoreError) {
                    try await driver.abortUpload(id)
                    return
                } catch {
                    if !error.isRetryable { return }
                    do throws(StoreError) { try await Sleeper.sleep(for: .milliseconds(200 << attempt)) } catch {
                        return
                    }
                }
            }
        }
    }
}
