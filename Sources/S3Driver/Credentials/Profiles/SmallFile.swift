import Coffer
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

    /// Reads a token that a file holds, on a thread that may block; white space around it does not belong to it.
    ///
    /// - Parameter path: The path.
    /// - Throws: `invalidConfiguration` if the file cannot be read, is empty or not UTF-8; its contents are not in it.
    static func token(_ path: String) async throws(StoreError) -> String {
        try await BlockingPool.run { () throws(StoreError) in
            switch read(path) {
            case .failure(let obstacle):
                throw StoreError(.invalidConfiguration, "the token file \(path) \(obstacle.reason)")
            case .success(let bytes):
                var rest = bytes[...]
                while let first = rest.first, first <= 32 { rest = rest.dropFirst() }
                while let last = rest.last, last <= 32 { rest = rest.dropLast() }
                guard !rest.isEmpty, let token = String(validating: rest, as: UTF8.self) else {
                    throw StoreError(.invalidConfiguration, "the token file \(path) is empty or not UTF-8")
                }
                return token
            }
        }
    }

    private static func obstacle() -> Obstacle {
        let code = errno
        if code == ENOENT || code == ENOTDIR { return Obstacle(reason: "does not exist") }
        return Obstacle(reason: "cannot be read: " + (strerror(code).map { String(cString: $0) } ?? "error \(code)"))
    }
}
