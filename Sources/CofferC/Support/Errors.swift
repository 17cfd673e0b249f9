import CCofferTypes
import Coffer

/// Makes an error object.
func makeError(_ failure: StoreError) throws(StoreError) -> UnsafeMutablePointer<coffer_error> {
    var arena = try ResultArena(.error, capacity: 768)
    do throws(StoreError) {
        let place = try arena.array(of: coffer_error.self, count: 1)
        try fill(place, failure, &arena)
        return place
    } catch {
        arena.discard()
        throw error
    }
}

/// Writes an error into a result.
func fill(
    _ place: UnsafeMutablePointer<coffer_error>, _ failure: StoreError, _ arena: inout ResultArena
) throws(StoreError) {
    var underlying: String?
    if let cause = failure.underlying { underlying = "\(cause)" }
    var retryAfter: Int64 = -1
    if let wait = failure.retryAfter {
        let (seconds, attoseconds) = wait.components
        retryAfter = max(
            0, seconds.multipliedReportingOverflow(by: 1000).partialValue + attoseconds / 1_000_000_000_000_000)
    }
    place.initialize(
        to: coffer_error(
            struct_size: MemoryLayout<coffer_error>.size, code: failure.code.rawValue,
            attempts: Int32(clamping: failure.attempts), is_retryable: failure.isRetryable,
            http_status: Int32(clamping: failure.httpStatus ?? 0), retry_after_ms: retryAfter,
            code_name: try arena.text(failure.code.name), message: try arena.text(failure.message),
            description: try arena.text(failure.description), operation: try arena.text(failure.operation?.rawValue),
            key: try arena.text(failure.key), driver: try arena.text(failure.driver),
            service_code: try arena.text(failure.serviceCode), request_id: try arena.text(failure.requestID),
            underlying: try arena.text(underlying)))
}

/// Frees an error.
///
/// - Parameter error: The error; NULL is allowed.
@c public func coffer_error_free(_ error: UnsafeMutablePointer<coffer_error>?) { ResultArena.free(error, .error) }
