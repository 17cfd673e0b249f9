/// Which objects are copied to other buckets as they are written. Source: `ReplicationConfiguration`, S3 API reference.
///
/// Both buckets need versioning.
public struct BucketReplication: BucketConfiguration, S3Mapped {
    /// The ARN of the role that the service takes for it.
    public var role: String
    /// The rules: up to 1,000.
    public var rules: [ReplicationRule]
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - rules: The rules.
    ///   - role: The ARN of the role that the service takes for it.
    public init(_ rules: [ReplicationRule], role: String) {
        self.rules = rules
        self.role = role
    }

    /// What a configuration is read into.
    public init() { self.init([], role: "") }

    /// The subresource `replication`.
    public static let subresource = BucketSubresource(
        "replication", root: "ReplicationConfiguration", absent: ["ReplicationConfigurationNotFoundError"])

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("Role", &role)
        xml.children("Rule", &rules)
    }
}

/// One rule of a replication.
public struct ReplicationRule: S3Mapped {
    /// The name: up to 255 characters, each once.
    public var id: String?
    /// Of several rules with the same destination the one with the highest number counts.
    public var priority: Int?
    /// The beginning of the keys, as rules said it before there were filters.
    public var legacyPrefix: String?
    /// Which objects; sizes cannot be conditions here.
    public var filter: LifecycleFilter?
    /// Whether it is in force.
    public var status = S3Status.enabled
    /// Whether objects under keys of the key service are copied; nil where nothing is said.
    public var copiesKMSObjects: S3Status?
    /// Whether changes of the copies' metadata are copied back; nil where nothing is said.
    public var copiesReplicaChanges: S3Status?
    /// Whether objects that were there before are copied; nil where nothing is said.
    public var copiesExistingObjects: S3Status?
    /// Where to.
    public var destination: ReplicationDestination
    /// Whether delete markers are copied; nil where nothing is said.
    public var copiesDeleteMarkers: S3Status?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a rule that is in force.
    ///
    /// - Parameters:
    ///   - id: The name.
    ///   - priority: Of several rules with the same destination the one with the highest number counts.
    ///   - filter: Which objects; all without more.
    ///   - destination: Where to.
    ///   - copiesDeleteMarkers: Whether delete markers are copied.
    public init(
        _ id: String?, priority: Int, filter: LifecycleFilter = LifecycleFilter(),
        to destination: ReplicationDestination,
        copiesDeleteMarkers: S3Status = .disabled
    ) {
        self.id = id
        self.priority = priority
        self.filter = filter
        self.destination = destination
        self.copiesDeleteMarkers = copiesDeleteMarkers
    }

    /// What a rule is read into.
    public init() { destination = ReplicationDestination() }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("ID", &id)
        xml.child("Priority", &priority)
        xml.child("Prefix", &legacyPrefix)
        xml.child("Filter", &filter)
        xml.child("Status", &status)
        xml.group("SourceSelectionCriteria") { xml in
            xml.group("SseKmsEncryptedObjects") { $0.child("Status", &copiesKMSObjects) }
            xml.group("ReplicaModifications") { $0.child("Status", &copiesReplicaChanges) }
        }
        xml.group("ExistingObjectReplication") { $0.child("Status", &copiesExistingObjects) }
        xml.child("Destination", &destination)
        xml.group("DeleteMarkerReplication") { $0.child("Status", &copiesDeleteMarkers) }
    }
}

/// Where objects are copied to, and as what.
public struct ReplicationDestination: S3Mapped {
    /// The bucket's ARN.
    public var bucket: String
    /// The account of the bucket's owner, where the copies shall be theirs.
    public var account: String?
    /// The copies' class of storage; nil for that of the objects.
    public var storageClass: String?
    /// Who owns the copies: `Destination` for the owner of their bucket; nil for the objects' owner.
    public var owner: String?
    /// The key of the copies, of the key service where they are.
    public var kmsKey: String?
    /// Whether copies are made within ``minutes``, guaranteed; nil where nothing is said.
    public var hasTimeLimit: S3Status?
    /// Within how many minutes: 15.
    public var minutes: Int?
    /// Whether the service measures the replication; nil where nothing is said.
    public var hasMetrics: S3Status?
    /// After how many minutes it tells of copies that are late: 15.
    public var lateAfterMinutes: Int?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a destination.
    ///
    /// - Parameters:
    ///   - bucket: The bucket's ARN.
    ///   - storageClass: The copies' class of storage.
    public init(_ bucket: String, storageClass: String? = nil) {
        self.bucket = bucket
        self.storageClass = storageClass
    }

    /// What a destination is read into.
    public init() { self.init("") }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("Bucket", &bucket)
        xml.child("Account", &account)
        xml.child("StorageClass", &storageClass)
        xml.group("AccessControlTranslation") { $0.child("Owner", &owner) }
        xml.group("EncryptionConfiguration") { $0.child("ReplicaKmsKeyID", &kmsKey) }
        xml.group("ReplicationTime") { xml in
            xml.child("Status", &hasTimeLimit)
            xml.group("Time") { $0.child("Minutes", &minutes) }
        }
        xml.group("Metrics") { xml in
            xml.child("Status", &hasMetrics)
            xml.group("EventThreshold") { $0.child("Minutes", &lateAfterMinutes) }
        }
    }
}
