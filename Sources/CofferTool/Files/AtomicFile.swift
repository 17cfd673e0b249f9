import Coffer
import Glibc
import Synchronization

/// A file that appears under its name only when it is complete; until then it has a temporary name beside it.
///
/// A target that is no regular file (a device, a named pipe) is written to directly. All methods block.
final class AtomicFile: Sendable {
    private let target: String
    /// nil where the target is written directly.
    private let temporary: String?
    /// Open for writing until ``commit()`` or ``discard()``.
    let descriptor: Int32
    private let isOpen = Atomic<Bool>(true)

    /// Begins a file; missing directories above it are made if wanted.
    ///
    /// - Throws: What the system reports, naming the path.
    init(_ path: String, makingDirectories: Bool = false) throws(StoreError) {
        let existing = FileStatus(path)
        if let existing, existing.isDirectory {
            throw StoreError(.invalidArgument, "'\(path)' is a directory; give the name of a file")
        }
        if let existing, !existing.isRegular {
            target = path
            temporary = nil
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw systemFailure("cannot open '\(path)'", errno) }
            return
        }
        // The file that a symbolic link names is replaced, not the link.
        target = existing != nil ? Self.resolved(path) : path
        if makingDirectories { try Self.makeDirectories(above: target) }
        let directory = Self.parent(of: target)
        var made = ""
        var opened: Int32 = -1
        for _ in 0..<16 where opened < 0 {
            made = directory + ".coffer-" + String(UInt64.random(in: .min ... .max), radix: 36) + ".part"
            opened = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if opened < 0 && errno != EEXIST { break }
        }
        guard opened >= 0 else { throw systemFailure("cannot create a file for '\(path)'", errno) }
        if let existing { fchmod(opened, existing.permissions) }
        temporary = made
        descriptor = opened
        TemporaryFiles.add(made)
    }

    /// Writes the next bytes.
    func write(_ chunk: Chunk) throws(StoreError) {
        let failure = chunk.withUnsafeBytes { writeAll(descriptor, $0) }
        if failure != 0 { throw systemFailure("cannot write '\(target)'", failure) }
    }

    /// Gives the file its name.
    ///
    /// - Parameter size: What is beyond is cut off; nil for nothing.
    func commit(size: Int64? = nil) throws(StoreError) {
        if let size, ftruncate(descriptor, Int(size)) != 0 { throw systemFailure("cannot write '\(target)'", errno) }
        guard isOpen.exchange(false, ordering: .acquiringAndReleasing) else { return }
        // Errors that the system put off (a full disk on NFS) come now.
        let failure = close(descriptor) == 0 ? 0 : errno
        guard let temporary else {
            if failure != 0 && failure != EINTR { throw systemFailure("cannot write '\(target)'", failure) }
            return
        }
        defer { TemporaryFiles.remove(temporary) }
        if failure != 0 && failure != EINTR {
            unlink(temporary)
            throw systemFailure("cannot write '\(target)'", failure)
        }
        guard rename(temporary, target) == 0 else {
            let number = errno
            unlink(temporary)
            throw systemFailure("cannot rename the finished file to '\(target)'", number)
        }
    }

    /// Throws the file away; does nothing after ``commit()``.
    func discard() {
        guard isOpen.exchange(false, ordering: .acquiringAndReleasing) else { return }
        close(descriptor)
        if let temporary {
            unlink(temporary)
            TemporaryFiles.remove(temporary)
        }
    }

    deinit { discard() }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(validatingCString: real) ?? path
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(path[...slash])
    }

    /// Makes the directories above a path that are missing.
    static func makeDirectories(above path: String) throws(StoreError) {
        let directory = parent(of: path)
        if directory.isEmpty { return }
        if let status = FileStatus(directory), status.isDirectory { return }
        var end = directory.utf8.index(after: directory.startIndex)
        while let slash = directory.utf8[end...].firstIndex(of: UInt8(ascii: "/")) {
            let part = String(directory[..<slash])
            if mkdir(part, 0o777) != 0 && errno != EEXIST {
                throw systemFailure("cannot create the directory '\(part)'", errno)
            }
            end = directory.utf8.index(after: slash)
        }
    }
}
