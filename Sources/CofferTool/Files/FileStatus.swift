import Glibc

/// What `stat` tells of a path or a descriptor.
struct FileStatus {
    private var status = stat()

    /// Follows symbolic links; nil if the system reports an error (in `errno`).
    init?(_ path: String) {
        if fstatat(AT_FDCWD, path, &status, 0) != 0 { return nil }
    }

    /// nil if the system reports an error (in `errno`).
    init?(_ descriptor: Int32) {
        if fstat(descriptor, &status) != 0 { return nil }
    }

    var size: Int64 { Int64(status.st_size) }
    var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
    var isDirectory: Bool { status.st_mode & S_IFMT == S_IFDIR }
    var permissions: mode_t { status.st_mode & 0o7777 }
    /// What no other file has at the same time.
    var identity: Identity { Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino)) }

    struct Identity: Sendable, Equatable {
        let device: UInt
        let inode: UInt
    }
}
