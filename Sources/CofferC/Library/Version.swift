import CCofferTypes
import Coffer

/// The text of a literal, valid for as long as the process.
private func literal(_ text: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// Tells the version of the library.
///
/// - Returns: The version, for instance `0.1.0`; valid for ever.
@c public func coffer_version() -> UnsafePointer<CChar> { literal("0.1.0") }

/// Tells the version of the library as one number.
///
/// - Returns: major * 1000000 + minor * 1000 + patch; compare it with `COFFER_VERSION_NUMBER`.
@c public func coffer_version_number() -> Int32 { COFFER_VERSION_NUMBER }

/// Names a status.
///
/// - Parameter status: A status code.
/// - Returns: Its name, for instance `notFound`; `ok` for `COFFER_OK` and `unknown` for what is none. Valid for ever.
@c public func coffer_status_name(_ status: Int32) -> UnsafePointer<CChar> {
    guard status != 0 else { return literal("ok") }
    return switch StoreError.Code(rawValue: status) {
    case nil: literal("unknown")
    case .notFound: literal("notFound")
    case .bucketNotFound: literal("bucketNotFound")
    case .alreadyExists: literal("alreadyExists")
    case .preconditionFailed: literal("preconditionFailed")
    case .notModified: literal("notModified")
    case .permissionDenied: literal("permissionDenied")
    case .unauthenticated: literal("unauthenticated")
    case .invalidKey: literal("invalidKey")
    case .invalidArgument: literal("invalidArgument")
    case .invalidConfiguration: literal("invalidConfiguration")
    case .unsupported: literal("unsupported")
    case .rangeNotSatisfiable: literal("rangeNotSatisfiable")
    case .checksumMismatch: literal("checksumMismatch")
    case .conflict: literal("conflict")
    case .rateLimited: literal("rateLimited")
    case .timeout: literal("timeout")
    case .cancelled: literal("cancelled")
    case .connectionFailed: literal("connectionFailed")
    case .io: literal("io")
    case .invalidResponse: literal("invalidResponse")
    case .tooLarge: literal("tooLarge")
    case .closed: literal("closed")
    case .internal: literal("internal")
    }
}

/// Counts the handles that have not been freed, of all kinds: for tests that look for leaks.
///
/// - Returns: The number of stores, readers, writers and listers in this process.
@c public func coffer_handle_count() -> UInt { UInt(max(0, HandleTable.liveCount)) }
