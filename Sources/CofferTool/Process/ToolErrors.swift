import Coffer
import Glibc

/// The command line is wrong; the message names the argument and the remedy.
struct UsageError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

/// Whoever read our standard output has gone: end quietly, as `head` expects of its neighbours.
struct BrokenPipe: Error {}

/// Some of several objects failed; each has been reported already.
struct SomeFailed: Error {
    let count: Int
}

/// The error for a failed system call.
///
/// - Parameters:
///   - what: What was tried, for instance `cannot open 'x'`.
///   - number: The value of `errno`.
func systemFailure(_ what: String, _ number: Int32) -> StoreError {
    let code: StoreError.Code =
        switch number {
        case ENOENT: .notFound
        case EACCES, EPERM, EROFS: .permissionDenied
        case EEXIST: .alreadyExists
        default: .io
        }
    return StoreError(code, "\(what): \(systemMessage(number))")
}
