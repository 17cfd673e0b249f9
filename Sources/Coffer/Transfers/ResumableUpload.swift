/// An upload that can be paused and continued, by another process too. See ``Store/beginUpload(_:_:_:)``.
///
/// Unlike a put, a failure, a cancelled task and dropping the object leave the parts that have arrived where they are;
/// ``abort()`` throws them away.
public final class ResumableUpload: Sendable {
    private enum Phase {
        case idle
        case running
        case ended(ObjectInfo)
        case aborted
    }

    private struct State {
        var phase = Phase.idle
        var parts: [UploadedPart]
        var current: MultipartUpload?
        var isPaused = false
    }

    /// What another process needs to go on; the same from the beginning to the end.
    public let token: UploadToken
    private let state: Lock<State>
    private let store: Store
    private let driver: any MultipartDriver
    private let source: Payload
    private let options: WriteOptions

    /// Makes an upload of which some parts are there.
    init(
        _ store: Store, _ driver: any MultipartDriver, _ token: UploadToken, _ source: Payload, _ options: WriteOptions,
        _ stored: [UploadedPart]
    ) {
        self.store = store
        self.driver = driver
        self.token = token
        self.source = source
        self.options = options
        state = Lock(State(parts: stored))
    }

    /// Makes an upload that turned out to be complete.
    init(
        _ store: Store, _ driver: any MultipartDriver, _ token: UploadToken, _ source: Payload, published: ObjectInfo
    ) {
        self.store = store
        self.driver = driver
        self.token = token
        self.source = source
        options = WriteOptions()
        state = Lock(State(phase: .ended(published), parts: []))
    }

    /// How many bytes have been stored, by this process and those before it.
    public var bytesStored: Int64 {
        state.withLock { state in
            if case .ended = state.phase { return token.size }
            return (state.current?.stored ?? state.parts).reduce(0) { $0 + $1.size }
        }
    }

    /// Sends the parts that are missing, several at a time, and publishes the object.
    ///
    /// After an error it may be called again, and goes on where it stopped.
    ///
    /// - Returns: What is now stored.
    /// - Throws: What the driver throws; `cancelled` after ``pause()``. The parts that have arrived stay.
    @discardableResult
    @concurrent public func finish() async throws(StoreError) -> ObjectInfo {
        try await store.perform(.put, token.upload.key) { () async throws(StoreError) in
            if let info = try begin() { return info }
            do throws(StoreError) {
                let info = try await sendAndComplete()
                state.withLock { $0.phase = .ended(info) }
                return info
            } catch {
                state.withLock { $0.phase = .idle }
                throw error
            }
        }
    }

    private func begin() throws(StoreError) -> ObjectInfo? {
        try state.withLock { state throws(StoreError) in
            switch state.phase {
            case .idle:
                state.phase = .running
                state.isPaused = false
                return nil
            case .running:
                throw StoreError(.invalidArgument, "the upload is being finished already; make one call at a time")
            case .ended(let info): return info
            case .aborted: throw StoreError(.closed, "the upload was aborted; begin a new one")
            }
        }
    }

    private func sendAndComplete() async throws(StoreError) -> ObjectInfo {
        let concurrency = MultipartUpload.concurrency(options.concurrency, partSize: 1, store.capabilities)
        let stored = state.withLock { $0.parts }
        let upload = MultipartUpload(
            driver, token.upload.key, options, concurrency: concurrency, store.memory, id: token.upload, parts: stored)
        let isPaused = state.withLock { state in
            state.current = upload
            return state.isPaused
        }
        do throws(StoreError) {
            if isPaused { throw .cancelled() }
            try await sendMissing(upload, Set(stored.map(\.number)))
            let info = try await upload.complete()
            options.progress?.report(token.size)
            return info
        } catch {
            // What is on its way ends now; what has arrived stays.
            await upload.suspend()
            state.withLock { state in
                state.parts = upload.stored
                state.current = nil
            }
            throw error
        }
    }

    private func sendMissing(_ upload: MultipartUpload, _ stored: Set<Int>) async throws(StoreError) {
        for number in 1...max(1, token.partCount) where !stored.contains(number) {
            if Task.isCancelled { throw .cancelled() }
            try await upload.start(part: number, source.slice(token.range(ofPart: number)))
        }
    }

    /// Stops sending: ``finish()`` throws `cancelled` when the parts on their way have ended. Safe at any time.
    public func pause() {
        let current = state.withLock { state in
            state.isPaused = true
            return state.current
        }
        current?.stop(.cancelled())
    }

    /// Throws the upload away, with all parts; does nothing after it was published.
    ///
    /// - Throws: What the driver throws; the upload stays open then.
    @concurrent public func abort() async throws(StoreError) {
        pause()
        let isOver = state.withLock { state in
            switch state.phase {
            case .ended, .aborted: return true
            case .idle, .running:
                state.phase = .aborted
                return false
            }
        }
        if !isOver { try await store.abortUpload(token) }
    }
}

extension UploadToken {
    /// The number of parts.
    var partCount: Int { Int(size / partSize + (size % partSize == 0 ? 0 : 1)) }

    /// The offsets of a part in the source.
    ///
    /// - Parameter number: From 1.
    func range(ofPart number: Int) -> Range<Int64> {
        let start = min(Int64(number - 1) * partSize, size)
        return start..<min(start + partSize, size)
    }
}
