import Synchronization

/// Writes an object as a stream. Nothing is visible before ``finish()``; dropping the writer publishes nothing.
///
/// One call at a time; a second one while the first runs is an error, and so is any call after the end.
public final class ObjectWriter: Sendable {
    private enum Phase {
        case open
        case busy
        case finished
        case aborted
    }

    private let phase = Lock<Phase>(.open)
    private let writer: any DriverWriter
    private let context: (operation: Operation, key: Key, driver: String)
    private let written = Atomic<Int64>(0)
    private let progress: Progress?
    private let maxSize: Int64
    private let takesLent: Bool
    /// Whether what is taken counts as stored; a writer of parts tells itself what has been stored.
    private let reportsTaken: Bool

    init(
        _ writer: any DriverWriter, key: Key, driver: String, progress: Progress?, maxSize: Int64, takesLent: Bool
    ) {
        self.writer = writer
        self.progress = progress
        self.maxSize = maxSize
        // These two keep chunks beyond a call, and copy lent ones themselves where they have to.
        self.takesLent = takesLent || writer is MultipartWriter || writer is BufferingWriter
        reportsTaken = !(writer is MultipartWriter)
        context = (.write, key, driver)
    }

    /// The object's key.
    public var key: Key { context.key }

    /// The number of bytes taken so far.
    public var bytesWritten: Int64 { written.load(ordering: .relaxed) }

    /// Takes the next bytes; holds back while too many are on the way.
    ///
    /// - Parameter chunk: The bytes; nothing is copied, and an empty chunk does nothing.
    /// - Throws: What the driver throws; the write is aborted then. `closed` after the end.
    @concurrent public func write(_ chunk: Chunk) async throws(StoreError) {
        try begin()
        if chunk.isEmpty {
            end(.open)
            return
        }
        do throws(StoreError) {
            let total = written.wrappingAdd(Int64(chunk.count), ordering: .relaxed).newValue
            if total > maxSize {
                throw StoreError(.tooLarge, "the object would have more than \(maxSize) bytes, the driver's limit")
            }
            if Task.isCancelled { throw .cancelled(.write) }
            try await writer.write(takesLent ? chunk : chunk.owned())
            if reportsTaken { progress?.report(total) }
            end(.open)
        } catch {
            await writer.abort()
            end(.aborted)
            throw error.filling(operation: context.operation, key: key.string, driver: context.driver)
        }
    }

    /// Copies the next bytes in.
    ///
    /// - Parameter bytes: What is copied.
    /// - Throws: As ``write(_:)-(Chunk)``.
    @concurrent public func write(_ bytes: [UInt8]) async throws(StoreError) { try await write(Chunk(bytes)) }

    /// Publishes the object.
    ///
    /// - Returns: What is now stored.
    /// - Throws: What the driver throws; nothing is published then. `closed` after the end.
    @concurrent public func finish() async throws(StoreError) -> ObjectInfo {
        try begin()
        do throws(StoreError) {
            if Task.isCancelled { throw .cancelled(.write) }
            let info = try await writer.finish()
            progress?.report(bytesWritten)
            end(.finished)
            return info
        } catch {
            await writer.abort()
            end(.aborted)
            throw error.filling(operation: context.operation, key: key.string, driver: context.driver)
        }
    }

    /// Throws away what was written; does nothing after the end.
    @concurrent public func abort() async {
        do throws(StoreError) { try begin() } catch { return }
        await writer.abort()
        end(.aborted)
    }

    private func begin() throws(StoreError) {
        let message: (StoreError.Code, String)? = phase.withLock { phase in
            switch phase {
            case .open:
                phase = .busy
                return nil
            case .busy:
                return (.invalidArgument, "another call on this writer has not returned; make one call at a time")
            case .finished: return (.closed, "the writer has finished; open a new one")
            case .aborted: return (.closed, "the writer was aborted and nothing was published; open a new one")
            }
        }
        if let message {
            throw StoreError(
                message.0, message.1, operation: context.operation, key: key.string, driver: context.driver)
        }
    }

    private func end(_ next: Phase) { phase.withLock { $0 = next } }
}
