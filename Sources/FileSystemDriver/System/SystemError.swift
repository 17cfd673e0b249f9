import Coffer
import Glibc

/// The system calls that the driver makes, as fault plans and errors name them.
package enum SystemCall: String, Sendable, CaseIterable {
    case open, close, read, write, sync, stat, setTimes, setMode, makeDirectory, rename, link, unlink, removeDirectory
    case getAttribute, setAttribute, readDirectory, lock, clone, copyRange
}

/// A system call that failed.
struct SystemError: Error, Equatable {
    /// The value of `errno`.
    let number: Int32
    /// Which call it was.
    let call: SystemCall

    /// Whether nothing has that name: it is not there, or something on the way is not a directory.
    var isAbsent: Bool { number == ENOENT || number == ENOTDIR }

    /// Whether the path was refused because it goes through a symbolic link or leads out of the root.
    var isEscape: Bool { number == ELOOP || number == EXDEV }

    /// Whether the file system or the kernel does not know this call or flag.
    var isUnsupported: Bool {
        number == EINVAL || number == ENOSYS || number == EOPNOTSUPP || number == ENOTTY
    }

    /// The error for the caller.
    ///
    /// - Parameter doing: What was being done, as in "cannot ...".
    func storeError(_ doing: String) -> StoreError {
        let text = "cannot \(doing): \(systemMessage(number))"
        switch number {
        case EACCES, EPERM:
            return StoreError(
                .permissionDenied, "\(text); check the owner and the mode of the file and its directories")
        case EROFS:
            return StoreError(.permissionDenied, "\(text); the file system is mounted read-only")
        case ELOOP, EXDEV:
            return StoreError(
                .permissionDenied,
                "\(text); the path goes through a symbolic link that the setting 'symlinks' refuses, or leaves the root"
            )
        case ENOSPC, EDQUOT:
            return StoreError(.io, "\(text); free some space or raise the quota, then write again")
        case EMFILE, ENFILE:
            return StoreError(.io, "\(text); raise the limit of open files (ulimit -n)", isRetryable: true)
        case EFBIG:
            return StoreError(.tooLarge, "\(text); the file system or the process limit allows no file of this size")
        case ENAMETOOLONG, EILSEQ:
            return StoreError(.invalidKey, "\(text); this file system cannot spell the key")
        case EAGAIN, ESTALE, EINTR:
            return StoreError(.conflict, "\(text); something else changed the directory, try again", isRetryable: true)
        case ENOTDIR, EISDIR, ENOENT, ENOTEMPTY, EEXIST:
            return StoreError(.conflict, "\(text); other programs change the same directories", isRetryable: true)
        default:
            return StoreError(.io, text)
        }
    }
}

/// Runs a body that makes system calls and turns its error into the caller's.
///
/// - Parameters:
///   - doing: What is being done, as in "cannot ...".
///   - body: Makes the calls.
func reporting<R: ~Copyable>(
    _ doing: @autoclosure () -> String, _ body: () throws(SystemError) -> R
) throws(StoreError) -> R {
    do throws(SystemError) {
        return try body()
    } catch {
        throw error.storeError(doing())
    }
}
