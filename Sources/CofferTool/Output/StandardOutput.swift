import Coffer
import Glibc

/// Standard output: lines of text, or the bytes of objects.
final class StandardOutput: Sendable {
    private static let flushSize = 32 << 10
    private let pending = Lock<[UInt8]>([])
    /// Lines go out at once where somebody reads along.
    private let isInteractive = isatty(STDOUT_FILENO) == 1
    private let terminal: Terminal

    init(_ terminal: Terminal) { self.terminal = terminal }

    /// Writes a line of text.
    ///
    /// - Throws: ``BrokenPipe`` if the reader has gone, `io` if it cannot be written.
    func line(_ text: String) throws {
        try pending.withLock { bytes in
            bytes += text.utf8
            bytes.append(UInt8(ascii: "\n"))
            if isInteractive || bytes.count >= Self.flushSize { try send(&bytes) }
        }
    }

    /// Writes what lines are left.
    func flush() throws { try pending.withLock { try send(&$0) } }

    /// Writes the bytes of an object.
    func write(_ chunk: Chunk) async throws {
        try flush()
        if isInteractive { terminal.clear() }
        let failure = try await BlockingPool.run { () throws(StoreError) in
            Interruption.whileWritingOutput { chunk.withUnsafeBytes { writeAll(STDOUT_FILENO, $0) } }
        }
        try check(failure)
    }

    private func send(_ bytes: inout [UInt8]) throws {
        if bytes.isEmpty { return }
        if isInteractive { terminal.clear() }
        let failure = Interruption.whileWritingOutput { bytes.withUnsafeBytes { writeAll(STDOUT_FILENO, $0) } }
        bytes.removeAll(keepingCapacity: true)
        try check(failure)
    }

    private func check(_ failure: Int32) throws {
        if failure == EPIPE { throw BrokenPipe() }
        if failure != 0 { throw systemFailure("cannot write to standard output", failure) }
    }
}

/// Writes all bytes.
///
/// - Returns: 0, or the value of `errno`.
func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    var rest = bytes
    while let base = rest.baseAddress, rest.count > 0 {
        let count = Glibc.write(descriptor, base, rest.count)
        if count >= 0 {
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno == EAGAIN {
            // Somebody made the other end of our descriptor non-blocking.
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&wait, 1, -1)
        } else if errno != EINTR {
            return errno
        }
    }
    return 0
}
