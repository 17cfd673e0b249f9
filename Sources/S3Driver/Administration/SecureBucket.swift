import Coffer

/// What a bucket has to have to be secure, as it is usual in an environment: for ``S3Bucket/secure(_:creation:)``.
///
/// | | development | staging | production |
/// | --- | --- | --- | --- |
/// | encryption by default | SSE-S3 | SSE-S3 | SSE-S3 |
/// | versions | | kept | kept |
/// | the public | kept out | kept out | kept out |
/// | owner of all objects | the bucket's | the bucket's | the bucket's |
/// | uploads that were begun are aborted after | 1 day | 3 days | 7 days |
/// | old versions go after | | 30 days | 90 days, but for the 3 newest |
/// | tag `environment` | `development` | `staging` | `production` |
///
/// Everything can be changed before it is applied; what is nil or empty is not looked at.
public struct SecureBucket: Sendable, Hashable {
    /// What a bucket is for.
    public enum Environment: String, Sendable, Hashable, CaseIterable {
        /// Trying things out.
        case development
        /// A rehearsal.
        case staging
        /// The real thing.
        case production
    }

    /// How objects are encrypted; one that has KMS already keeps it where SSE-S3 is wanted.
    public var encryption: BucketEncryption?
    /// Whether versions are kept.
    public var versioning: BucketVersioning?
    /// What keeps the public out.
    public var publicAccess: PublicAccessBlock?
    /// Who owns the objects.
    public var ownership: OwnershipControls?
    /// Rules of the lifecycle, by their names; other rules of the bucket stay.
    public var lifecycle: [LifecycleRule]
    /// Tags; other tags of the bucket stay.
    public var tags: [S3Tag]

    /// What is usual in an environment.
    ///
    /// - Parameter environment: What the bucket is for.
    public init(_ environment: Environment) {
        encryption = BucketEncryption(.aes256)
        publicAccess = .everything
        ownership = OwnershipControls(.bucketOwnerEnforced)
        tags = [S3Tag("environment", environment.rawValue)]
        var uploads = LifecycleRule("coffer-stale-uploads")
        var versions = LifecycleRule("coffer-old-versions")
        switch environment {
        case .development:
            uploads.abortIncompleteUploadsAfterDays = 1
            lifecycle = [uploads]
        case .staging:
            versioning = BucketVersioning(.enabled)
            uploads.abortIncompleteUploadsAfterDays = 3
            versions.noncurrentExpiration = NoncurrentExpiration(days: 30)
            lifecycle = [uploads, versions]
        case .production:
            versioning = BucketVersioning(.enabled)
            uploads.abortIncompleteUploadsAfterDays = 7
            versions.noncurrentExpiration = NoncurrentExpiration(days: 90, keptVersions: 3)
            lifecycle = [uploads, versions]
        }
    }
}

/// What came of ``S3Bucket/secure(_:creation:)``.
public struct SecureBucketReport: Sendable {
    /// One of the things that a bucket has to have.
    public struct Step: Sendable {
        /// What it is about: the name of the subresource, for instance `encryption`.
        public var name: String
        /// What came of it.
        public var outcome: Outcome
    }

    /// What came of one thing.
    public enum Outcome: Sendable {
        /// It was so already.
        case unchanged
        /// It was set, and reads back as it was set.
        case applied
        /// The service refused it, or does not have it.
        case refused(StoreError)
        /// The service took it, but what it gives back is something else: it ignores a part of it.
        case differs
    }

    /// Whether the bucket was made now.
    public var wasCreated = false
    /// What came of each thing, in the order in which they were done.
    public var steps: [Step] = []

    /// Whether the bucket has everything that it has to have.
    public var isSecure: Bool { missing.isEmpty }

    /// The names of what it does not have.
    public var missing: [String] {
        steps.compactMap { step in
            switch step.outcome {
            case .unchanged, .applied: nil
            case .refused, .differs: step.name
            }
        }
    }
}
