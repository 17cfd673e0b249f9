/// Cuts a stream into parts and sends them in parallel; a stream that ends within the first part becomes one put.
final class MultipartWriter: DriverWriter {
    private struct Buffer {
        var payload = Payload()
        var tail: ChunkBuilder?
        var nextPart = 1
        var upload: MultipartUpload?
        /// The room for the part that is being collected; the first part has none before it is full.
        var reservation: PartReservation?
    }

    /// Chunks below this size are copied together: thousands of tiny segments cost more than the copy. Memory that is
    /// only lent has to be copied in any case.
    private static let smallChunk = 64 << 10

    /// Used by one call at a time, which ``ObjectWriter`` sees to.
    private let buffer = Lock(Buffer())
    private let driver: any MultipartDriver
    private let key: Key
    private let options: WriteOptions
    private let plan: PartPlan
    private let blocks = BlockPool()
    private let budget: MemoryBudget
    private let generation = Fork.generation

    init(
        _ driver: any MultipartDriver, _ key: Key, _ options: WriteOptions, size: Int64?, _ budget: MemoryBudget
    ) throws(StoreError) {
        self.budget = budget
        self.driver = driver
        self.key = key
        self.options = options
        plan = try PartPlan(size: size, partSize: options.partSize, capabilities: driver.capabilities)
    }

    func write(_ chunk: Chunk) async throws(StoreError) {
        var rest = chunk
        while !rest.isEmpty {
            try await makeRoom()
            let (part, number, taken): (Payload?, Int, Int) = try buffer.withLock { buffer throws(StoreError) in
                let size = plan.size(ofPart: buffer.nextPart)
                let have = buffer.payload.count + Int64(buffer.tail?.count ?? 0)
                let taken = Int(min(Int64(rest.count), size - have))
                try append(rest.prefix(taken), to: &buffer)
                guard have + Int64(taken) == size else { return (nil, 0, taken) }
                let number = buffer.nextPart
                buffer.nextPart += 1
                return (Self.takeAll(&buffer), number, taken)
            }
            rest = rest.dropFirst(taken)
            if let part { try await send(part, number) }
        }
    }

    /// Waits until one more part may be in memory: parts that are collected count as those that are on their way do.
    private func makeRoom() async throws(StoreError) {
        let (upload, memory): (MultipartUpload?, Int64) = buffer.withLock { buffer in
            (buffer.reservation == nil ? buffer.upload : nil, plan.size(ofPart: buffer.nextPart))
        }
        guard let upload else { return }
        let reservation = try await upload.reserve(memory)
        buffer.withLock { $0.reservation = reservation }
    }

    private func append(_ chunk: Chunk, to buffer: inout Buffer) throws(StoreError) {
        if chunk.count >= Self.smallChunk && !chunk.isLent {
            Self.flushTail(&buffer)
            buffer.payload.append(chunk)
            return
        }
        var rest = chunk
        while !rest.isEmpty {
            let tail: ChunkBuilder
            if let current = buffer.tail {
                tail = current
            } else {
                // Most objects are small: they shall not cost a block.
                let isFirst = buffer.nextPart == 1 && buffer.payload.isEmpty && rest.count <= Self.smallChunk
                tail = isFirst ? try ChunkBuilder(capacity: Self.smallChunk) : try blocks.makeBuilder()
                buffer.tail = tail
            }
            let fits = min(rest.count, tail.remaining.count)
            rest.prefix(fits).withUnsafeBytes { tail.append($0) }
            rest = rest.dropFirst(fits)
            if tail.remaining.isEmpty { Self.flushTail(&buffer) }
        }
    }

    private static func flushTail(_ buffer: inout Buffer) {
        guard let tail = buffer.tail else { return }
        buffer.payload.append(tail.finish())
        buffer.tail = nil
    }

    private static func takeAll(_ buffer: inout Buffer) -> Payload {
        flushTail(&buffer)
        defer { buffer.payload = Payload() }
        return buffer.payload
    }

    private func send(_ part: Payload, _ number: Int) async throws(StoreError) {
        let (upload, reserved) = buffer.withLock { buffer in
            defer { buffer.reservation = nil }
            if let upload = buffer.upload { return (upload, buffer.reservation) }
            let concurrency = MultipartUpload.concurrency(
                options.concurrency, partSize: plan.size(ofPart: number), driver.capabilities)
            let upload = MultipartUpload(driver, key, options, concurrency: concurrency, budget)
            buffer.upload = upload
            return (upload, nil)
        }
        let reservation: PartReservation
        if let reserved { reservation = reserved } else { reservation = try await upload.reserve(part.count) }
        try await upload.start(part: number, part, reservation)
    }

    func finish() async throws(StoreError) -> ObjectInfo {
        guard Fork.generation == generation else {
            throw StoreError(.closed, "the writer belongs to the process before fork(); open a new one")
        }
        let (last, number, upload) = buffer.withLock { buffer in
            (Self.takeAll(&buffer), buffer.nextPart, buffer.upload)
        }
        guard let upload else { return try await driver.put(key, last, options) }
        if !last.isEmpty { try await send(last, number) }
        return try await upload.complete()
    }

    func abort() async {
        let upload = buffer.withLock { buffer in
            buffer.payload = Payload()
            buffer.tail = nil
            buffer.reservation = nil
            return buffer.upload
        }
        await upload?.abort()
    }

    deinit {
        // After a finish this does nothing; without one nothing must be left behind.
        buffer.withLock { _ = $0.upload?.beginAbort() }
    }
}
