/// How to read an object.
public struct ReadOptions: Sendable, Hashable {
    /// The part to read; nil for the whole object.
    public var range: ByteRange?
    /// Read only if the object has this ETag; else `preconditionFailed`.
    public var ifMatch: ETag?
    /// Read only if the object does not have this ETag; else `notModified`.
    public var ifNoneMatch: ETag?
    /// Read only if it changed after this time (to the second); else `notModified`.
    public var ifModifiedSince: Timestamp?
    /// Read only if it did not change after this time (to the second); else `preconditionFailed`.
    public var ifUnmodifiedSince: Timestamp?
    /// The version to read; nil for the current one.
    public var version: String?
    /// Whether the bytes are compared with the object's checksum; `checksumMismatch` if they differ.
    public var verification: ReadVerification
    /// The size of the ranges in which a large object is fetched, in bytes; nil for the driver's choice.
    public var partSize: Int64?
    /// How many ranges are fetched at the same time; 1 for a single stream. Nil for the driver's choice, which is to
    /// fetch a large object by several streams if one turns out to be slow.
    public var concurrency: Int?
    /// Told how many bytes have arrived so far; called on any thread, one call at a time, at least once at the end. A
    /// count that falls back says that the object was replaced and is read again.
    public var progress: Progress?
    /// The key that the object was encrypted with, if that was the caller's own (``ServerSideEncryption/customerKey(_:)``);
    /// nil for the one that the driver is set up with, or none.
    public var customerKey: CustomerKey?

    /// Makes options; everything is optional.
    ///
    /// - Parameters:
    ///   - range: The part to read.
    ///   - ifMatch: Read only if the object has this ETag.
    ///   - ifNoneMatch: Read only if it does not.
    ///   - ifModifiedSince: Read only if it changed after this time.
    ///   - ifUnmodifiedSince: Read only if it did not change after this time.
    ///   - version: The version to read.
    ///   - verification: Whether the bytes are compared with the object's checksum.
    ///   - partSize: The size of the ranges in which a large object is fetched.
    ///   - concurrency: How many ranges are fetched at the same time, at least 1.
    ///   - progress: Told how many bytes have arrived.
    ///   - customerKey: The key that the object was encrypted with.
    public init(
        range: ByteRange? = nil, ifMatch: ETag? = nil, ifNoneMatch: ETag? = nil, ifModifiedSince: Timestamp? = nil,
        ifUnmodifiedSince: Timestamp? = nil, version: String? = nil, verification: ReadVerification = .automatic,
        partSize: Int64? = nil, concurrency: Int? = nil, progress: Progress? = nil,
        customerKey: CustomerKey? = nil
    ) {
        self.range = range
        self.ifMatch = ifMatch
        self.ifNoneMatch = ifNoneMatch
        self.ifModifiedSince = ifModifiedSince
        self.ifUnmodifiedSince = ifUnmodifiedSince
        self.version = version
        self.verification = verification
        self.partSize = partSize
        self.concurrency = concurrency
        self.progress = progress
        self.customerKey = customerKey
    }

    /// Whether anything is set that a store carries out and no driver has to know.
    var hasTransferOptions: Bool { partSize != nil || concurrency != nil || progress != nil }

    /// Whether nothing is set that a driver has to know: the hot path.
    public var isDefault: Bool {
        range == nil && ifMatch == nil && ifNoneMatch == nil && ifModifiedSince == nil && ifUnmodifiedSince == nil
            && version == nil && verification == .automatic && customerKey == nil
    }

    /// Compares an object with the conditions, in the order of RFC 9110, section 13.2.2: for drivers that have to do
    /// it themselves.
    ///
    /// - Parameters:
    ///   - etag: The object's ETag.
    ///   - lastModified: When it was last written.
    /// - Throws: `preconditionFailed` or `notModified`.
    public func checkConditions(etag: ETag?, lastModified: Timestamp?) throws(StoreError) {
        if let ifMatch {
            if ifMatch.value != "*" && ifMatch != etag {
                throw StoreError(
                    .preconditionFailed, "the object's ETag is \(etag?.quoted ?? "unknown"), not \(ifMatch.quoted)")
            }
        } else if let ifUnmodifiedSince, let lastModified, lastModified.seconds > ifUnmodifiedSince.seconds {
            throw StoreError(.preconditionFailed, "the object was changed at \(lastModified.iso8601)")
        }
        if let ifNoneMatch {
            if ifNoneMatch.value == "*" || ifNoneMatch == etag {
                throw StoreError(.notModified, "the object still has the ETag \(etag?.quoted ?? "*")")
            }
        } else if let ifModifiedSince, let lastModified, lastModified.seconds <= ifModifiedSince.seconds {
            throw StoreError(.notModified, "the object has not changed since \(lastModified.iso8601)")
        }
    }
}

/// How to ask for an object's metadata: the conditions, the version and the key of ``ReadOptions``.
public typealias StatOptions = ReadOptions
