import Coffer
import HTTPTransport

/// A service that keeps buckets: what concerns no bucket in particular.
///
/// ```swift
/// let service = try await S3Service.open(options: ["region": "eu-central-1"])
/// for bucket in try await service.buckets(prefix: "logs-") { print(bucket.name) }
/// try await service.bucket("logs-2027").create()
/// ```
public struct S3Service: Sendable {
    let native: NativeDriver<S3Driver>
    private let client: S3Client

    init(_ native: NativeDriver<S3Driver>) {
        self.native = native
        client = native.driver.client.sibling(native.driver.settings.place.bucket)
    }

    /// The service of a store.
    ///
    /// - Parameter store: A store of the driver `s3`.
    /// - Throws: `unsupported`, naming the store's driver, if it is another one.
    public init(_ store: Store) throws(StoreError) { self.init(try store.native(S3Driver.self)) }

    /// Opens a service without a bucket.
    ///
    /// - Parameters:
    ///   - options: The settings of a store of the driver `s3`, of which `bucket` may be left out.
    ///   - environment: The environment variables; nil for those of the process.
    /// - Throws: `invalidConfiguration`, naming the setting.
    @concurrent public static func open(
        options: [String: String] = [:], environment: [String: String]? = nil
    ) async throws(StoreError) -> S3Service {
        var options = options
        // No request names it.
        if options["bucket"] == nil { options["bucket"] = "none" }
        return try S3Service(
            await Store.open(S3Driver.descriptor, options: options, environment: environment))
    }

    /// Closes the store that the service came from, and with it everything that came from that.
    @concurrent public func close() async { await native.store.close() }

    /// A bucket of the service, whether it exists or not; nothing is sent.
    ///
    /// - Parameter name: Its name, or the ARN of an access point.
    /// - Throws: `invalidArgument` if that cannot be a bucket's name.
    public func bucket(_ name: String) throws(StoreError) -> S3Bucket {
        let client: S3Client
        do throws(BucketName.Fault) {
            client = native.driver.client.sibling(try BucketName(name))
        } catch {
            throw StoreError(.invalidArgument, error.reason, operation: .administer, driver: "s3")
        }
        do throws(S3Place.Fault) {
            try client.settings.place.check(
                region: client.settings.isRegionGuessed ? nil : client.settings.region)
        } catch {
            throw StoreError(
                .invalidArgument, "the bucket does not go with the option \(error.option): \(error.reason)",
                operation: .administer, driver: "s3")
        }
        return S3Bucket(native, client, isNamed: true)
    }

    /// Lists the account's buckets, all of them, by their names.
    ///
    /// - Parameters:
    ///   - prefix: Only those whose names begin with this.
    ///   - region: Only those of this region; needs a service that says where its buckets are.
    /// - Throws: `unsupported` if a region is given and the service does not say where its buckets are.
    @concurrent public func buckets(
        prefix: String = "", region: String? = nil
    ) async throws(StoreError) -> [S3BucketInfo] {
        var all: [S3BucketInfo] = []
        var token: String?
        repeat {
            let page = try await bucketPage(prefix: prefix, region: region, pageToken: token)
            all += page.buckets
            if let next = page.nextToken, next == token {
                throw StoreError(
                    .invalidResponse, "the service gave the same page of buckets twice", operation: .administer,
                    driver: "s3")
            }
            token = page.nextToken
        } while token != nil
        return all
    }

    /// Lists one page of the account's buckets. A service that knows no pages gives all of them.
    ///
    /// - Parameters:
    ///   - prefix: Only those whose names begin with this.
    ///   - region: Only those of this region; needs a service that says where its buckets are.
    ///   - limit: The most buckets of the page, 1 to 10,000.
    ///   - pageToken: Continues after the page that gave it.
    /// - Throws: `invalidArgument` for a limit out of range; `unsupported` if a region is given and the service does not
    ///   say where its buckets are.
    @concurrent public func bucketPage(
        prefix: String = "", region: String? = nil, limit: Int? = nil, pageToken: String? = nil
    ) async throws(StoreError) -> S3BucketPage {
        if let limit, !(1...10_000).contains(limit) {
            throw StoreError(
                .invalidArgument, "a limit of \(limit) is out of range; use 1 to 10000", operation: .administer,
                driver: "s3")
        }
        let request = S3Request.listBuckets(prefix: prefix, region: region, limit: limit, pageToken: pageToken)
        let client = client
        var page = try await native.run { _ async throws(StoreError) in
            try await client.send(request, reading: ListBucketsResult.self).document.page
        }
        // What a service does not know it ignores.
        if !prefix.isEmpty { page.buckets.removeAll { !$0.name.utf8.starts(with: prefix.utf8) } }
        if let region {
            if page.buckets.contains(where: { $0.region == nil }) {
                throw StoreError(
                    .unsupported, "the service does not say where its buckets are; ask for all of them",
                    operation: .administer, driver: "s3")
            }
            page.buckets.removeAll { $0.region != region }
        }
        return page
    }
}

/// A bucket, as the list of all buckets names it.
public struct S3BucketInfo: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// When it was made, or last changed: services differ.
    public var created: Timestamp?
    /// Where it is, where the service says so.
    public var region: String?
}

/// A page of the list of all buckets.
public struct S3BucketPage: Sendable, Hashable {
    /// The buckets by their names.
    public var buckets: [S3BucketInfo]
    /// Where the next page begins; nil on the last one.
    public var nextToken: String?
}

extension S3Request {
    /// ListBuckets: one page of the account's buckets.
    static func listBuckets(prefix: String, region: String?, limit: Int?, pageToken: String?) -> S3Request {
        var request = S3Request(.administer, .get, .service)
        // Without a number there are no pages, and without pages no more than 10,000. Source: S3 API reference.
        request.query.append(("max-buckets", String(limit ?? 1000)))
        if !prefix.isEmpty { request.query.append(("prefix", prefix)) }
        if let region { request.query.append(("bucket-region", region)) }
        if let pageToken { request.query.append(("continuation-token", pageToken)) }
        return request
    }
}

/// The answer to `ListBuckets`. Source: S3 API reference.
struct ListBucketsResult: XMLDocument {
    private(set) var page = S3BucketPage(buckets: [])
    private var bucket = S3BucketInfo(name: "")

    enum Tag: String, CaseIterable {
        case root = "ListAllMyBucketsResult"
        case buckets = "Buckets"
        case bucket = "Bucket"
        case name = "Name"
        case created = "CreationDate"
        case region = "BucketRegion"
        case token = "ContinuationToken"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root]

    mutating func begin(_ tag: Tag, in parent: Tag?) {
        if case .bucket = tag { bucket = S3BucketInfo(name: "") }
    }

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch (parent, tag) {
        case (.bucket, .name): bucket.name = text.string
        case (.bucket, .created): bucket.created = text.timestamp
        case (.bucket, .region): bucket.region = text.bytes.isEmpty ? nil : text.string
        case (.buckets, .bucket):
            if bucket.name.isEmpty { throw .missing(element: Tag.name.rawValue) }
            page.buckets.append(bucket)
        case (.root, .token): page.nextToken = text.bytes.isEmpty ? nil : text.string
        default: break
        }
    }
}
