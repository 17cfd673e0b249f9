import Coffer

@testable import S3Driver

/// A configuration as it is tried on servers.
struct ServerConfiguration: Sendable {
    let name: String
    var needsLock = false
    let run: @Sendable (S3Bucket) async throws(StoreError) -> Void

    /// Something came back other than it was set: an outcome like any other.
    static func differs(_ what: String, _ value: some Sendable) -> StoreError {
        StoreError(.invalidResponse, "\(what): \(value)", serviceCode: what)
    }

    /// Sets, reads, removes, reads.
    static func roundTrip<Configuration: BucketConfiguration>(
        _ bucket: S3Bucket, _ value: Configuration,
        same: (Configuration, Configuration) -> Bool = { $0 == $1 }, gone: Configuration? = nil
    ) async throws(StoreError) {
        try await bucket.set(value)
        guard let read = try await bucket.get(Configuration.self) else { throw differs("NothingRead", "") }
        guard same(read, value) else { throw differs("ReadsDifferently", read) }
        try await bucket.remove(Configuration.self)
        let rest = try await bucket.get(Configuration.self)
        if let rest, rest != gone, !(Configuration.inactive.map { same(rest, $0) } ?? false) {
            throw differs("NotRemoved", rest)
        }
    }

    /// Does something with a second bucket, which is removed afterwards.
    private static func withCompanion(
        _ bucket: S3Bucket, _ label: String, _ body: (S3Bucket) async throws(StoreError) -> Void
    ) async throws(StoreError) {
        let companion = try bucket.service.bucket("\(bucket.name)-\(label)")
        try await companion.create()
        let outcome: Result<Void, StoreError>
        do throws(StoreError) { outcome = .success(try await body(companion)) } catch { outcome = .failure(error) }
        _ = try await companion.deleteForced()
        try outcome.get()
    }

    /// Rules in the order of their names, each with what it is about said in the same way.
    private static func normal(_ lifecycle: BucketLifecycle) -> [LifecycleRule] {
        let rules = lifecycle.rules.map { rule in
            var rule = rule
            rule.filter = rule.objects
            rule.legacyPrefix = nil
            return rule
        }
        return rules.sorted { ($0.id ?? "") < ($1.id ?? "") }
    }

    init(
        _ name: String, needsLock: Bool = false,
        _ run: @escaping @Sendable (S3Bucket) async throws(StoreError) -> Void
    ) {
        self.name = name
        self.needsLock = needsLock
        self.run = run
    }

    static let all: [ServerConfiguration] = [
        ServerConfiguration("versioning") { bucket async throws(StoreError) in
            try await roundTrip(bucket, BucketVersioning(.enabled)) { $0.status == $1.status }
        },
        ServerConfiguration("lifecycle") { bucket async throws(StoreError) in
            var all = LifecycleRule("all")
            all.abortIncompleteUploadsAfterDays = 7
            all.noncurrentExpiration = NoncurrentExpiration(days: 30)
            var logs = LifecycleRule(
                "logs", filter: LifecycleFilter(prefix: "logs/", tags: [S3Tag("k", "v"), S3Tag("l", "w")]))
            logs.status = .disabled
            logs.expiration = LifecycleExpiration(days: 365)
            var tmp = LifecycleRule("tmp", filter: LifecycleFilter(prefix: "tmp/"))
            tmp.expiration = LifecycleExpiration(date: Timestamp(seconds: 1_893_456_000))
            try await roundTrip(bucket, BucketLifecycle([all, logs, tmp])) { read, wanted in
                normal(read) == normal(wanted)
            }
        },
        ServerConfiguration("lifecycle sizes") { bucket async throws(StoreError) in
            var rule = LifecycleRule("sizes", filter: LifecycleFilter(largerThan: 1000, smallerThan: 1_000_000))
            rule.expiration = LifecycleExpiration(days: 1)
            rule.noncurrentExpiration = NoncurrentExpiration(days: 3, keptVersions: 5)
            try await roundTrip(bucket, BucketLifecycle([rule])) { normal($0) == normal($1) }
        },
        ServerConfiguration("lifecycle transitions") { bucket async throws(StoreError) in
            var rule = LifecycleRule("cold", filter: LifecycleFilter(prefix: "old/"))
            rule.transitions = [LifecycleTransition(to: "GLACIER", days: 30)]
            rule.noncurrentTransitions = [NoncurrentTransition(to: "GLACIER", days: 10)]
            try await roundTrip(bucket, BucketLifecycle([rule])) { normal($0) == normal($1) }
        },
        ServerConfiguration("encryption") {
            bucket async throws(StoreError) in
            try await roundTrip(bucket, BucketEncryption(.aes256)) {
                $0.rules.first?.byDefault?.algorithm == $1.rules.first?.byDefault?.algorithm
            }
        },
        ServerConfiguration("tagging") { bucket async throws(StoreError) in
            try await roundTrip(bucket, BucketTagging(["team": "a + b", "env": "test"])) { $0.values == $1.values }
        },
        ServerConfiguration("policy") { bucket async throws(StoreError) in
            let policy = BucketPolicy(
                json: """
                    {"Version": "2012-10-17", "Statement": [{"Sid": "one", "Effect": "Allow", "Principal": "*",
                    "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::\(bucket.name)/*"]}]}
                    """)
            try await roundTrip(bucket, policy) { $0.json.contains("s3:GetObject") && $1.json.contains("one") }
        },
        ServerConfiguration("policy status") { bucket async throws(StoreError) in
            // Ceph says that there is none of a bucket without a policy.
            if try await bucket.isPolicyPublic() == true { throw differs("PublicWithoutPolicy", "") }
            try await bucket.set(
                BucketPolicy(
                    json: """
                        {"Version": "2012-10-17", "Statement": [{"Sid": "one", "Effect": "Allow", "Principal": "*",
                        "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::\(bucket.name)/*"]}]}
                        """))
            if try await bucket.isPolicyPublic() != true { throw differs("NotPublic", "") }
        },
        ServerConfiguration("public access block") {
            bucket async throws(StoreError) in
            try await roundTrip(
                bucket,
                PublicAccessBlock(
                    blocksPublicACLs: true, ignoresPublicACLs: true, blocksPublicPolicy: false,
                    restrictsPublicBuckets: false), gone: PublicAccessBlock())
        },
        ServerConfiguration("ownership") { bucket async throws(StoreError) in
            try await roundTrip(bucket, OwnershipControls(.bucketOwnerPreferred))
        },
        ServerConfiguration("cors") { bucket async throws(StoreError) in
            var rule = CORSRule(["GET", "PUT"], from: ["https://a.example"], headers: ["x-one"])
            rule.id = "one"
            rule.exposedHeaders = ["etag"]
            rule.maxAge = 60
            try await roundTrip(bucket, BucketCORS([rule])) { (read, _) -> Bool in
                guard let first = read.rules.first, read.rules.count == 1 else { return false }
                guard Set(first.allowedMethods) == ["GET", "PUT"], first.maxAge == 60 else { return false }
                return first.allowedOrigins == ["https://a.example"] && first.exposedHeaders == ["etag"]
            }
        },
        ServerConfiguration("logging") { bucket async throws(StoreError) in
            try await withCompanion(bucket, "log") { log async throws(StoreError) in
                // Ceph wants the permission of the bucket that gets the log.
                try await log.set(
                    BucketPolicy(
                        json: """
                            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:PutObject"],
                            "Principal": {"Service": "logging.s3.amazonaws.com"},
                            "Resource": "arn:aws:s3:::\(log.name)/*"}]}
                            """))
                try await roundTrip(bucket, BucketLogging(to: log.name, prefix: "log/")) { (read, wanted) -> Bool in
                    read.target?.bucket == wanted.target?.bucket && read.target?.prefix == wanted.target?.prefix
                }
            }
        },
        ServerConfiguration("replication") { bucket async throws(StoreError) in
            try await bucket.set(BucketVersioning(.enabled))
            try await withCompanion(bucket, "copy") { copy async throws(StoreError) in
                try await copy.set(BucketVersioning(.enabled))
                let rule = ReplicationRule(
                    "one", priority: 1, filter: LifecycleFilter(prefix: "a/"),
                    to: ReplicationDestination("arn:aws:s3:::\(copy.name)"))
                let replication = BucketReplication([rule], role: "arn:aws:iam::123456789012:role/r")
                try await roundTrip(bucket, replication) { (read, wanted) -> Bool in
                    read.rules.map(\.filter) == wanted.rules.map(\.filter)
                }
            }
        },
        ServerConfiguration("acceleration") { bucket async throws(StoreError) in
            try await roundTrip(bucket, BucketAcceleration(.enabled))
        },
        ServerConfiguration("object lock", needsLock: true) {
            bucket async throws(StoreError) in
            try await roundTrip(bucket, BucketObjectLock(.init(.governance, days: 1))) { (read, wanted) -> Bool in
                // Moto adds 0 years.
                read.retention?.mode == wanted.retention?.mode && read.retention?.days == wanted.retention?.days
            }
        },
        ServerConfiguration("notification") { bucket async throws(StoreError) in
            try await roundTrip(bucket, BucketNotification(usesEventBridge: true))
        },
        ServerConfiguration("notification topics") { bucket async throws(StoreError) in
            try await roundTrip(
                bucket,
                BucketNotification(topics: [
                    NotificationTarget(
                        "arn:aws:sns:us-east-1:000000000000:none", on: ["s3:ObjectCreated:*"], id: "one", prefix: "a/")
                ])
            ) { (read, wanted) -> Bool in
                read.topics.map(\.arn) == wanted.topics.map(\.arn)
                    && read.topics.first?.filter.first?.name?.lowercased() == (wanted.topics.isEmpty ? nil : "prefix")
            }
        },
        ServerConfiguration("website") { bucket async throws(StoreError) in
            var route = WebsiteRoute(ifPrefix: "docs/")
            route.replacementPrefix = "documents/"
            let website = BucketWebsite(index: "index.html", errorPage: "error.html", routes: [route])
            try await roundTrip(bucket, website) { (read, wanted) -> Bool in
                guard read.indexSuffix == wanted.indexSuffix, read.errorPage == wanted.errorPage else { return false }
                return read.routes.map(\.replacementPrefix) == ["documents/"]
            }
        },
        ServerConfiguration("request payment") {
            bucket async throws(StoreError) in
            try await roundTrip(bucket, BucketRequestPayment(.requester))
        },
        ServerConfiguration("acl") { bucket async throws(StoreError) in
            guard var acl = try await bucket.get(BucketACL.self) else { throw differs("NothingRead", "") }
            let before = acl
            acl.grants.append(BucketGrant("READ", to: .anyAccount))
            try await bucket.set(acl)
            let read = try await bucket.get(BucketACL.self)
            guard read?.grants.contains(where: { $0.grantee?.uri == BucketGrantee.anyAccount.uri }) == true else {
                throw differs("ReadsDifferently", "\(read as Any)")
            }
            try await bucket.set(CannedACL.private)
            let rest = try await bucket.get(BucketACL.self)
            if rest != before { throw differs("NotRemoved", "\(rest as Any)") }
        },
    ]
}
