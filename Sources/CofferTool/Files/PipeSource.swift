import Coffer
import Glibc

/// What a pipe, a terminal or a device gives, as a stream; a signal ends the wait for it.
final class PipeSource: Sendable {
    private static let chunkSize = 1 << 20
    /// `F_SETPIPE_SZ`, which the Swift overlay leaves out. Source: linux/fcntl.h, `F_LINUX_SPECIFIC_BASE + 7`.
    private static let setPipeSize: Int32 = 1031
    private let file: OpenFile
    private let blocks = BlockPool(blockSize: PipeSource.chunkSize)

    /// - Parameter file: The open end; closed when the source is dropped.
    init(_ file: OpenFile) {
        self.file = file
        // A larger pipe means fewer wake-ups; not every descriptor has one.
        _ = fcntl(file.descriptor, Self.setPipeSize, Int32(Self.chunkSize))
    }

    /// The next bytes, or nil at the end.
    func next() async throws(StoreError) -> Chunk? {
        let chunk = try await BlockingPool.run { () throws(StoreError) in
            let builder = try self.blocks.makeBuilder()
            builder.advance(by: try self.fill(builder.remaining))
            return builder.finish()
        }
        return chunk.isEmpty ? nil : chunk
    }

    /// Fills the memory to its end: a pipe gives little at a time, and memory that is not used would be kept with it.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(StoreError) -> Int {
        var filled = 0
        while filled < buffer.count {
            try waitForBytes()
            let count = Glibc.read(file.descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR && errno != EAGAIN {
                throw systemFailure("cannot read '\(file.path)'", errno)
            }
        }
        return filled
    }

    /// Waits until there is something to read, or a signal.
    private func waitForBytes() throws(StoreError) {
        var waits = [
            pollfd(fd: file.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: Interruption.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&waits, 2, -1) < 0 && errno == EINTR {}
        if waits[1].revents != 0 { throw .cancelled() }
    }
}
