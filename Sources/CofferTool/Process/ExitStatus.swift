import Coffer

/// What a script gets to know: documented in README.md and `coffer help exit-codes`.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case someFailed = 1
    case usage = 2
    case notFound = 3
    case notAllowed = 4
    case condition = 5
    case tryAgain = 6
    case configuration = 7
    case refused = 8
    case localIO = 9
    case badData = 10
    case fault = 70

    /// The status for an error of a store.
    init(_ code: StoreError.Code) {
        self =
            switch code {
            case .notFound, .bucketNotFound: .notFound
            case .permissionDenied, .unauthenticated: .notAllowed
            case .alreadyExists, .preconditionFailed, .notModified, .conflict: .condition
            case .rateLimited, .timeout, .connectionFailed: .tryAgain
            case .invalidConfiguration: .configuration
            case .invalidKey, .invalidArgument, .unsupported, .rangeNotSatisfiable, .tooLarge: .refused
            case .io: .localIO
            case .checksumMismatch, .invalidResponse: .badData
            case .cancelled, .closed, .internal: .fault
            }
    }

    /// One line for the table.
    var summary: String {
        switch self {
        case .done: "everything was done"
        case .someFailed: "several objects were asked for and some of them failed; each is named on stderr"
        case .usage: "the command line is wrong"
        case .notFound: "no such object, bucket, directory or local file (notFound, bucketNotFound)"
        case .notAllowed: "not allowed, or not logged in (permissionDenied, unauthenticated)"
        case .condition: "a condition does not hold (alreadyExists, preconditionFailed, notModified, conflict)"
        case .tryAgain: "network trouble or a busy service; try again later (connectionFailed, timeout, rateLimited)"
        case .configuration: "a store's configuration is wrong (invalidConfiguration)"
        case .refused:
            "it cannot be done so (invalidKey, invalidArgument, unsupported, rangeNotSatisfiable, tooLarge)"
        case .localIO: "the operating system reported an error (io)"
        case .badData: "what arrived is not what was sent (checksumMismatch, invalidResponse)"
        case .fault: "a fault of Coffer itself (internal, closed)"
        }
    }
}
