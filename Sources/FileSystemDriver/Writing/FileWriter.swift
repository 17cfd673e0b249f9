import Coffer

/// An object that is written as a stream into its temporary file.
///
/// `@unchecked Sendable`: ``DriverWriter`` gets one call at a time, and a call touches the fields only until it
/// returns.
final class FileWriter: DriverWriter, @unchecked Sendable {
    /// Chunks of at least this size are written as they are.
    private static let directSize = 64 << 10
    private static let bufferSize = 256 << 10

    private var draft: Draft?
    /// Small chunks on their way to the file.
    private var buffer: [UInt8] = []
    private let options: WriteOptions
    private let generation = Fork.generation

    init(_ draft: consuming Draft, _ options: WriteOptions) {
        self.draft = consume draft
        self.options = options
    }

    func write(_ chunk: Chunk) async throws(StoreError) {
        try checkProcess()
        if chunk.count < Self.directSize && buffer.count + chunk.count <= Self.bufferSize {
            if buffer.capacity == 0 { buffer.reserveCapacity(Self.bufferSize) }
            chunk.withUnsafeBytes { buffer.append(contentsOf: $0) }
            return
        }
        try await BlockingPool.run { () throws(StoreError) in
            try self.flush()
            try chunk.withUnsafeBytes { (bytes) throws(StoreError) in try self.draft?.write(bytes) }
        }
    }

    func finish() async throws(StoreError) -> ObjectInfo {
        try checkProcess()
        return try await BlockingPool.run { () throws(StoreError) in
            try self.flush()
            guard var draft = self.draft.take() else {
                throw StoreError(.closed, "the writer has ended; open a new one")
            }
            let info = try draft.seal(self.options.metadata, self.options.visibility)
            try draft.publish(self.options.condition)
            return info
        }
    }

    func abort() async {
        guard generation == Fork.generation else { return }
        do throws(StoreError) {
            try await BlockingPool.run { () throws(StoreError) in
                self.buffer = []
                self.draft = nil
            }
        } catch {
            // Nothing that could be done: the temporary file is swept later.
        }
    }

    private func flush() throws(StoreError) {
        guard !buffer.isEmpty else { return }
        let pending = buffer
        buffer = []
        try pending.span.withUnsafeBytes { (bytes) throws(StoreError) in try draft?.write(bytes) }
    }

    /// A child of `fork()` shares the open file with its parent: it must not write to it.
    private func checkProcess() throws(StoreError) {
        guard generation == Fork.generation else {
            throw StoreError(.closed, "the writer belongs to the process that made it; open one in this process")
        }
        if draft == nil { throw StoreError(.closed, "the writer has ended; open a new one") }
    }
}
