import Coffer
import HTTPTransport

/// The settings of one store, typed and checked.
struct S3Settings: Sendable {
    /// The bucket.
    var bucket: String
    /// The region to begin with.
    var region: String
    /// Whether nobody gave a region.
    var isRegionGuessed: Bool
    /// Where the bucket is.
    var place: S3Place
    /// Which bodies have their digest signed.
    var payloadSigning: PayloadSigning
    /// The checksum of uploads; nil for what `requestChecksums` says.
    var checksum: ChecksumAlgorithm?
    /// Where an upload's checksum travels.
    var checksumPlacement: ChecksumPlacement
    /// Which kind of checksum an upload in parts gets.
    var checksumType: ChecksumType
    /// When uploads get a checksum that nobody asked for.
    var requestChecksums: ChecksumPolicy
    /// When reads ask for checksums.
    var responseChecksums: ChecksumPolicy
    /// Whether uploads have `Content-MD5`.
    var sendsContentMD5: Bool
    /// Whether a missing bucket is made.
    var createsBucket: Bool
    /// What the server can do.
    var server: ServerProfile
    /// What every write asks for where it says nothing itself: encryption and storage class; nil for nothing.
    var writeDefaults: RareWriteOptions?
    /// Whether customers' keys may be sent over http.
    var sendsCustomerKeysOverHTTP: Bool
    /// From this size on an upload is split into parts, in bytes.
    var multipartThreshold: Int64
    /// The size of a part, in bytes.
    var partSize: Int64
    /// How many parts are sent at the same time.
    var partConcurrency: Int
    /// When and how a download is split into ranges: from which size, of which size (in bytes), how many at a time.
    var download: (threshold: Int64, partSize: Int64, concurrency: Int)
    /// What stands before the key in URLs without a signature; nil for where requests go to.
    var publicURLBase: String?
    /// Whether whoever makes the requests pays for them.
    var requesterPays: Bool
    /// When a read is sent a second time; nil for never.
    var hedging: HedgePolicy?
    /// How to connect.
    var transport: HTTPTransportConfiguration

    /// The smallest part but the last. Source: S3 user guide, "Amazon S3 multipart upload limits".
    static let minPartSize: Int64 = 5 << 20
    /// The largest part, and the largest object of one request. Source: as above.
    static let maxPartSize: Int64 = 5 << 30
    /// The largest object. Source: S3 user guide, "Amazon S3 multipart upload limits" (50 TB since 2025-12).
    static let maxObjectSize: Int64 = 50_000 << 30

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - configuration: What the caller and the environment said.
    ///   - context: Environment and profile; options go before them. nil for a profile that says nothing.
    /// - Throws: `invalidConfiguration`, naming the setting.
    init(_ configuration: Configuration, _ context: AWSContext? = nil) throws(StoreError) {
        let found = try Self.find(configuration, context)
        bucket = configuration.string("bucket") ?? ""
        region = found.region
        isRegionGuessed = found.isRegionGuessed
        place = found.place
        payloadSigning = configuration.string("payload_signing").flatMap(PayloadSigning.init) ?? .auto
        createsBucket = configuration.boolean("create_bucket")
        let server = try Self.server(configuration, found.server)
        self.server = server
        checksum = try Self.checksum(configuration, server)
        checksumPlacement = configuration.string("checksum_placement").flatMap(ChecksumPlacement.init) ?? .header
        checksumType = configuration.string("checksum_type").flatMap(ChecksumType.init) ?? .auto
        requestChecksums =
            try Self.policy(configuration, "request_checksum_calculation", context) ?? server.requestChecksums
        responseChecksums =
            try Self.policy(configuration, "response_checksum_validation", context) ?? server.responseChecksums
        sendsContentMD5 = configuration.boolean("content_md5")
        writeDefaults = try Self.writeDefaults(configuration, server)
        sendsCustomerKeysOverHTTP = configuration.boolean("customer_key_over_http")
        if writeDefaults?.encryption?.customerKey != nil, !found.place.endpoint.isEncrypted, !sendsCustomerKeysOverHTTP
        {
            throw configuration.fault("customer_key", Self.customerKeyInTheClear)
        }
        if checksumType == .composite, checksum == .crc64nvme {
            throw configuration.fault("checksum_type", "crc64nvme covers all bytes only; choose another checksum")
        }
        if checksumType == .fullObject, let checksum, !checksum.combines {
            throw configuration.fault(
                "checksum_type", "\(checksum.rawValue) of parts cannot be combined; choose a CRC, or composite")
        }
        multipartThreshold = configuration.size("multipart_threshold") ?? 16 << 20
        partSize = configuration.size("part_size") ?? 8 << 20
        guard (Self.minPartSize...Self.maxPartSize).contains(partSize) else {
            throw configuration.fault("part_size", "\(partSize) bytes are out of range; use 5MiB to 5GiB")
        }
        partConcurrency = Int(configuration.integer("part_concurrency") ?? 8)
        download = (
            configuration.size("download_threshold") ?? 16 << 20, configuration.size("download_part_size") ?? 8 << 20,
            Int(configuration.integer("download_concurrency") ?? 8)
        )
        guard download.partSize > 0 else {
            throw configuration.fault("download_part_size", "0 bytes are out of range; use for instance 8MiB")
        }
        publicURLBase = try Self.publicURLBase(configuration)
        requesterPays = configuration.string("request_payer") == "requester"
        hedging = try HedgePolicy(configuration)
        transport = HTTPTransportConfiguration()
        transport.caFile = configuration.string("ca_file")
        transport.allowsInsecureTLS = configuration.string("tls_verify") != nil && !configuration.boolean("tls_verify")
        transport.proxy = configuration.string("proxy")
        if let time = configuration.duration("connect_timeout"), time > .zero { transport.connectTimeout = time }
        if let time = configuration.duration("response_timeout"), time > .zero { transport.firstByteTimeout = time }
        if let time = configuration.duration("stall_timeout"), time > .zero { transport.stallTimeout = time }
        transport.maxConnectionsPerOrigin = Int(configuration.integer("max_connections") ?? 64)
        transport.maxConnections = max(512, transport.maxConnectionsPerOrigin)
    }

    /// Why customers' keys are not sent over http.
    static let customerKeyInTheClear =
        "a customer's key would travel unencrypted; use an https endpoint, or set customer_key_over_http=true on a network "
        + "that you trust"

    /// Where the service is.
    var endpoint: S3Endpoint {
        get { place.endpoint }
        set { place.endpoint = newValue }
    }

    /// Whether a byte may be in a region's name, or in another part of a host's.
    static func isRegionByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || (65...90).contains(byte) || byte == 45 || byte == 95
    }

    private static func publicURLBase(_ configuration: Configuration) throws(StoreError) -> String? {
        guard var base = configuration.string("public_url_base"), !base.isEmpty else { return nil }
        guard base.hasPrefix("https://") || base.hasPrefix("http://"),
            base.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        else {
            throw configuration.fault(
                "public_url_base", "'\(base)' is not the beginning of a URL; use for instance https://cdn.example.com")
        }
        while base.hasSuffix("/") { base.removeLast() }
        return base
    }

    private static func server(
        _ configuration: Configuration, _ name: String
    ) throws(StoreError) -> ServerProfile {
        var server = ServerProfile.named[name] ?? .generic
        server.features.formUnion(try features(configuration, "enable"))
        server.features.subtract(try features(configuration, "disable"))
        if !server.features.contains(.checksums) { server.checksums = [] }
        return server
    }

    private static func features(
        _ configuration: Configuration, _ name: String
    ) throws(StoreError) -> Capabilities.Features {
        do throws(ServerProfile.UnknownFeature) {
            return try ServerProfile.features(configuration.string(name) ?? "")
        } catch {
            let known = ServerProfile.featureNames.map(\.name).joined(separator: ", ")
            throw configuration.fault(name, "there is no feature '\(error.name)'; the features are \(known)")
        }
    }

    /// The checksum that the caller chose for all uploads.
    private static func checksum(
        _ configuration: Configuration, _ server: ServerProfile
    ) throws(StoreError) -> ChecksumAlgorithm? {
        guard let algorithm = configuration.string("checksum").flatMap({ ChecksumAlgorithm(rawValue: $0) }) else {
            return nil
        }
        guard server.checksums.contains(algorithm) else {
            throw configuration.fault(
                "checksum",
                "this kind of server does not compare \(algorithm.rawValue); leave it out, or set enable=checksums if it does"
            )
        }
        return algorithm
    }

    /// A policy of options, environment or profile, in letters of any case, as AWS's tools allow.
    private static func policy(
        _ configuration: Configuration, _ name: String, _ context: AWSContext?
    ) throws(StoreError) -> ChecksumPolicy? {
        guard let text = configuration.string(name) ?? context?.settings[name], !text.isEmpty else { return nil }
        guard let policy = ChecksumPolicy(rawValue: text.lowercased()) else {
            throw configuration.fault(name, "'\(text)' is neither when_supported nor when_required")
        }
        return policy
    }

    /// What the store can do.
    var capabilities: Capabilities {
        var capabilities = Capabilities(server.features)
        capabilities.maxKeyBytes = 1024
        capabilities.maxObjectSize = Self.maxObjectSize
        capabilities.maxPutSize = Self.maxPartSize
        capabilities.multipartThreshold = multipartThreshold
        capabilities.partSize = partSize
        capabilities.minPartSize = Self.minPartSize
        capabilities.maxPartSize = Self.maxPartSize
        capabilities.maxParts = server.maxParts
        capabilities.partConcurrency = partConcurrency
        (capabilities.downloadThreshold, capabilities.downloadPartSize, capabilities.downloadConcurrency) = download
        capabilities.maxBatchDelete = 1000
        capabilities.maxPageSize = 1000
        capabilities.checksumAlgorithms = server.checksums
        return capabilities
    }
}
