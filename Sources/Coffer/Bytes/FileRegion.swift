import Glibc

/// A part of an open file, as a body: read with `pread` when it is needed, so that it can be sent twice.
public struct FileRegion: Sendable {
    /// The open file.
    public let file: OpenFile
    /// Where the region begins, in bytes from the start of the file.
    public let offset: Int64
    /// The region's length in bytes.
    public let count: Int64

    /// Makes a region.
    ///
    /// - Parameters:
    ///   - file: The open file.
    ///   - offset: Where the region begins.
    ///   - count: Its length in bytes.
    public init(file: OpenFile, offset: Int64, count: Int64) {
        self.file = file
        self.offset = offset
        self.count = count
    }

    /// A part of this region.
    ///
    /// - Parameter range: Offsets from the start of this region; clipped to it.
    public func slice(_ range: Range<Int64>) -> FileRegion {
        let lower = max(0, min(range.lowerBound, count))
        let upper = max(lower, min(range.upperBound, count))
        return FileRegion(file: file, offset: offset + lower, count: upper - lower)
    }

    /// Reads from the region; blocks the thread for the disk.
    ///
    /// - Parameters:
    ///   - buffer: Where the bytes go.
    ///   - position: Where to begin, from the start of the region.
    /// - Returns: The number of bytes read; 0 at the end of the region.
    /// - Throws: `io` if the system reports an error; also if the file has become shorter than the region.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(StoreError) -> Int {
        let wanted = min(Int64(buffer.count), count - position)
        guard wanted > 0, let base = buffer.baseAddress else { return 0 }
        while true {
            let got = pread(file.descriptor, base, Int(wanted), Int(offset + position))
            if got > 0 { return got }
            if got == 0 {
                throw StoreError(.io, "'\(file.path)' became shorter while it was read; write to a copy instead")
            }
            if errno == EINTR { continue }
            throw StoreError(.io, "cannot read '\(file.path)': \(systemMessage(errno))")
        }
    }
}

/// An open file that closes its descriptor when the last user is gone.
public final class OpenFile: Sendable {
    /// The descriptor; owned by this object.
    public let descriptor: Int32
    /// The path, for messages.
    public let path: String

    /// Takes over a descriptor.
    ///
    /// - Parameters:
    ///   - descriptor: An open descriptor; closed by this object.
    ///   - path: The path, for messages.
    public init(owning descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens a file for reading.
    ///
    /// - Parameter path: Its path.
    /// - Throws: `notFound`, `permissionDenied` or `io`, naming the path.
    public static func reading(_ path: String) throws(StoreError) -> OpenFile {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let number = errno
            let code: StoreError.Code =
                number == ENOENT ? .notFound : number == EACCES || number == EPERM ? .permissionDenied : .io
            throw StoreError(code, "cannot open the file '\(path)': \(systemMessage(number))")
        }
        return OpenFile(owning: descriptor, path: path)
    }

    /// The whole file as a region, with the size that it has now.
    ///
    /// - Throws: `io` if the system reports an error, `invalidArgument` if it is not a regular file.
    public func wholeRegion() throws(StoreError) -> FileRegion {
        var status = Glibc.stat()
        guard fstat(descriptor, &status) == 0 else {
            throw StoreError(.io, "cannot examine the file '\(path)': \(systemMessage(errno))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(
                .invalidArgument, "'\(path)' is not a regular file; pass a stream to send what a pipe or device gives")
        }
        return FileRegion(file: self, offset: 0, count: Int64(status.st_size))
    }

    deinit { close(descriptor) }
}

/// The system's text for an error number.
///
/// - Parameter number: A value of `errno`.
public func systemMessage(_ number: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let base = buffer.baseAddress else { return "error \(number)" }
        base.initialize(repeating: 0, count: buffer.count)
        guard strerror_r(number, base, buffer.count - 1) == 0 else { return "error \(number)" }
        return "\(String(cString: base)) (errno \(number))"
    }
}
