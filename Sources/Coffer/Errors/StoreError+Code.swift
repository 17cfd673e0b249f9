extension StoreError {
    /// The kinds of failure. The raw values are the status codes of the C ABI; 0 there means success.
    public enum Code: Int32, Sendable, Hashable, CaseIterable {
        /// No object has that key.
        case notFound = 1
        /// The bucket, container or root directory does not exist.
        case bucketNotFound = 2
        /// Something is there already, and the call asked to create only.
        case alreadyExists = 3
        /// A condition of the call (If-Match, If-None-Match, …) does not hold.
        case preconditionFailed = 4
        /// The object has not changed since the given ETag or time.
        case notModified = 5
        /// The credentials are known and do not allow this.
        case permissionDenied = 6
        /// There are no credentials, or the service does not accept them.
        case unauthenticated = 7
        /// The key cannot be a key, here or on this driver.
        case invalidKey = 8
        /// An argument is out of its range or does not fit the others.
        case invalidArgument = 9
        /// The configuration of a store is wrong.
        case invalidConfiguration = 10
        /// The driver cannot do this.
        case unsupported = 11
        /// The range lies outside of the object.
        case rangeNotSatisfiable = 12
        /// What was received is not what was sent.
        case checksumMismatch = 13
        /// Another writer was in the way; the call may be made again.
        case conflict = 14
        /// The service asks to slow down.
        case rateLimited = 15
        /// It took longer than it may.
        case timeout = 16
        /// The caller cancelled it.
        case cancelled = 17
        /// No connection could be made, or it broke.
        case connectionFailed = 18
        /// The operating system reported an error.
        case io = 19
        /// The service's answer makes no sense.
        case invalidResponse = 20
        /// It is larger than the driver can hold.
        case tooLarge = 21
        /// The store, reader or writer has been closed.
        case closed = 22
        /// A fault of Coffer itself, or one it does not know.
        case `internal` = 23

        /// The name as it is written in messages, in C and in Python's classes, for instance `notFound`.
        public var name: String { "\(self)" }
    }
}
