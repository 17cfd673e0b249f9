import Glibc

/// Reads files of settings without Foundation.
enum SmallFile {
    /// Why a file cannot be read.
    struct Obstacle: Error {
        /// For a message, after the path.
        let reason: String
    }

    /// The largest file that is read.
    private static let limit = 1 << 20

    /// Reads a whole file. Blocks.
    ///
    /// - Parameter path: The path.
    static func read(_ path: String) -> Result<[UInt8], Obstacle> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(obstacle()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(obstacle()) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .failure(Obstacle(reason: "is not a regular file")) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return .failure(obstacle()) }
            if count == 0 { return .success(bytes) }
            bytes += buffer[..<count]
            if bytes.count > limit { return .failure(Obstacle(reason: "is larger than \(limit) bytes")) }
        }
    }

    private static func obstacle() -> Obstacle {
        let code = errno
        if code == ENOENT || code == ENOTDIR { return Obstacle(reason: "does not exist") }
        return Obstacle(reason: "cannot be read: " + (strerror(code).map { String(cString: $0) } ?? "error \(code)"))
    }
}
