import Coffer

/// The settings of the driver, as `coffer drivers` shows them.
enum S3Schema {
    static let schema = ConfigurationSchema(
        location + identity + roles + ways + objects + integrity + transfers + connections, hostKey: "bucket",
        pathKey: "prefix")

    private static let location = [
        ConfigurationKey("bucket", isRequired: true, "The bucket, or the ARN of an access point."),
        ConfigurationKey(
            "region", environment: ["AWS_REGION", "AWS_DEFAULT_REGION"],
            "The bucket's region; if it is left out or wrong, the service is asked."),
        ConfigurationKey(
            "endpoint", environment: ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"],
            "The server's URL, for instance http://localhost:9000; left out: AWS."),
        ConfigurationKey(
            "addressing", .choice(AddressingStyle.allCases.map(\.rawValue)), default: "auto",
            "How the bucket is named: in the path, or in the host name (virtual); auto chooses the path for own servers."
        ),
        ConfigurationKey(
            "account", .string, "The account at the service, where its endpoint is named after it (server=r2)."),
        ConfigurationKey(
            "dualstack", .boolean, environment: ["AWS_USE_DUALSTACK_ENDPOINT"],
            "Whether AWS's endpoints for IPv4 and IPv6 are used; left out: what the profile says, or false."),
        ConfigurationKey(
            "fips", .boolean, environment: ["AWS_USE_FIPS_ENDPOINT"],
            "Whether AWS's FIPS endpoints are used; left out: what the profile says, or false."),
        ConfigurationKey(
            "accelerate", .boolean,
            "Whether AWS's transfer acceleration is used; left out: what the profile says, or false."),
        ConfigurationKey(
            "use_arn_region", .boolean, environment: ["AWS_S3_USE_ARN_REGION"],
            "Whether the region of an access point's ARN goes before the region given; left out: true."),
        ConfigurationKey(
            "public_url_base", .string,
            "What stands before the key in URLs without a signature, for instance https://cdn.example.com/files."),
        ConfigurationKey(
            "create_bucket", .boolean, default: "false", "Whether the bucket is made when it turns out to be missing."),
    ]

    private static let identity = [
        ConfigurationKey(
            "access_key_id", .string, "The access key; left out: what the sources of the option credentials have."),
        ConfigurationKey("secret_access_key", isSecret: true, "The secret that goes with the access key."),
        ConfigurationKey("session_token", isSecret: true, "The token of temporary credentials."),
        ConfigurationKey(
            "profile", .string, "The profile of the AWS configuration files; left out: AWS_PROFILE or default."),
        ConfigurationKey(
            "anonymous", .boolean, default: "false", "Whether requests are not signed: public buckets only."),
        ConfigurationKey(
            "credentials", .string, default: "auto",
            "The sources that are asked, in order, separated by commas: "
                + CredentialSource.allCases.map(\.rawValue).joined(separator: ", ") + "; auto: all of them."),
        ConfigurationKey(
            "metadata_timeout", .duration, environment: ["AWS_METADATA_SERVICE_TIMEOUT"],
            "How long the metadata service of a container or an instance may take; left out: 1s."),
    ]

    private static let roles = [
        ConfigurationKey("role_arn", .string, "A role that is taken with the credentials found."),
        ConfigurationKey("role_session_name", .string, "The name of the role's session; left out: coffer-…."),
        ConfigurationKey("external_id", .string, "What the role's owner wants to see of a third party."),
        ConfigurationKey(
            "role_duration", .duration, "How long the role's credentials are good for: 15m to 12h; left out: 1h."),
        ConfigurationKey(
            "web_identity_token_file", .string,
            "The file with the identity provider's token that the role is taken with, instead of credentials."),
        ConfigurationKey(
            "sts_endpoint", .string, "The URL of the token service; left out: AWS_ENDPOINT_URL_STS, or AWS's own."),
        ConfigurationKey("sts_region", .string, "The region of the token service; left out: that of the store."),
    ]

    private static let ways = [
        ConfigurationKey(
            "server", .choice(["auto"] + ServerProfile.named.keys.sorted()), default: "auto",
            "What the server can do, and where it is if there is just one; auto goes by the endpoint."),
        ConfigurationKey(
            "disable", .string,
            "Features that the server lacks and the driver must not claim, separated by commas: \(featureNames)."),
        ConfigurationKey("enable", .string, "Features that the server has beyond those of its kind, as for disable."),
        ConfigurationKey(
            "request_payer", .choice(["owner", "requester"]), default: "owner",
            "Who pays for requests: the bucket's owner, or whoever makes them (buckets that ask for it)."),
        ConfigurationKey(
            "hedge_after", .duration, default: "0",
            "After which time without an answer a read is sent a second time; the first answer counts. 0 for never."),
        ConfigurationKey(
            "hedge_percentile", .integer(0...99), default: "0",
            "Instead: after the time in which so many percent of the recent reads were answered; 0 for never."),
        ConfigurationKey(
            "payload_signing", .choice(PayloadSigning.allCases.map(\.rawValue)), default: "auto",
            "Which bodies have their SHA-256 signed; auto: those sent over http; chunks: chunk by chunk (aws-chunked)."
        ),
    ]

    private static let objects = [
        ConfigurationKey(
            "encryption", .choice(["bucket_default", "managed", "kms", "dual_layer_kms", "customer_key"]),
            default: "bucket_default",
            "How the server shall encrypt what is written: with its own keys, with one of the key management service (once "
                + "or twice), or with the one of customer_key, which reads need too."),
        ConfigurationKey(
            "kms_key_id", .string, "The key of the key management service: id, alias or ARN; left out: the default key."
        ),
        ConfigurationKey(
            "kms_context", .string,
            "The encryption context for the key management service, as name=value,name=value; no secret."),
        ConfigurationKey(
            "kms_bucket_key", .boolean,
            "Whether a key of the bucket saves calls of the key management service; left out: as the bucket is set up."),
        ConfigurationKey(
            "customer_key", isSecret: true,
            "The key for encryption=customer_key: 32 bytes in Base64; keep a copy of it."),
        ConfigurationKey(
            "customer_key_over_http", .boolean, default: "false",
            "Whether customers' keys may be sent over http, where everybody on the way can read them."),
        ConfigurationKey(
            "storage_class", .string, "The storage class of what is written, for instance STANDARD_IA."),
    ]

    private static let integrity = [
        ConfigurationKey(
            "checksum", .choice(["auto"] + ChecksumAlgorithm.allCases.map(\.rawValue)), default: "auto",
            "The checksum of uploads, compared and kept by the server; auto: as request_checksum_calculation says."),
        ConfigurationKey(
            "checksum_placement", .choice(ChecksumPlacement.allCases.map(\.rawValue)), default: "header",
            "Where an upload's checksum travels; a trailer needs aws-chunked."),
        ConfigurationKey(
            "checksum_type", .choice(ChecksumType.allCases.map(\.rawValue)), default: "auto",
            "What the checksum of an upload in parts covers: all bytes, or the parts' checksums."),
        ConfigurationKey(
            "request_checksum_calculation", .string, environment: ["AWS_REQUEST_CHECKSUM_CALCULATION"],
            "When uploads get a checksum: when_supported or when_required; left out: as suits the server."),
        ConfigurationKey(
            "response_checksum_validation", .string, environment: ["AWS_RESPONSE_CHECKSUM_VALIDATION"],
            "When reads are compared with the object's checksum: when_supported or when_required."),
        ConfigurationKey("content_md5", .boolean, default: "false", "Whether uploads have Content-MD5."),
    ]

    private static let transfers = [
        ConfigurationKey(
            "multipart_threshold", .size, default: "16MiB", "From this size on an upload is split into parts."),
        ConfigurationKey("part_size", .size, default: "8MiB", "The size of a part: 5MiB to 5GiB."),
        ConfigurationKey(
            "part_concurrency", .integer(1...1000), default: "8",
            "How many parts of an upload are sent at the same time."),
        ConfigurationKey(
            "download_threshold", .size, default: "16MiB",
            "From this size on a download may be split into ranges, if a single stream turns out to be slow."),
        ConfigurationKey("download_part_size", .size, default: "8MiB", "The size of such a range."),
        ConfigurationKey(
            "download_concurrency", .integer(1...1000), default: "8",
            "How many ranges of a download are fetched at the same time; 1 for a single stream."),
    ]

    private static let connections = [
        ConfigurationKey(
            "ca_file", environment: ["AWS_CA_BUNDLE"],
            "A PEM file with the certificate authorities to trust; left out: the system's."),
        ConfigurationKey(
            "tls_verify", .boolean, default: "true",
            "Whether the server's certificate is verified; false lets anybody read and change what is sent."),
        ConfigurationKey(
            "proxy", .string,
            "A proxy, for instance http://proxy:3128; left out: http_proxy, https_proxy and no_proxy count."),
        ConfigurationKey(
            "connect_timeout", .duration, default: "10s", "How long resolving, connecting and TLS may take together."),
        ConfigurationKey(
            "response_timeout", .duration, default: "60s",
            "How long the server may take to begin its answer after it has the request."),
        ConfigurationKey(
            "max_connections", .integer(1...10_000), default: "64", "The most connections to the server."),
    ]

    private static var featureNames: String { ServerProfile.featureNames.map(\.name).joined(separator: ", ") }
}
