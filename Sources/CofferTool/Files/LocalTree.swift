import Coffer
import Glibc

/// A file below a directory.
struct LocalFile: Sendable {
    /// Where it is.
    var path: String
    /// The same from the directory on, with `/` between the names.
    var relative: String
    /// Its size in bytes.
    var size: Int64
}

/// The regular files below a directory, a directory at a time, in the order of their names' bytes.
///
/// Symbolic links are followed, except one that leads back to a directory above it. What is neither a file nor a
/// directory, and names that are not UTF-8, are failures of their own that do not stop the rest.
final class LocalTree: Sendable {
    private struct Directory: Sendable {
        var path: String
        var relative: String
        /// The directory and those above it, to notice a circle.
        var chain: [FileStatus.Identity]
    }

    private struct State {
        var stack: [Directory]
        var files: [LocalFile] = []
        var next = 0
    }

    private let state: Lock<State>
    private let onFailure: @Sendable (StoreError) -> Void

    /// - Parameters:
    ///   - root: The directory.
    ///   - onFailure: Told what cannot be read.
    init(_ root: String, onFailure: @escaping @Sendable (StoreError) -> Void) throws(StoreError) {
        guard let status = FileStatus(root) else {
            throw systemFailure("cannot open the directory '\(root)'", errno)
        }
        guard status.isDirectory else {
            throw StoreError(.invalidArgument, "'\(root)' is not a directory; leave out --recursive to store a file")
        }
        state = Lock(State(stack: [Directory(path: root, relative: "", chain: [status.identity])]))
        self.onFailure = onFailure
    }

    /// The next file, or nil at the end. One caller at a time.
    func next() async throws(StoreError) -> LocalFile? {
        while true {
            let ready: LocalFile? = state.withLock { state in
                guard state.next < state.files.count else { return nil }
                defer { state.next += 1 }
                return state.files[state.next]
            }
            if let ready { return ready }
            if Task.isCancelled { throw .cancelled() }
            guard let directory = state.withLock({ $0.stack.popLast() }) else { return nil }
            let (files, directories) = try await BlockingPool.run { () throws(StoreError) in self.read(directory) }
            state.withLock { state in
                state.files = files
                state.next = 0
                // Last in, first out: the first name has to be on top.
                state.stack += directories.reversed()
            }
        }
    }

    private func read(_ directory: Directory) -> ([LocalFile], [Directory]) {
        guard let handle = opendir(directory.path) else {
            onFailure(systemFailure("cannot read the directory '\(directory.path)'", errno))
            return ([], [])
        }
        defer { closedir(handle) }
        var files: [LocalFile] = []
        var directories: [Directory] = []
        for name in names(handle, directory.path) {
            let path =
                directory.path.utf8.last == UInt8(ascii: "/") ? directory.path + name : "\(directory.path)/\(name)"
            let relative = directory.relative.isEmpty ? name : "\(directory.relative)/\(name)"
            guard let status = FileStatus(path) else {
                onFailure(systemFailure("cannot examine '\(path)'", errno))
                continue
            }
            if status.isRegular {
                files.append(LocalFile(path: path, relative: relative, size: status.size))
            } else if !status.isDirectory {
                onFailure(StoreError(.unsupported, "'\(path)' is neither a file nor a directory; it is left out"))
            } else if directory.chain.contains(status.identity) {
                onFailure(StoreError(.io, "'\(path)' leads back to a directory above it; it is left out"))
            } else {
                directories.append(
                    Directory(path: path, relative: relative, chain: directory.chain + [status.identity]))
            }
        }
        return (files, directories)
    }

    private func names(_ handle: OpaquePointer, _ path: String) -> [String] {
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(handle) else {
                if errno != 0 { onFailure(systemFailure("cannot read the directory '\(path)'", errno)) }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    (String(validatingCString: $0), String(cString: $0))
                }
            }
            if name.1 == "." || name.1 == ".." { continue }
            if let valid = name.0 {
                names.append(valid)
            } else {
                onFailure(
                    StoreError(.invalidKey, "the name '\(path)/\(name.1)' is not UTF-8, as keys have to be; rename it"))
            }
        }
        return names.sorted { UTF8Order.compare($0, $1) < 0 }
    }
}
