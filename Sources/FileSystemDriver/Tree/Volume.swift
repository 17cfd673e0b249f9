import CCofferSupport
import Coffer
import Glibc
import Synchronization

/// The directory tree below a root: everything that blocks happens here, and nothing leaves the root.
///
/// Paths are resolved by the kernel below the root's descriptor (`openat2`), or name by name where it cannot.
final class Volume: Sendable {
    let options: FileSystemOptions
    /// The root's descriptor; open for as long as the volume, a stream or a writer lives.
    let root: Int32
    /// Whether `openat2` works here; seccomp filters of old containers forbid it.
    let resolvesBeneath: Bool
    /// Lock files not in use; see ``KeyLock``.
    let lockFiles = ForkSafeLock(LockFiles())
    /// Listings that wait for their next page.
    let listings = ListingCache()
    /// What tells others that this process writes here.
    let writerMark = WriterMark()
    /// Whether metadata files may exist, so that a replaced object's one has to be looked for.
    let mayHaveMetadataFiles: Atomic<Bool>

    /// Opens the root.
    ///
    /// - Parameters:
    ///   - options: Where it is and how it is used.
    ///   - allowOpenat2: False only in tests of the other way.
    /// - Throws: `bucketNotFound` if it is not there and shall not be made, `permissionDenied`, `io`.
    init(_ options: FileSystemOptions, allowOpenat2: Bool = true) throws(StoreError) {
        self.options = options
        let path = Array(options.root.utf8) + [0]
        guard path.count > 1, !path.dropLast().contains(0) else {
            throw StoreError(.invalidConfiguration, "the setting 'root' is empty; give the directory of the objects")
        }
        do throws(SystemError) {
            root = try path.withCString { (path, _) throws(SystemError) in
                do throws(SystemError) {
                    return try Syscalls.open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY)
                } catch {
                    guard error.number == ENOENT && options.create else { throw error }
                    try Volume.makeRoot(options)
                    return try Syscalls.open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY)
                }
            }
        } catch {
            throw Volume.rootError(error, options)
        }
        var works = false
        if allowOpenat2 {
            do throws(SystemError) {
                let file = try Syscalls.open(
                    root, FileName.here, O_PATH | O_DIRECTORY, resolve: COFFER_RESOLVE_BENEATH)
                try Syscalls.close(file)
                works = true
            } catch {
                works = false
            }
        }
        resolvesBeneath = works
        var status = Glibc.stat()
        mayHaveMetadataFiles = Atomic(fstatat(root, MetadataFiles.directory, &status, AT_SYMLINK_NOFOLLOW) == 0)
        recoverFromCrashes()
    }

    deinit {
        closeLockFiles()
        removeWriterMark()
        close(root)
    }

    /// Whether writes wait for the disk.
    var isDurable: Bool { options.durability == .full }

    /// Flags for a directory in which files are made: `fsync` needs one that is opened for reading.
    var directoryFlags: Int32 { O_DIRECTORY | (isDurable ? O_RDONLY : O_PATH) }

    private static func makeRoot(_ options: FileSystemOptions) throws(SystemError) {
        let bytes = Array(options.root.utf8)
        for end in 1...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: "/") {
            try (Array(bytes[..<end]) + [0]).withCString { (path, _) throws(SystemError) in
                do throws(SystemError) {
                    try Syscalls.makeDirectory(AT_FDCWD, path, mode: options.directoryMode)
                } catch {
                    // A parent may be there and closed to us; what matters is whether the root can be opened.
                    if end == bytes.count && error.number != EEXIST { throw error }
                }
            }
        }
    }

    private static func rootError(_ error: SystemError, _ options: FileSystemOptions) -> StoreError {
        let name = "the root directory '\(options.root)'"
        switch error.number {
        case ENOENT:
            return StoreError(
                .bucketNotFound, "\(name) does not exist; make it, or set 'create' to true")
        case ENOTDIR: return StoreError(.bucketNotFound, "\(name) is not a directory")
        default: return error.storeError("open \(name)")
        }
    }
}
