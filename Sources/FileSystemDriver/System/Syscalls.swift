import CCofferSupport
import Glibc

/// Opens a file as a place only, without the right to read it. Source: open(2).
let O_PATH = COFFER_O_PATH

/// Every system call of the driver, each behind one function: interrupted calls are repeated, short ones reported as
/// they are, and a fault plan can stand in for the kernel.
enum Syscalls {
    typealias Path = UnsafePointer<CChar>

    /// Repeats an interrupted call and throws what the kernel reports.
    @inline(__always)
    @discardableResult
    private static func check<N: SignedInteger>(
        _ call: SystemCall, _ body: () -> N
    ) throws(SystemError) -> N {
        try check(call, 0) { _ in body() }
    }

    /// The same for a call that handles a number of bytes, which a plan can cut short.
    @inline(__always)
    private static func check<N: SignedInteger>(
        _ call: SystemCall, _ count: Int, _ body: (Int) -> N
    ) throws(SystemError) -> N {
        while true {
            var limit = count
            switch SyscallFaults.next(call) {
            case nil, .kill: break
            case .short(let most): limit = max(1, min(count, most))
            case .fail(EINTR): continue
            case .fail(let number): throw SystemError(number: number, call: call)
            }
            let result = body(limit)
            if result >= 0 { return result }
            let number = errno
            if number != EINTR { throw SystemError(number: number, call: call) }
        }
    }

    /// The corresponding call is `openat`.
    static func open(_ directory: Int32, _ path: Path, _ flags: Int32, mode: UInt32 = 0) throws(SystemError) -> Int32 {
        try check(.open) { coffer_fs_openat(directory, path, flags | O_CLOEXEC, mode) }
    }

    /// The corresponding call is `openat2`.
    static func open(
        _ directory: Int32, _ path: Path, _ flags: Int32, mode: UInt32 = 0, resolve: UInt64
    ) throws(SystemError) -> Int32 {
        try check(.open) { coffer_fs_openat2(directory, path, flags | O_CLOEXEC, mode, resolve) }
    }

    /// The corresponding call is `close`. On Linux the descriptor is gone whatever `close` returns.
    static func close(_ file: Int32) throws(SystemError) {
        var injected: Int32 = 0
        if let fault = SyscallFaults.next(.close), case .fail(let number) = fault { injected = number }
        let number = Glibc.close(file) == 0 ? injected : errno
        if number != 0 && number != EINTR { throw SystemError(number: number, call: .close) }
    }

    /// The corresponding call is `pread`.
    static func read(
        _ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int, at offset: Int64
    ) throws(SystemError) -> Int {
        try check(.read, count) { pread(file, buffer, $0, Int(offset)) }
    }

    /// The corresponding call is `write`.
    static func write(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) throws(SystemError) -> Int {
        try check(.write, count) { Glibc.write(file, buffer, $0) }
    }

    /// The corresponding call is `fsync`.
    static func sync(_ file: Int32) throws(SystemError) { try check(.sync) { fsync(file) } }

    /// The corresponding call is `fstat`.
    static func stat(_ file: Int32) throws(SystemError) -> stat {
        var status = Glibc.stat()
        try check(.stat) { fstat(file, &status) }
        return status
    }

    /// The corresponding call is `fstatat`; symbolic links are not followed.
    static func stat(_ directory: Int32, _ name: Path) throws(SystemError) -> stat {
        var status = Glibc.stat()
        try check(.stat) { fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) }
        return status
    }

    /// The corresponding call is `futimens`; sets both times.
    static func setTimes(_ file: Int32, _ time: timespec) throws(SystemError) {
        try check(.setTimes) {
            withUnsafeTemporaryAllocation(of: timespec.self, capacity: 2) { times in
                times.initialize(repeating: time)
                return futimens(file, times.baseAddress)
            }
        }
    }

    /// The corresponding call is `fchmod`.
    static func setMode(_ file: Int32, _ mode: mode_t) throws(SystemError) {
        try check(.setMode) { fchmod(file, mode) }
    }

    /// The corresponding call is `mkdirat`.
    static func makeDirectory(_ directory: Int32, _ name: Path, mode: UInt32) throws(SystemError) {
        try check(.makeDirectory) { mkdirat(directory, name, mode) }
    }

    /// The corresponding call is `renameat2`.
    static func rename(
        _ from: Int32, _ old: Path, to: Int32, _ new: Path, flags: UInt32 = 0
    ) throws(SystemError) {
        try check(.rename) { flags == 0 ? renameat(from, old, to, new) : coffer_fs_rename(from, old, to, new, flags) }
    }

    /// The corresponding call is `linkat`; symbolic links are not followed.
    static func link(_ from: Int32, _ old: Path, to: Int32, _ new: Path) throws(SystemError) {
        try check(.link) { linkat(from, old, to, new, 0) }
    }

    /// The corresponding call is `unlinkat`.
    static func unlink(_ directory: Int32, _ name: Path) throws(SystemError) {
        try check(.unlink) { unlinkat(directory, name, 0) }
    }

    /// The corresponding call is `unlinkat(AT_REMOVEDIR)`.
    static func removeDirectory(_ directory: Int32, _ name: Path) throws(SystemError) {
        try check(.removeDirectory) { unlinkat(directory, name, AT_REMOVEDIR) }
    }

    /// The corresponding call is `fgetxattr`.
    static func attribute(
        _ file: Int32, _ name: Path, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        try check(.getAttribute) { coffer_fs_get_attribute(file, name, buffer.baseAddress, buffer.count) }
    }

    /// The corresponding call is `fsetxattr`.
    static func setAttribute(
        _ file: Int32, _ name: Path, _ value: UnsafeRawBufferPointer
    ) throws(SystemError) {
        try check(.setAttribute) { coffer_fs_set_attribute(file, name, value.baseAddress, value.count) }
    }

    /// The corresponding call is `getdents64`.
    static func readDirectory(
        _ directory: Int32, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        return try check(.readDirectory) { coffer_fs_getdents(directory, base, buffer.count) }
    }

    /// The corresponding call is `fcntl(F_OFD_SETLKW)` on one byte; waits for the lock.
    static func lock(_ file: Int32, _ how: Int32, at offset: Int64) throws(SystemError) {
        try check(.lock) { coffer_fs_lock_byte(file, how, offset) }
    }

    /// The corresponding call is `ioctl(FICLONE)`.
    static func clone(_ source: Int32, to target: Int32) throws(SystemError) {
        try check(.clone) { coffer_fs_clone(target, source) }
    }

    /// The corresponding call is `copy_file_range`; the target is written where its offset stands.
    static func copyRange(
        _ source: Int32, at offset: Int64, to target: Int32, _ count: Int
    ) throws(SystemError) -> Int {
        try check(.copyRange, count) {
            var position = offset
            return coffer_fs_copy_range(source, &position, target, $0)
        }
    }
}
