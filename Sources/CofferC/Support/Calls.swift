import CCofferTypes
import Coffer

/// Where a call puts its error.
typealias ErrorPointer = UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?

/// Runs the body of a C call: its error becomes the status and, where the host wants it, an error object.
@inline(__always)
func call(_ error: ErrorPointer, _ body: () throws(StoreError) -> Void) -> coffer_status {
    error?.pointee = nil
    do throws(StoreError) {
        try body()
        return coffer_status(COFFER_OK)
    } catch let failure {
        return report(failure, error)
    }
}

@inline(never)
private func report(_ failure: StoreError, _ error: ErrorPointer) -> coffer_status {
    // Without memory even for the error, the status has to do.
    if let error { error.pointee = try? makeError(failure) }
    return failure.code.rawValue
}

/// The error for a pointer that must not be NULL.
func isNull(_ name: StaticString) -> StoreError { StoreError(.invalidArgument, "the argument '\(name)' is NULL") }

/// Memory of the host that a call uses until it returns.
///
/// `@unchecked Sendable`: the call is synchronous, and what it starts has ended, or let go, before it returns.
struct HostMemory<Pointer>: @unchecked Sendable {
    let pointer: Pointer
}
