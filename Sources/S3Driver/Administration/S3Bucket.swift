import Coffer
import HTTPTransport

/// A bucket as something to be made, set up and removed, rather than as something that holds objects.
///
/// It is the bucket as a whole, whatever part of it a store sees: a `prefix` of the store does not narrow it. Every
/// request goes through the layers of the store that it came from, so it is repeated, limited and timed as the store's
/// verbs are, and refused once the store is closed. No request of it makes a missing bucket, whatever `create_bucket`
/// says.
///
/// ```swift
/// let bucket = try store.s3
/// try await bucket.set(BucketVersioning(.enabled))
/// let rules = try await bucket.get(BucketLifecycle.self)?.rules
/// ```
public struct S3Bucket: Sendable {
    /// The bucket's name, or the ARN of an access point.
    public let name: String
    /// The account that must own the bucket; any other one is refused by the service (`permissionDenied`). Nil for any.
    /// Source: `x-amz-expected-bucket-owner`, S3 user guide, "Verifying bucket ownership". Services that are not AWS
    /// tend to ignore it.
    public var expectedOwner: String?
    let native: NativeDriver<S3Driver>
    let client: S3Client
    /// Whether somebody has named the bucket, rather than a store that may see a part of it.
    let isNamed: Bool

    /// The bucket of a store.
    ///
    /// - Parameter store: A store of the driver `s3`.
    /// - Throws: `unsupported`, naming the store's driver, if it is another one.
    public init(_ store: Store) throws(StoreError) {
        let native = try store.native(S3Driver.self)
        self.init(native, native.driver.client.sibling(native.driver.settings.place.bucket), isNamed: false)
    }

    /// Makes a bucket of its client.
    ///
    /// - Parameters:
    ///   - native: The way through a store's layers.
    ///   - client: The bucket's client.
    ///   - isNamed: Whether somebody has named the bucket, rather than a store that may see a part of it.
    init(_ native: NativeDriver<S3Driver>, _ client: S3Client, isNamed: Bool) {
        self.native = native
        self.client = client
        self.isNamed = isNamed
        name = client.settings.bucket
    }

    /// The service that has the bucket, and all others.
    public var service: S3Service { S3Service(native) }

    /// An answer of the service.
    struct Answer: Sendable {
        var headers: HTTPHeaders
        var body: Chunk
    }

    /// Sends a request through the store's layers and receives its answer.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - isIdempotent: Whether it may be made again even if nobody knows whether the first one was carried out.
    func send(_ request: S3Request, isIdempotent: Bool = true) async throws(StoreError) -> Answer {
        let client = client
        let request = completed(request)
        do throws(StoreError) {
            return try await native.run(request.operation, isIdempotent: isIdempotent) { _ async throws(StoreError) in
                let response = try await client.send(request)
                return Answer(
                    headers: response.headers, body: try await response.collect(limit: S3Request.answerLimit))
            }
        } catch {
            throw Self.inTermsOfBuckets(error)
        }
    }

    /// An error as it is meant where no object is concerned.
    private static func inTermsOfBuckets(_ error: StoreError) -> StoreError {
        switch error.serviceCode {
        case "MethodNotAllowed": error.replacing(.unsupported, "the service does not have this, or not for this bucket")
        case "NoSuchKey": error.replacing(.notFound, "something that the request names does not exist")
        default: error
        }
    }

    /// Sends a request through the store's layers and reads its answer.
    func send<Document: XMLDocument>(
        _ request: S3Request, reading document: Document.Type
    ) async throws(StoreError) -> Document {
        let client = client
        let request = completed(request)
        return try await native.run(request.operation) { _ async throws(StoreError) in
            try await client.send(request, reading: document).document
        }
    }

    private func completed(_ request: S3Request) -> S3Request {
        var request = request
        if let expectedOwner { request.headers.append(("x-amz-expected-bucket-owner", expectedOwner)) }
        return request
    }
}

extension Store {
    /// The bucket behind this store, to be set up and removed; see ``S3Bucket``.
    ///
    /// - Throws: `unsupported`, naming the store's driver, if that is not S3.
    public var s3: S3Bucket {
        get throws(StoreError) { try S3Bucket(self) }
    }
}

extension S3Client {
    /// A client of another bucket, or of the same: over the same connections, with the same credentials and what has been
    /// learned of region and clock. It never makes a bucket of its own accord, and is not to be closed.
    ///
    /// - Parameter bucket: The bucket.
    func sibling(_ bucket: BucketName) -> S3Client {
        var settings = settings
        settings.createsBucket = false
        // Which is for objects alone. Source: S3 user guide, "Configuring fast, secure file transfers".
        settings.place.variants.remove(.accelerated)
        let isSame = settings.place.bucket == bucket
        settings.place.bucket = bucket
        switch bucket {
        case .plain(let name): settings.bucket = name
        case .accessPoint(let point): settings.bucket = point.arn
        }
        let known = state.withLock { $0 }
        settings.region = known.route.region
        settings.isRegionGuessed = !(isSame && known.knowsRegion) && settings.isRegionGuessed
        let client = S3Client(settings, transport: transport, cache: credentials, now: now)
        client.state.withLock { $0.skew = known.skew }
        return client
    }
}

extension StoreError {
    /// The same failure in other words.
    ///
    /// - Parameters:
    ///   - code: What kind of failure it is.
    ///   - message: What went wrong.
    func replacing(_ code: Code, _ message: String) -> StoreError {
        StoreError(
            code, message, operation: operation, key: key, driver: driver, isRetryable: isRetryable,
            httpStatus: httpStatus, serviceCode: serviceCode, requestID: requestID, retryAfter: retryAfter,
            underlying: underlying, attempts: attempts)
    }
}
