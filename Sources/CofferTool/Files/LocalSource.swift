import Coffer
import Glibc

/// A local file, or standard input, as the body of an object.
struct LocalSource: Sendable {
    /// The bytes.
    let body: Body
    /// Their number, if known beforehand.
    let size: Int64?
    /// What to call it in messages.
    let name: String

    /// Opens a file; `-` is standard input.
    ///
    /// - Throws: `notFound`, `permissionDenied`, `io`, naming the path.
    static func open(_ path: String) async throws(StoreError) -> LocalSource {
        try await BlockingPool.run { () throws(StoreError) in
            let file: OpenFile
            if path == "-" {
                // A copy: closing it must not close standard input itself.
                let descriptor = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                guard descriptor >= 0 else { throw systemFailure("cannot read standard input", errno) }
                file = OpenFile(owning: descriptor, path: "standard input")
            } else {
                file = try OpenFile.reading(path)
            }
            return try LocalSource(file, name: path)
        }
    }

    private init(_ file: OpenFile, name: String) throws(StoreError) {
        self.name = name
        guard let status = FileStatus(file.descriptor) else {
            throw systemFailure("cannot examine '\(file.path)'", errno)
        }
        if status.isRegular {
            // Standard input may have been read in part by somebody before us.
            let start = max(0, Int64(lseek(file.descriptor, 0, SEEK_CUR)))
            let count = max(0, status.size - start)
            body = .payload(Payload(FileRegion(file: file, offset: start, count: count)))
            size = count
        } else if status.isDirectory {
            throw StoreError(.invalidArgument, "'\(name)' is a directory; add --recursive to store what is in it")
        } else {
            let source = PipeSource(file)
            body = .stream { try await source.next() }
            size = nil
        }
    }
}
