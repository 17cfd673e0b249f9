import Coffer

@testable import S3Driver

/// Configurations in Swift beside the same in the words of botocore.
struct ConfigurationSample {
    let operation: String
    let value: any (BucketConfiguration & S3Mapped)
    let params: String
}

enum ConfigurationSamples {
    static let all = basic + lifecycle + others

    private static let basic: [ConfigurationSample] = [
        ConfigurationSample(
            operation: "PutBucketVersioning", value: BucketVersioning(.enabled, mfaDelete: .disabled),
            params: #"{"VersioningConfiguration": {"MFADelete": "Disabled", "Status": "Enabled"}}"#),
        ConfigurationSample(
            operation: "PutBucketEncryption", value: BucketEncryption(.dualKMS, kmsKey: "key-1", usesBucketKey: true),
            params: #"""
                {"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault":
                {"SSEAlgorithm": "aws:kms:dsse", "KMSMasterKeyID": "key-1"}, "BucketKeyEnabled": true}]}}
                """#),
        ConfigurationSample(
            operation: "PutBucketTagging", value: BucketTagging(["b": "<2>", "a": "1 & 2"]),
            params: #"{"Tagging": {"TagSet": [{"Key": "a", "Value": "1 & 2"}, {"Key": "b", "Value": "<2>"}]}}"#),
        ConfigurationSample(
            operation: "PutPublicAccessBlock",
            value: PublicAccessBlock(
                blocksPublicACLs: true, ignoresPublicACLs: false, blocksPublicPolicy: false,
                restrictsPublicBuckets: true),
            params: #"""
                {"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "IgnorePublicAcls": false,
                "BlockPublicPolicy": false, "RestrictPublicBuckets": true}}
                """#),
        ConfigurationSample(
            operation: "PutBucketOwnershipControls", value: OwnershipControls(.bucketOwnerPreferred),
            params: #"{"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}}"#),
        ConfigurationSample(
            operation: "PutBucketCors",
            value: {
                var rule = CORSRule(["GET", "PUT"], from: ["https://a.example", "*"], headers: ["x-*"])
                rule.id = "one"
                rule.exposedHeaders = ["etag"]
                rule.maxAge = 60
                return BucketCORS([rule, CORSRule(["HEAD"], from: ["*"])])
            }(),
            params: #"""
                {"CORSConfiguration": {"CORSRules": [{"ID": "one", "AllowedHeaders": ["x-*"],
                "AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://a.example", "*"],
                "ExposeHeaders": ["etag"], "MaxAgeSeconds": 60},
                {"AllowedMethods": ["HEAD"], "AllowedOrigins": ["*"]}]}}
                """#),
        ConfigurationSample(
            operation: "PutBucketAccelerateConfiguration", value: BucketAcceleration(.suspended),
            params: #"{"AccelerateConfiguration": {"Status": "Suspended"}}"#),
        ConfigurationSample(
            operation: "PutBucketRequestPayment", value: BucketRequestPayment(.requester),
            params: #"{"RequestPaymentConfiguration": {"Payer": "Requester"}}"#),
        ConfigurationSample(
            operation: "PutObjectLockConfiguration", value: BucketObjectLock(.init(.governance, days: 3)),
            params: #"""
                {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}}}
                """#),
    ]

    /// 2030-01-01.
    private static let newYear = Timestamp(seconds: 1_893_456_000)

    private static let lifecycle: [ConfigurationSample] = [
        ConfigurationSample(
            operation: "PutBucketLifecycleConfiguration",
            value: {
                var all = LifecycleRule("all")
                all.abortIncompleteUploadsAfterDays = 7
                all.expiration = LifecycleExpiration(removesExpiredDeleteMarkers: true)
                all.noncurrentExpiration = NoncurrentExpiration(days: 30, keptVersions: 5)
                all.noncurrentTransitions = [NoncurrentTransition(to: "GLACIER", days: 3, keptVersions: 2)]
                var logs = LifecycleRule(
                    "logs", filter: LifecycleFilter(prefix: "logs/", tags: [S3Tag("k", "v")], largerThan: 0))
                logs.status = .disabled
                logs.expiration = LifecycleExpiration(days: 365)
                logs.transitions = [
                    LifecycleTransition(to: "STANDARD_IA", days: 30),
                    LifecycleTransition(to: "DEEP_ARCHIVE", date: newYear),
                ]
                var tag = LifecycleRule("tag", filter: LifecycleFilter(tags: [S3Tag("a", "b")]))
                tag.expiration = LifecycleExpiration(date: newYear)
                var small = LifecycleRule("small", filter: LifecycleFilter(smallerThan: 4096))
                small.expiration = LifecycleExpiration(days: 1)
                return BucketLifecycle([all, logs, tag, small])
            }(),
            params: #"""
                {"LifecycleConfiguration": {"Rules": [
                {"Expiration": {"ExpiredObjectDeleteMarker": true}, "ID": "all", "Filter": {}, "Status": "Enabled",
                "NoncurrentVersionTransitions": [{"NoncurrentDays": 3, "StorageClass": "GLACIER",
                "NewerNoncurrentVersions": 2}],
                "NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 5},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
                {"Expiration": {"Days": 365}, "ID": "logs", "Filter": {"And": {"Prefix": "logs/",
                "Tags": [{"Key": "k", "Value": "v"}], "ObjectSizeGreaterThan": 0}}, "Status": "Disabled",
                "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"},
                {"Date": "2030-01-01T00:00:00Z", "StorageClass": "DEEP_ARCHIVE"}]},
                {"Expiration": {"Date": "2030-01-01"}, "ID": "tag", "Filter": {"Tag": {"Key": "a", "Value": "b"}},
                "Status": "Enabled"},
                {"Expiration": {"Days": 1}, "ID": "small", "Filter": {"ObjectSizeLessThan": 4096},
                "Status": "Enabled"}]}}
                """#)
    ]

    private static let others: [ConfigurationSample] = [
        ConfigurationSample(
            operation: "PutBucketLogging",
            value: {
                var logging = BucketLogging(to: "logs", prefix: "here/")
                logging.target?.grants = [BucketGrant("READ", to: .account("someone"))]
                logging.target?.keyFormat = .partitioned(by: "EventTime")
                return logging
            }(),
            params: #"""
                {"BucketLoggingStatus": {"LoggingEnabled": {"TargetBucket": "logs", "TargetGrants": [{"Grantee":
                {"Type": "CanonicalUser", "ID": "someone"}, "Permission": "READ"}], "TargetPrefix": "here/",
                "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}}}}
                """#),
        ConfigurationSample(
            operation: "PutBucketLogging", value: BucketLogging(), params: #"{"BucketLoggingStatus": {}}"#),
        ConfigurationSample(
            operation: "PutBucketReplication",
            value: {
                var destination = ReplicationDestination("arn:aws:s3:::copy", storageClass: "STANDARD_IA")
                destination.account = "123456789012"
                destination.owner = "Destination"
                destination.kmsKey = "key-2"
                destination.hasTimeLimit = .enabled
                destination.minutes = 15
                destination.hasMetrics = .enabled
                destination.lateAfterMinutes = 16
                var rule = ReplicationRule(
                    "one", priority: 3, filter: LifecycleFilter(prefix: "a/", tags: [S3Tag("k", "v")]), to: destination)
                rule.copiesKMSObjects = .enabled
                return BucketReplication([rule], role: "arn:aws:iam::123456789012:role/r")
            }(),
            params: #"""
                {"ReplicationConfiguration": {"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"ID": "one",
                "Priority": 3, "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}},
                "Status": "Enabled", "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
                "Destination": {"Bucket": "arn:aws:s3:::copy", "Account": "123456789012",
                "StorageClass": "STANDARD_IA", "AccessControlTranslation": {"Owner": "Destination"},
                "EncryptionConfiguration": {"ReplicaKmsKeyID": "key-2"},
                "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
                "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 16}}},
                "DeleteMarkerReplication": {"Status": "Disabled"}}]}}
                """#),
        ConfigurationSample(
            operation: "PutBucketNotificationConfiguration",
            value: BucketNotification(
                topics: [
                    NotificationTarget("arn:t", on: ["s3:ObjectCreated:*"], id: "t", prefix: "a/", suffix: ".jpg")
                ],
                queues: [NotificationTarget("arn:q", on: ["s3:ObjectRemoved:*", "s3:ObjectCreated:Put"])],
                functions: [NotificationTarget("arn:f", on: ["s3:ObjectRestore:Post"])], usesEventBridge: true),
            params: #"""
                {"NotificationConfiguration": {"TopicConfigurations": [{"Id": "t", "TopicArn": "arn:t",
                "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "a/"},
                {"Name": "suffix", "Value": ".jpg"}]}}}],
                "QueueConfigurations": [{"QueueArn": "arn:q", "Events": ["s3:ObjectRemoved:*", "s3:ObjectCreated:Put"]}],
                "LambdaFunctionConfigurations": [{"LambdaFunctionArn": "arn:f", "Events": ["s3:ObjectRestore:Post"]}],
                "EventBridgeConfiguration": {}}}
                """#),
        ConfigurationSample(
            operation: "PutBucketWebsite",
            value: {
                var route = WebsiteRoute(ifPrefix: "docs/", ifStatus: "404")
                route.host = "h.example"
                route.status = "301"
                route.scheme = "https"
                route.replacementPrefix = "documents/"
                return BucketWebsite(index: "index.html", errorPage: "error.html", routes: [route])
            }(),
            params: #"""
                {"WebsiteConfiguration": {"ErrorDocument": {"Key": "error.html"},
                "IndexDocument": {"Suffix": "index.html"}, "RoutingRules": [{"Condition":
                {"HttpErrorCodeReturnedEquals": "404", "KeyPrefixEquals": "docs/"}, "Redirect": {"HostName": "h.example",
                "HttpRedirectCode": "301", "Protocol": "https", "ReplaceKeyPrefixWith": "documents/"}}]}}
                """#),
        ConfigurationSample(
            operation: "PutBucketWebsite", value: BucketWebsite(redirectingTo: "h.example", scheme: "https"),
            params:
                #"{"WebsiteConfiguration": {"RedirectAllRequestsTo": {"HostName": "h.example", "Protocol": "https"}}}"#),
        ConfigurationSample(
            operation: "PutBucketAcl",
            value: BucketACL(
                [BucketGrant("FULL_CONTROL", to: .account("me")), BucketGrant("READ", to: .everybody)],
                owner: BucketOwner(id: "me")),
            params: #"""
                {"AccessControlPolicy": {"Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "me"},
                "Permission": "FULL_CONTROL"}, {"Grantee": {"Type": "Group",
                "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}], "Owner": {"ID": "me"}}}
                """#),
    ]
}
