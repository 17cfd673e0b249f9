import Coffer

/// What a new bucket shall be.
public struct BucketCreation: S3Mapped {
    /// The region, as the service calls it; nil for that of the store, where the service wants one named. Ceph takes
    /// `ZONEGROUP:PLACEMENT` too.
    public var location: String?
    /// Who may do what, by a word; nil for the service's default.
    public var acl: CannedACL?
    /// Whether objects can be locked; it switches versioning on for good.
    public var hasObjectLock: Bool
    /// Who owns objects that others write; nil for the service's default.
    public var ownership: ObjectOwnership?
    /// Tags, set together with the bucket. Services other than AWS tend to ignore them here: see ``BucketTagging``.
    public var tags: [S3Tag]
    /// Further elements of the request's document.
    public var unknown = UnknownElements()

    /// Makes a plan; everything is optional.
    ///
    /// - Parameters:
    ///   - location: The region, as the service calls it.
    ///   - acl: Who may do what.
    ///   - hasObjectLock: Whether objects can be locked.
    ///   - ownership: Who owns objects that others write.
    ///   - tags: Tags.
    public init(
        location: String? = nil, acl: CannedACL? = nil, hasObjectLock: Bool = false, ownership: ObjectOwnership? = nil,
        tags: [S3Tag] = []
    ) {
        self.location = location
        self.acl = acl
        self.hasObjectLock = hasObjectLock
        self.ownership = ownership
        self.tags = tags
    }

    /// An ordinary bucket.
    public init() { self.init(location: nil) }

    /// `LocationConstraint` and `Tags`; the rest is in headers.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("LocationConstraint", &location)
        xml.group("Tags") { $0.children("Tag", &tags) }
    }
}

/// Rights that have a name. Source: S3 user guide, "Canned ACL".
public struct CannedACL: S3Token {
    /// The word.
    public let rawValue: String
    /// Makes a word.
    ///
    /// - Parameter rawValue: As the service spells it.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The owner alone.
    public static let `private`: CannedACL = "private"
    /// Everybody may read.
    public static let publicRead: CannedACL = "public-read"
    /// Everybody may read and write.
    public static let publicReadWrite: CannedACL = "public-read-write"
    /// Whoever has an account at the service may read.
    public static let authenticatedRead: CannedACL = "authenticated-read"
}

extension S3Bucket {
    /// Makes the bucket.
    ///
    /// - Parameters:
    ///   - creation: What it shall be.
    ///   - ifAbsent: Whether it is as well if the bucket is there and is ours, also if somebody makes it at the same time;
    ///     nothing of it is then changed.
    /// - Returns: Whether it was made now.
    /// - Throws: `alreadyExists` if the name is taken (by us too, without `ifAbsent`), `invalidConfiguration` for a name
    ///   or region that cannot be, `permissionDenied`, …
    @discardableResult
    @concurrent public func create(
        _ creation: BucketCreation = BucketCreation(), ifAbsent: Bool = false
    ) async throws(StoreError) -> Bool {
        // Making a bucket again is a success on some services and regions, so the status does not tell.
        if try await isThere() {
            if ifAbsent { return false }
            throw StoreError(
                .alreadyExists, "the bucket '\(name)' exists already", operation: .administer, driver: "s3")
        }
        var creation = creation
        let region = client.state.withLock { $0.route.region }
        let isGiven = creation.location != nil
        if !isGiven, client.settings.endpoint.isAWS, region != "us-east-1" { creation.location = region }
        do throws(StoreError) {
            do throws(StoreError) {
                _ = try await send(try .createBucket(creation, operation: .administer), isIdempotent: ifAbsent)
            } catch {
                // Some servers of one's own want the region, others none.
                guard creation.location == nil, error.serviceCode.map(Self.locationCodes.contains) ?? false else {
                    throw error
                }
                creation.location = region
                _ = try await send(try .createBucket(creation, operation: .administer), isIdempotent: ifAbsent)
            }
            return true
        } catch {
            guard ifAbsent, error.serviceCode == "BucketAlreadyOwnedByYou" else { throw error }
            return false
        }
    }

    private static let locationCodes: Set<String> = [
        "IllegalLocationConstraintException", "InvalidLocationConstraint",
    ]

    /// Whether it is there for sure; one that we may not look at need not be.
    private func isThere() async throws(StoreError) -> Bool {
        do throws(StoreError) {
            return try await exists()
        } catch {
            if error.code == .permissionDenied { return false }
            throw error
        }
    }
}
