import Coffer

/// What each of S3's codes means here, whether it passes, and what a person can do about it.
///
/// Source: S3 API reference, "Error responses"; codes of Ceph, Swift, MinIO and LocalStack as seen.
struct S3ErrorTable {
    /// One line of the table.
    struct Entry: Sendable {
        let code: StoreError.Code
        let isRetryable: Bool
        let remedy: String?

        init(_ code: StoreError.Code, retryable: Bool = false, _ remedy: String? = nil) {
            self.code = code
            isRetryable = retryable
            self.remedy = remedy
        }
    }

    /// The line for a code, or for a status if the code is unknown.
    static func entry(_ fault: S3Fault) -> Entry {
        if fault.code == "InvalidAccessKeyId", fault.message?.contains("kms-keyid") == true {
            // Ceph 16 speaks of the key of the key management service, not of the caller's.
            return Entry(.invalidArgument, "check the id of the KMS key")
        }
        if let code = fault.code, let entry = codes[code] { return entry }
        return entry(status: fault.status)
    }

    static let codes: [String: Entry] = [
        // Identity.
        "SignatureDoesNotMatch": Entry(.unauthenticated, "check the secret access key"),
        "InvalidAccessKeyId": Entry(.unauthenticated, "the service does not know the access key id; check it"),
        "ExpiredToken": Entry(.unauthenticated, "the credentials have expired; get new ones"),
        "ExpiredTokenException": Entry(.unauthenticated, "the credentials have expired; get new ones"),
        "TokenRefreshRequired": Entry(.unauthenticated, "the credentials have expired; get new ones"),
        "InvalidToken": Entry(.unauthenticated, "check the session token"),
        "InvalidClientTokenId": Entry(.unauthenticated, "check access key id and session token"),
        "UnrecognizedClientException": Entry(.unauthenticated, "check access key id and session token"),
        "InvalidSecurity": Entry(.unauthenticated, "check the credentials"),
        "CredentialsNotSupported": Entry(.unauthenticated, "check the credentials"),
        "MissingSecurityHeader": Entry(.unauthenticated, "give credentials"),
        "AuthorizationHeaderMalformed": Entry(.unauthenticated, "check region and access key id"),
        "AuthorizationQueryParametersError": Entry(.unauthenticated, "check region and access key id"),
        "RequestTimeTooSkewed": Entry(.unauthenticated, "this machine's clock is wrong; set it"),
        "RequestExpired": Entry(.unauthenticated, "this machine's clock is wrong; set it"),
        "RequestInTheFuture": Entry(.unauthenticated, "this machine's clock is wrong; set it"),
        "AccessDenied": Entry(
            .permissionDenied, "the credentials do not allow this, or are wrong; check the policies of user and bucket"),
        "AccessForbidden": Entry(.permissionDenied, "check the policies of user and bucket"),
        "AccountProblem": Entry(.permissionDenied, "the account has a problem; ask the provider"),
        "AllAccessDisabled": Entry(.permissionDenied, "all access is disabled; ask the provider"),
        "UserSuspended": Entry(.permissionDenied, "the user is suspended; ask the service's operator"),
        "QuotaExceeded": Entry(.permissionDenied, "the quota is used up; delete something or ask for more"),
        "InsufficientCapacity": Entry(.io, "the service's disks are full; delete something or ask its operator"),
        "AccessControlListNotSupported": Entry(
            .unsupported, "objects of this bucket have no ACLs (its owner owns them all); use a bucket policy"),
        "InvalidObjectState": Entry(
            .permissionDenied, "an archived object has to be restored before it is read, and no other can be restored"),
        "ObjectNotInActiveTierError": Entry(.permissionDenied, "the object is archived; restore it first"),
        "MethodNotAllowed": Entry(.permissionDenied, "this is not allowed on the object (a delete marker, or locked)"),
        // What is there and what is not.
        "NoSuchKey": Entry(.notFound, "check the key"),
        "NoSuchVersion": Entry(.notFound, "check the version"),
        "NoSuchUpload": Entry(.notFound, "the upload was completed or aborted meanwhile; start again"),
        "NoSuchObjectLockConfiguration": Entry(.notFound, "the object is not locked"),
        "NoSuchTagSet": Entry(.notFound, "there are no tags"),
        "KMS.NotFoundException": Entry(.invalidArgument, "check the id of the KMS key"),
        "NoSuchBucket": Entry(.bucketNotFound, "check bucket and endpoint, or set create_bucket=true"),
        "NoSuchContainer": Entry(.bucketNotFound, "check bucket and endpoint"),
        "BucketAlreadyExists": Entry(.alreadyExists, "the name is taken by somebody else; choose another"),
        "BucketAlreadyOwnedByYou": Entry(.alreadyExists),
        // Conditions.
        "PreconditionFailed": Entry(.preconditionFailed, "the object is not the expected one; read it again"),
        "NotModified": Entry(.notModified),
        "ConditionalRequestConflict": Entry(.conflict, retryable: true, "another writer was in the way; try again"),
        "OperationAborted": Entry(.conflict, retryable: true, "another operation is in the way; try again"),
        "RestoreAlreadyInProgress": Entry(.conflict, "the object is being restored already; ask for its state later"),
        "GlacierExpeditedRetrievalNotAvailable": Entry(
            .rateLimited, "there is no room for expedited restores; use the tier standard, or try again later"),
        "InvalidRange": Entry(.rangeNotSatisfiable, "the range begins at or beyond the object's end"),
        // Arguments.
        "KeyTooLongError": Entry(.invalidKey, "use a shorter key"),
        "KeyTooLong": Entry(.invalidKey, "use a shorter key"),
        "InvalidObjectName": Entry(.invalidKey, "the service does not take this key"),
        "XMinioInvalidObjectName": Entry(.invalidKey, "the service does not take this key"),
        "InvalidURI": Entry(.invalidKey, "the service does not take this key"),
        "InvalidArgument": Entry(.invalidArgument),
        "InvalidRequest": Entry(.invalidArgument),
        "InvalidTag": Entry(.invalidArgument, "check names and values of the tags"),
        "InvalidStorageClass": Entry(.invalidArgument, "check the storage class"),
        "InvalidRetentionPeriod": Entry(.invalidArgument, "check the time of the retention"),
        "InvalidEncryptionAlgorithmError": Entry(.invalidArgument, "the service does not know this encryption"),
        "KMS.DisabledException": Entry(.permissionDenied, "the KMS key is disabled; enable it"),
        "KMS.KMSInvalidStateException": Entry(.permissionDenied, "the KMS key cannot be used as it is; check it"),
        "KMS.InvalidKeyUsageException": Entry(.invalidArgument, "the KMS key is of another kind; check its id"),
        "InvalidBucketName": Entry(.invalidConfiguration, "check the bucket's name"),
        "InvalidPart": Entry(.conflict, "a part is missing or was replaced; upload again"),
        "InvalidPartOrder": Entry(.invalidArgument),
        "EntityTooSmall": Entry(.invalidArgument, "each part but the last needs 5 MiB; raise part_size"),
        "EntityTooLarge": Entry(.tooLarge, "send it in parts"),
        "MetadataTooLarge": Entry(.invalidArgument, "the metadata may have 2 KiB"),
        "MaxMessageLengthExceeded": Entry(.tooLarge),
        "IllegalLocationConstraintException": Entry(.invalidConfiguration, "check the region"),
        "InvalidLocationConstraint": Entry(.invalidConfiguration, "check the region"),
        "NotImplemented": Entry(.unsupported, "the service does not have this; see the options server and disable"),
        // Integrity.
        "BadDigest": Entry(.checksumMismatch, retryable: true, "the bytes changed on the way; send them again"),
        "InvalidDigest": Entry(.checksumMismatch),
        "XAmzContentSHA256Mismatch": Entry(
            .checksumMismatch, retryable: true, "the bytes changed on the way, or while they were sent"),
        "XAmzContentChecksumMismatch": Entry(.checksumMismatch, retryable: true, "the bytes changed on the way"),
        "IncompleteBody": Entry(.connectionFailed, retryable: true),
        // In passing.
        "SlowDown": Entry(.rateLimited, retryable: true, "the service asks to slow down; send less at a time"),
        "SlowDownRead": Entry(.rateLimited, retryable: true, "the service asks to slow down; send less at a time"),
        "SlowDownWrite": Entry(.rateLimited, retryable: true, "the service asks to slow down; send less at a time"),
        "ServiceUnavailable": Entry(.rateLimited, retryable: true, "the service is overloaded; try again later"),
        "Throttling": Entry(.rateLimited, retryable: true, "the service asks to slow down"),
        "ThrottlingException": Entry(.rateLimited, retryable: true, "the service asks to slow down"),
        "RequestLimitExceeded": Entry(.rateLimited, retryable: true, "the service asks to slow down"),
        "TooManyRequests": Entry(.rateLimited, retryable: true, "the service asks to slow down"),
        "RequestTimeout": Entry(.timeout, retryable: true, "the body came too slowly"),
        "InternalError": Entry(.internal, retryable: true, "the service has a fault of its own; try again"),
        "XMinioServerNotInitialized": Entry(.rateLimited, retryable: true, "the service is starting"),
        // Where.
        "PermanentRedirect": Entry(.invalidConfiguration, "the bucket is elsewhere; check region and endpoint"),
        "TemporaryRedirect": Entry(.invalidConfiguration, retryable: true, "the bucket is elsewhere; try again later"),
    ]

    static func entry(status: Int) -> Entry {
        switch status {
        case 301, 302, 307, 308:
            Entry(.invalidConfiguration, "the bucket is elsewhere; check region and endpoint")
        case 304: Entry(.notModified)
        case 400: Entry(.invalidArgument)
        case 401: Entry(.unauthenticated, "check the credentials")
        case 403: Entry(.permissionDenied, "the credentials do not allow this, or are wrong")
        case 404: Entry(.notFound, "check the key")
        case 405, 501: Entry(.unsupported, "the service does not have this")
        case 408: Entry(.timeout, retryable: true)
        case 409: Entry(.conflict, retryable: true, "another operation is in the way; try again")
        case 412: Entry(.preconditionFailed, "the object is not the expected one; read it again")
        case 413: Entry(.tooLarge)
        case 416: Entry(.rangeNotSatisfiable, "the range begins at or beyond the object's end")
        case 429, 503: Entry(.rateLimited, retryable: true, "the service is overloaded; try again later")
        case 500: Entry(.internal, retryable: true, "the service has a fault of its own; try again")
        case 502: Entry(.connectionFailed, retryable: true, "a gateway could not reach the service")
        case 507: Entry(.io, "the service's disks are full; delete something or ask its operator")
        case 504: Entry(.timeout, retryable: true, "a gateway got no answer from the service")
        case 200...299: Entry(.invalidResponse, retryable: true)
        default: Entry(.invalidResponse, "is this an S3 endpoint?")
        }
    }
}

extension S3Fault {
    /// The error that the caller sees.
    ///
    /// - Parameters:
    ///   - request: What was asked.
    ///   - bucket: The bucket, for the message.
    func error(_ request: S3Request, bucket: String) -> StoreError {
        error(
            request.operation, key: request.key, bucket: bucket, condition: request.condition,
            isChecksumFinal: request.checksum?.known != nil || request.operation == .completeUpload)
    }

    /// The error that the caller sees.
    ///
    /// - Parameter isChecksumFinal: Whether the checksum was not computed of the bytes as they were sent, so that sending
    ///   them again would be in vain.
    func error(
        _ operation: Operation, key: Key?, bucket: String, condition: WriteCondition = .none,
        isChecksumFinal: Bool = false
    ) -> StoreError {
        let entry = S3ErrorTable.entry(self)
        var kind = entry.code
        var remedy = entry.remedy
        var isRetryable = entry.isRetryable
        if kind == .checksumMismatch, isChecksumFinal, code != "XAmzContentSHA256Mismatch" {
            (isRetryable, remedy) = (false, "the checksum that was given is not that of the bytes")
        }
        if let credentialsEnded {
            (kind, remedy) = (.unauthenticated, "the credentials ended at \(credentialsEnded.iso8601); get new ones")
        }
        // The contract's words for a write whose condition does not hold, whatever a server calls it.
        if kind == .preconditionFailed || kind == .notFound, code != "NoSuchUpload" {
            switch condition {
            case .absent where kind == .preconditionFailed:
                (kind, remedy) = (.alreadyExists, "an object is there already, and the write was to create only")
            case .matches(let etag):
                (kind, remedy) = (
                    .preconditionFailed, "the object is not the one with ETag \(etag.quoted); read it again"
                )
            default: break
            }
        }
        var text = message.map { S3Fault.line($0) } ?? S3Fault.words(kind)
        if kind == .bucketNotFound { text = "the bucket '\(bucket)' does not exist" }
        if let remedy { text += text.hasSuffix(".") ? " (\(remedy))" : "; \(remedy)" }
        return StoreError(
            kind, text, operation: operation.isStep ? operation : nil, key: key?.string, driver: "s3",
            isRetryable: isRetryable,
            httpStatus: status, serviceCode: code, requestID: requestID, retryAfter: retryAfter)
    }

    /// One line of the server's words, not too long.
    private static func line(_ text: String) -> String {
        let printable = text.unicodeScalars.prefix(300).map {
            $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0)
        }
        return String(printable)
    }

    private static func words(_ code: StoreError.Code) -> String {
        switch code {
        case .notFound: "there is no such object"
        case .permissionDenied: "the service refused"
        case .preconditionFailed: "the condition does not hold"
        case .alreadyExists: "the object exists"
        case .notModified: "the object has not changed"
        case .rateLimited: "the service is busy"
        case .rangeNotSatisfiable: "the range lies outside of the object"
        case .io: "the service could not store it"
        default: "the service refused without saying why"
        }
    }
}

extension Operation {
    /// Whether this is a step of a verb; a verb's own name is filled in by ``Store``.
    fileprivate var isStep: Bool {
        switch self {
        case .createUpload, .uploadPart, .listParts, .completeUpload, .abortUpload, .listUploads, .open: true
        default: false
        }
    }
}
