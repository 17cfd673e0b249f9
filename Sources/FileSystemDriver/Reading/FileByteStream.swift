import Coffer
import Glibc

/// A range of an open file as a stream.
///
/// The descriptor pins the object: one that replaces it is another file. A program that changes this file in place is
/// found out at the end, when its size and time are compared with those at the beginning.
final class FileByteStream: ByteStream {
    private struct State: Sendable {
        var file: OpenFile?
        var position: Int64
        var error: StoreError?
    }

    private static let chunkSize = 1 << 20

    private let state: Lock<State>
    private let end: Int64
    private let status: stat

    /// - Parameters:
    ///   - file: The open file.
    ///   - range: Its bytes that are read.
    ///   - status: What `stat` said of it.
    init(_ file: OpenFile, _ range: Range<Int64>, _ status: stat) {
        state = Lock(State(file: file, position: range.lowerBound))
        end = range.upperBound
        self.status = status
    }

    func next() async throws(StoreError) -> Chunk? {
        if Task.isCancelled { throw .cancelled(.read) }
        return try await BlockingPool.run { () throws(StoreError) in
            try self.withPart(Self.chunkSize) { (file, position, count) throws(StoreError) in
                let chunk = try Chunk(capacity: count) { (buffer) throws(StoreError) in
                    try self.read(file, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), position)
                }
                return (chunk, chunk.count)
            }
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        guard buffer.count > 0 else { return 0 }
        if Task.isCancelled { throw .cancelled(.read) }
        // The caller keeps the memory valid until this call returns.
        nonisolated(unsafe) let buffer = buffer
        return try await BlockingPool.run { () throws(StoreError) in
            try self.withPart(buffer.count) { (file, position, count) throws(StoreError) in
                let count = try self.read(file, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), position)
                return (count, count)
            } ?? 0
        }
    }

    func cancel() {
        state.withLock { state in
            if state.file != nil && state.error == nil && state.position < end { state.error = .cancelled(.read) }
            state.file = nil
        }
    }

    /// Hands out the next part to be read and takes note of what became of it; nil at the end.
    private func withPart<R>(
        _ most: Int, _ body: (OpenFile, Int64, Int) throws(StoreError) -> (R, Int)
    ) throws(StoreError) -> R? {
        let begun = state.withLock { ($0.file, $0.position, $0.error) }
        if let error = begun.2 { throw error }
        guard let file = begun.0, begun.1 < end else { return nil }
        do throws(StoreError) {
            let (result, count) = try body(file, begun.1, Int(min(Int64(most), end - begun.1)))
            let isDone = begun.1 + Int64(count) == end
            if isDone { try checkUnchanged(file) }
            state.withLock { state in
                state.position = begun.1 + Int64(count)
                if isDone { state.file = nil }
            }
            return result
        } catch {
            state.withLock { state in
                state.file = nil
                state.error = error
            }
            throw error
        }
    }

    private func read(
        _ file: OpenFile, _ buffer: UnsafeMutableRawBufferPointer, _ position: Int64
    ) throws(StoreError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        let count = try reporting("read '\(file.path)'") { () throws(SystemError) in
            try Syscalls.read(file.descriptor, base, buffer.count, at: position)
        }
        if count == 0 { throw FileByteStream.changed(file.path) }
        return count
    }

    private func checkUnchanged(_ file: OpenFile) throws(StoreError) {
        let now = try reporting("read '\(file.path)'") { () throws(SystemError) in
            try Syscalls.stat(file.descriptor)
        }
        if !now.isSame(as: status) { throw FileByteStream.changed(file.path) }
    }

    /// The error for bytes that were changed in place between two looks.
    static func changed(_ path: String) -> StoreError {
        StoreError(
            .conflict, "another program changed the file of '\(path)' while it was read; read it again",
            isRetryable: true)
    }
}
