import Coffer

/// Who may do what with a bucket, one by one. Source: `AccessControlPolicy`, S3 API reference.
///
/// Buckets whose objects are all their owner's (``ObjectOwnership/bucketOwnerEnforced``) have none that counts.
public struct BucketACL: BucketConfiguration, S3Mapped {
    /// Who the bucket belongs to; has to be given back as it was read.
    public var owner: BucketOwner?
    /// The rights: up to 100.
    public var grants: [BucketGrant]
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - grants: The rights.
    ///   - owner: Who the bucket belongs to.
    public init(_ grants: [BucketGrant], owner: BucketOwner?) {
        self.grants = grants
        self.owner = owner
    }

    /// No rights: what a configuration is read into.
    public init() { self.init([], owner: nil) }

    /// The subresource `acl`.
    public static let subresource = BucketSubresource("acl", root: "AccessControlPolicy", canBeDeleted: false)

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.group("AccessControlList", isKept: true) { $0.children("Grant", &grants) }
        xml.child("Owner", &owner)
    }
}

/// Who a bucket belongs to.
public struct BucketOwner: S3Mapped {
    /// The service's identifier of the account.
    public var id: String?
    /// A name for people, where the service has one.
    public var displayName: String?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes an owner.
    ///
    /// - Parameter id: The service's identifier of the account.
    public init(id: String) { self.id = id }

    /// What an owner is read into.
    public init() {}

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("DisplayName", &displayName)
        xml.child("ID", &id)
    }
}

/// A right of somebody.
public struct BucketGrant: S3Mapped {
    /// Who has it.
    public var grantee: BucketGrantee?
    /// What they may: `FULL_CONTROL`, `READ`, `WRITE`, `READ_ACP`, `WRITE_ACP`.
    public var permission: String?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a grant.
    ///
    /// - Parameters:
    ///   - permission: What they may.
    ///   - grantee: Who has it.
    public init(_ permission: String, to grantee: BucketGrantee) {
        self.permission = permission
        self.grantee = grantee
    }

    /// What a grant is read into.
    public init() {}

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("Grantee", &grantee)
        xml.child("Permission", &permission)
    }
}

/// Somebody who has a right.
public struct BucketGrantee: S3Mapped {
    /// `CanonicalUser`, `AmazonCustomerByEmail` or `Group`.
    public var type: String?
    /// The service's identifier of an account.
    public var id: String?
    /// A name for people, where the service has one.
    public var displayName: String?
    /// An account's mail address.
    public var email: String?
    /// A group.
    public var uri: String?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// An account.
    ///
    /// - Parameter id: The service's identifier of it.
    public static func account(_ id: String) -> BucketGrantee {
        var grantee = BucketGrantee()
        grantee.type = "CanonicalUser"
        grantee.id = id
        return grantee
    }

    /// A group of accounts.
    ///
    /// - Parameter uri: Its name, for instance ``everybody``'s.
    public static func group(_ uri: String) -> BucketGrantee {
        var grantee = BucketGrantee()
        grantee.type = "Group"
        grantee.uri = uri
        return grantee
    }

    /// All the world.
    public static let everybody = group("http://acs.amazonaws.com/groups/global/AllUsers")
    /// Whoever has an account at the service.
    public static let anyAccount = group("http://acs.amazonaws.com/groups/global/AuthenticatedUsers")
    /// The service that writes access logs.
    public static let logDelivery = group("http://acs.amazonaws.com/groups/s3/LogDelivery")

    /// What a grantee is read into.
    public init() {}

    /// The elements; the type is an attribute of XML Schema's.
    public mutating func map(_ xml: inout S3Mapping) {
        var schema: String? = type == nil ? nil : "http://www.w3.org/2001/XMLSchema-instance"
        xml.attribute("xmlns:xsi", &schema)
        xml.attribute("xsi:type", &type)
        xml.child("DisplayName", &displayName)
        xml.child("EmailAddress", &email)
        xml.child("ID", &id)
        xml.child("URI", &uri)
    }
}

extension S3Bucket {
    /// Gives the bucket rights that have a name, instead of those that it has.
    ///
    /// - Parameter acl: The rights.
    /// - Throws: `unsupported` if the bucket has no ACLs, `permissionDenied`, …
    @concurrent public func set(_ acl: CannedACL) async throws(StoreError) {
        var request = S3Request.configuration(.put, BucketACL.subresource)
        request.headers.append(("x-amz-acl", acl.rawValue))
        _ = try await send(request)
    }
}
