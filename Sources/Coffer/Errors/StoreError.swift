/// The one error that every operation of a store throws.
///
/// A program acts on ``code``; a person reads ``message``, which says what went wrong and what to do about it.
/// The value is one pointer wide and copy-on-write, so that throwing it is cheap. It never holds a secret.
public struct StoreError: Error, Sendable {
    final class Storage: Sendable {
        let code: Code
        let message: String
        let operation: Operation?
        let key: String?
        let driver: String?
        let isRetryable: Bool
        let httpStatus: Int?
        let serviceCode: String?
        let requestID: String?
        let retryAfter: Duration?
        let underlying: (any Error)?
        let attempts: Int

        init(
            code: Code, message: String, operation: Operation?, key: String?, driver: String?, isRetryable: Bool,
            httpStatus: Int?, serviceCode: String?, requestID: String?, retryAfter: Duration?,
            underlying: (any Error)?, attempts: Int
        ) {
            self.code = code
            self.message = message
            self.operation = operation
            self.key = key
            self.driver = driver
            self.isRetryable = isRetryable
            self.httpStatus = httpStatus
            self.serviceCode = serviceCode
            self.requestID = requestID
            self.retryAfter = retryAfter
            self.underlying = underlying
            self.attempts = attempts
        }
    }

    let storage: Storage

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What kind of failure it is.
    ///   - message: What went wrong and what to do, in one line, without secrets.
    ///   - operation: The verb that failed, where known.
    ///   - key: The key that the failure is about, where there is one.
    ///   - driver: The name of the driver, where known.
    ///   - isRetryable: Whether the same call may succeed if it is made again.
    ///   - httpStatus: The status of the HTTP response, where there was one.
    ///   - serviceCode: The service's own code, for instance `SlowDown`.
    ///   - requestID: The service's identifier of the request.
    ///   - retryAfter: How long the service asked to wait before the next attempt.
    ///   - underlying: The error that caused this one.
    ///   - attempts: How many attempts were made; 1 where nothing was repeated.
    public init(
        _ code: Code, _ message: String, operation: Operation? = nil, key: String? = nil, driver: String? = nil,
        isRetryable: Bool = false, httpStatus: Int? = nil, serviceCode: String? = nil, requestID: String? = nil,
        retryAfter: Duration? = nil, underlying: (any Error)? = nil, attempts: Int = 1
    ) {
        storage = Storage(
            code: code, message: message, operation: operation, key: key, driver: driver, isRetryable: isRetryable,
            httpStatus: httpStatus, serviceCode: serviceCode, requestID: requestID, retryAfter: retryAfter,
            underlying: underlying, attempts: attempts)
    }

    /// What kind of failure it is: the part that a program acts on.
    public var code: Code { storage.code }
    /// What went wrong and what to do, in one line.
    public var message: String { storage.message }
    /// The verb that failed, where known.
    public var operation: Operation? { storage.operation }
    /// The key that the failure is about, where there is one.
    public var key: String? { storage.key }
    /// The name of the driver that failed, where known.
    public var driver: String? { storage.driver }
    /// Whether the same call may succeed if it is made again.
    public var isRetryable: Bool { storage.isRetryable }
    /// The status of the HTTP response, where there was one.
    public var httpStatus: Int? { storage.httpStatus }
    /// The service's own code, for instance `SlowDown`.
    public var serviceCode: String? { storage.serviceCode }
    /// The service's identifier of the request, for its operator.
    public var requestID: String? { storage.requestID }
    /// How long the service asked to wait before the next attempt.
    public var retryAfter: Duration? { storage.retryAfter }
    /// The error that caused this one.
    public var underlying: (any Error)? { storage.underlying }
    /// How many attempts were made; 1 where nothing was repeated.
    public var attempts: Int { storage.attempts }

    /// A copy with the blanks filled in: fields that are already set stay as they are.
    ///
    /// - Parameters:
    ///   - operation: The verb that failed.
    ///   - key: The key that the failure is about.
    ///   - driver: The name of the driver.
    public func filling(operation: Operation? = nil, key: String? = nil, driver: String? = nil) -> StoreError {
        if (self.operation != nil || operation == nil) && (self.key != nil || key == nil)
            && (self.driver != nil || driver == nil)
        {
            return self
        }
        return StoreError(
            code, message, operation: self.operation ?? operation, key: self.key ?? key,
            driver: self.driver ?? driver, isRetryable: isRetryable, httpStatus: httpStatus,
            serviceCode: serviceCode, requestID: requestID, retryAfter: retryAfter, underlying: underlying,
            attempts: attempts)
    }

    /// A copy that says how many attempts were made.
    ///
    /// - Parameter attempts: The number of attempts, at least 1.
    public func withAttempts(_ attempts: Int) -> StoreError {
        attempts == self.attempts
            ? self
            : StoreError(
                code, message, operation: operation, key: key, driver: driver, isRetryable: isRetryable,
                httpStatus: httpStatus, serviceCode: serviceCode, requestID: requestID, retryAfter: retryAfter,
                underlying: underlying, attempts: attempts)
    }

    /// A copy that names another key: for layers that map keys.
    ///
    /// - Parameter key: The key as the caller knows it.
    public func replacingKey(_ key: String) -> StoreError {
        StoreError(
            code, message, operation: operation, key: key, driver: driver, isRetryable: isRetryable,
            httpStatus: httpStatus, serviceCode: serviceCode, requestID: requestID, retryAfter: retryAfter,
            underlying: underlying, attempts: attempts)
    }

    /// Takes a ``StoreError`` out of any error; what is something else becomes `internal`, cancellation `cancelled`.
    ///
    /// - Parameter error: The error to convert.
    public init(wrapping error: any Error) {
        if let error = error as? StoreError {
            self = error
        } else if error is CancellationError {
            self = .cancelled()
        } else {
            self.init(.internal, "unexpected error: \(error)", underlying: error)
        }
    }

    /// The error of a cancelled task.
    ///
    /// - Parameter operation: The verb that was cancelled.
    public static func cancelled(_ operation: Operation? = nil) -> StoreError {
        StoreError(.cancelled, "the operation was cancelled", operation: operation)
    }
}

extension StoreError: CustomStringConvertible {
    /// One line: code, verb, key, driver, message, and what the service said.
    public var description: String {
        var text = code.name
        if let operation { text += " in \(operation.rawValue)" }
        if let key { text += " of '\(key)'" }
        if let driver { text += " (\(driver))" }
        text += ": \(message)"
        var details: [String] = []
        if let httpStatus { details.append("HTTP \(httpStatus)") }
        if let serviceCode { details.append(serviceCode) }
        if let requestID { details.append("request \(requestID)") }
        if attempts > 1 { details.append("\(attempts) attempts") }
        if !details.isEmpty { text += " [" + details.joined(separator: ", ") + "]" }
        return text
    }
}
