import Coffer
import Glibc

/// The temporary files of this process, so that a forced end leaves none behind.
enum TemporaryFiles {
    private static let paths = Lock<Set<String>>([])

    static func add(_ path: String) { paths.withLock { _ = $0.insert(path) } }
    static func remove(_ path: String) { paths.withLock { _ = $0.remove(path) } }

    /// Deletes them all.
    static func removeAll() {
        let all = paths.withLock { paths in
            defer { paths = [] }
            return paths
        }
        for path in all { unlink(path) }
    }
}
