import Coffer

/// A stream that breaks off, ends early, is slow or gives little at a time.
final class FaultyStream: ByteStream {
    private let base: any ByteStream
    private let limit: Int64
    private let failure: StoreError?
    private let step: Int
    private let delay: Duration
    private let state = Lock<(given: Int64, rest: Chunk)>((0, Chunk()))

    init(_ base: any ByteStream, _ effects: [Fault.Effect]) {
        var limit = Int64.max
        var failure: StoreError?
        var step = Int.max
        var delay = Duration.zero
        for effect in effects {
            switch effect {
            case .breakStream(let after, let error): (limit, failure) = (after, error)
            case .endStream(let after): limit = after
            case .shortReads(let size): step = max(1, size)
            case .slowStream(let duration): delay = duration
            case .fail, .failAfterwards, .delay, .duplicate, .breakWriter, .failFinish: break
            }
        }
        self.base = base
        self.limit = limit
        self.failure = failure
        self.step = step
        self.delay = delay
    }

    func next() async throws(StoreError) -> Chunk? { try await take(.max) }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        guard buffer.count > 0, let chunk = try await take(buffer.count) else { return 0 }
        chunk.withUnsafeBytes { buffer.copyMemory(from: $0) }
        return chunk.count
    }

    private func take(_ most: Int) async throws(StoreError) -> Chunk? {
        if delay > .zero { try await Sleeper.sleep(for: delay) }
        var (given, rest) = state.withLock { $0 }
        if given >= limit {
            if let failure { throw failure }
            return nil
        }
        if rest.isEmpty {
            guard let chunk = try await base.next() else { return nil }
            rest = chunk
        }
        let chunk = rest.prefix(Int(min(Int64(min(most, step)), limit - given)))
        given += Int64(chunk.count)
        state.withLock { $0 = (given, rest.dropFirst(chunk.count)) }
        return chunk
    }

    func cancel() { base.cancel() }
}

/// A writer that breaks at a byte position or fails to finish.
final class FaultyWriter: DriverWriter {
    private let base: any DriverWriter
    private let effects: [Fault.Effect]
    private let taken = Lock<Int64>(0)

    init(_ base: any DriverWriter, _ effects: [Fault.Effect]) {
        self.base = base
        self.effects = effects
    }

    func write(_ chunk: Chunk) async throws(StoreError) {
        let before = taken.withLock { $0 }
        for case .breakWriter(let after, let error) in effects where before + Int64(chunk.count) > after {
            let part = chunk.prefix(Int(max(0, after - before)))
            if !part.isEmpty { try await base.write(part) }
            throw error
        }
        try await base.write(chunk)
        taken.withLock { $0 += Int64(chunk.count) }
    }

    func finish() async throws(StoreError) -> ObjectInfo {
        for case .failFinish(let error) in effects { throw error }
        return try await base.finish()
    }

    func abort() async { await base.abort() }
}
