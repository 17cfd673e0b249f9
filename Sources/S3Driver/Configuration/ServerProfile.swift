import Coffer

/// What a kind of server can do, and where it differs from AWS: no condition is ever sent to a server that would
/// ignore it.
struct ServerProfile: Sendable, Hashable {
    /// The features that the driver claims.
    var features: Capabilities.Features
    /// Whether conditions on the completion of a multipart upload are honoured.
    var checksConditionOnCompletion = true
    /// Whether an ETag in `If-Match` of a write has its quotes. Old Ceph takes it for a different one then.
    var quotesWriteETags = true
    /// Whether a delete with `If-Match` of an object that is not there is refused. Where it is not, the driver looks
    /// first; of two that delete the same object at the same time both may then succeed.
    var refusesToDeleteNothing = true
    /// Whether a copy has directives of its own for metadata and for tags. Where it has not, tags are replaced along with
    /// the metadata, or not at all.
    var copiesTagsByDirective = false
    /// Whether tags and locks that come with an upload in parts, or with a copy, are kept. Where they are not, they are set
    /// when the object is there.
    var keepsAttributesOfParts = true
    /// Whether HEAD says of every object that has tags how many.
    var countsTags = false
    /// Whether versions can be deleted by batches. Where the version before does not become the current one then, they
    /// are deleted one by one.
    var deletesVersionsInBatches = true
    /// The most parts of an upload.
    var maxParts = 10_000
    /// The checksums that the server compares.
    var checksums = Set(ChecksumAlgorithm.allCases)
    /// Whether an upload in parts can have a CRC-32 or CRC-32C of all bytes.
    var hasFullObjectChecksums = true
    /// When uploads get a checksum that nobody asked for.
    var requestChecksums = ChecksumPolicy.whenRequired
    /// When reads ask for checksums.
    var responseChecksums = ChecksumPolicy.whenSupported

    /// Everything that AWS S3 has, in a bucket without versions (`enable=versions` for one that has them).
    static let aws = ServerProfile(
        features: ServerProfile.common.union([
            .copyCreateOnly, .copyCompareAndSwap, .bucketKeys, .dualLayerEncryption, .copyChecksums, .visibility,
        ]), copiesTagsByDirective: true,
        requestChecksums: .whenSupported)

    /// What servers that are up to date have: AWS without conditions on the target of a copy, and without ACLs, which
    /// some ignore.
    static let generic = ServerProfile(features: ServerProfile.common, refusesToDeleteNothing: false)

    /// Servers of which it is not known that they honour conditions of writes, or know checksums.
    static let cautious = ServerProfile(
        features: common.subtracting([.createOnly, .compareAndSwap, .deleteIfMatch, .checksums, .presignPost])
            .subtracting(carried),
        checksConditionOnCompletion: false, refusesToDeleteNothing: false, responseChecksums: .whenRequired)

    private static let common: Capabilities.Features = [
        .readIfMatch, .readIfModified, .createOnly, .compareAndSwap, .deleteIfMatch, .contentType, .contentHeaders,
        .userMetadata, .anyDelimiter, .copyIfSourceMatch, .presign, .copy, .multipart, .batchDelete,
        .copyMetadata, .lentMemory, .checksums, .tags, .storageClasses, .managedEncryption, .kmsEncryption,
        .customerKeys, .objectLock, .restore, .presignPost, .publicURL,
    ]

    /// What objects carry, and many servers ignore.
    private static let carried: Capabilities.Features = [
        .tags, .storageClasses, .managedEncryption, .kmsEncryption, .customerKeys, .objectLock, .restore,
    ]

    /// The profiles by name. What each lacks was seen on the servers of `scripts/test-servers`.
    static let named: [String: ServerProfile] = [
        "aws": .aws,
        "generic": .generic,
        "minio": .generic,
        // Keys of buckets and checksums of copies are ignored, and DSSE-KMS is refused.
        "ceph": ServerProfile(
            features: common.union([.visibility]), refusesToDeleteNothing: false, countsTags: true),
        // Pacific: If-Match of a delete and the conditions of a completion are ignored, a wrong ETag of a copy's source
        // and SSE-S3 too; of uploads in parts and of copies, tags are stored so that they cannot be read, and locks are
        // ignored; nothing can be restored; If-Match of a put answers 412 to the right ETag in quotes. `enable=create_only` for stores whose objects
        // all stay below multipart_threshold: an upload in parts then throws rather than overwrite.
        "ceph16": ServerProfile(
            features: common.subtracting([
                .createOnly, .compareAndSwap, .deleteIfMatch, .copyIfSourceMatch, .checksums, .managedEncryption,
                .restore,
            ]).union([.visibility]),
            checksConditionOnCompletion: false, quotesWriteETags: false, keepsAttributesOfParts: false, countsTags: true
        ),
        // Reef: as Pacific, but the source's ETag is compared, and SSE-S3 is done.
        "ceph18": ServerProfile(
            features: common.subtracting([.createOnly, .compareAndSwap, .deleteIfMatch, .checksums, .restore])
                .union([.visibility]),
            checksConditionOnCompletion: false, quotesWriteETags: false, keepsAttributesOfParts: false, countsTags: true
        ),
        // Create-only puts are not atomic there, so they are not claimed; forms are refused. Customers' keys and object
        // lock are ignored, tags
        // and the other encryptions refused. 1,000 parts is the default of its s3api.
        "swift": ServerProfile(
            features: common.subtracting([.createOnly, .compareAndSwap, .presignPost]).subtracting(carried)
                .union(.storageClasses),
            checksConditionOnCompletion: false,
            refusesToDeleteNothing: false, deletesVersionsInBatches: false, maxParts: 1000),
        // If-Match of a delete is ignored.
        "localstack": ServerProfile(
            features: common.subtracting([.deleteIfMatch])
                .union([.bucketKeys, .dualLayerEncryption, .copyChecksums, .visibility]),
            copiesTagsByDirective: true),
        // It stores checksums and compares none; the ETag of a copy's source is ignored, and so are customers' keys, and
        // locks of uploads in parts.
        "moto": ServerProfile(
            features: common.subtracting([.copyIfSourceMatch, .checksums, .customerKeys, .objectLock, .presignPost])
                .union([.bucketKeys, .dualLayerEncryption]), copiesTagsByDirective: true),
        // Conditions are ignored, copies lose the metadata (so they are made through the client), ranges may be answered
        // with the whole object (which is noticed).
        "rclone": ServerProfile(
            features: common.subtracting([
                .readIfMatch, .readIfModified, .createOnly, .compareAndSwap, .deleteIfMatch, .copy, .copyMetadata,
                .copyIfSourceMatch, .checksums, .presignPost,
            ]).subtracting(carried), checksConditionOnCompletion: false, refusesToDeleteNothing: false,
            responseChecksums: .whenRequired),
        // Neither ACLs nor forms, and of encryption only that with customers' keys. Source: Cloudflare R2, "S3 API compatibility".
        "r2": ServerProfile(
            features: common.subtracting([.deleteIfMatch, .presignPost]).subtracting(carried)
                .union([.customerKeys, .storageClasses])),
        "gcs": ServerProfile(
            features: common.subtracting([
                .createOnly, .compareAndSwap, .deleteIfMatch, .batchDelete, .checksums, .presignPost,
            ]).subtracting(carried), responseChecksums: .whenRequired),
        // Nobody documents conditional writes or checksums of these; `enable=` for whoever has seen them work.
        "spaces": .cautious, "b2": .cautious, "wasabi": .cautious,
    ]

    /// The features that `disable` and `enable` name.
    static let featureNames: [(name: String, feature: Capabilities.Features)] = [
        ("create_only", .createOnly), ("compare_and_swap", .compareAndSwap), ("delete_if_match", .deleteIfMatch),
        ("copy_if_source_match", .copyIfSourceMatch), ("copy_create_only", .copyCreateOnly),
        ("copy_compare_and_swap", .copyCompareAndSwap), ("versions", .versions), ("batch_delete", .batchDelete),
        ("copy", .copy), ("multipart", .multipart), ("checksums", .checksums), ("tags", .tags),
        ("storage_classes", .storageClasses), ("managed_encryption", .managedEncryption),
        ("kms_encryption", .kmsEncryption), ("bucket_keys", .bucketKeys),
        ("dual_layer_encryption", .dualLayerEncryption), ("customer_keys", .customerKeys),
        ("object_lock", .objectLock), ("restore", .restore), ("copy_checksums", .copyChecksums),
        ("presign_post", .presignPost), ("visibility", .visibility),
    ]

    /// The features of a comma-separated list; throws the first name that is none.
    static func features(_ list: String) throws(UnknownFeature) -> Capabilities.Features {
        var result: Capabilities.Features = []
        for part in list.split(separator: ",") {
            let name = part.filter { $0 != " " }
            guard let feature = featureNames.first(where: { $0.name == name })?.feature else {
                throw UnknownFeature(name: name)
            }
            result.formUnion(feature)
        }
        return result
    }

    struct UnknownFeature: Error {
        let name: String
    }
}
