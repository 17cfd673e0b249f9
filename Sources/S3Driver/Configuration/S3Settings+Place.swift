import Coffer

extension S3Settings {
    /// Where the bucket is.
    struct Found {
        var place: S3Place
        var region: String
        var isRegionGuessed: Bool
        var server: String
    }

    /// Finds endpoint, region and addressing: options go before the environment, that before the profile, that before
    /// what is known of the server.
    ///
    /// - Parameters:
    ///   - configuration: What the caller and the environment said.
    ///   - context: Environment and profile.
    /// - Throws: `invalidConfiguration`, naming the setting.
    static func find(_ configuration: Configuration, _ context: AWSContext?) throws(StoreError) -> Found {
        let bucket: BucketName
        do throws(BucketName.Fault) {
            bucket = try BucketName(configuration.string("bucket") ?? "")
        } catch {
            throw configuration.fault("bucket", error.reason)
        }
        var server = configuration.string("server") ?? "auto"
        let given = endpoint(configuration, context)
        var region = region(configuration, context, server, bucket)
        let endpoint = try endpoint(configuration, given, server, region)
        if server == "auto" {
            server = endpoint.isAWS ? "aws" : "generic"
            if case .custom(let origin, _) = endpoint, let known = ServerDefaults.server(of: origin.host) {
                server = known
                region = self.region(configuration, context, server, bucket)
            }
        }
        if let region, region.isEmpty || !region.utf8.allSatisfy(isRegionByte) {
            throw configuration.fault("region", "'\(region)' is not a region; write for instance eu-central-1")
        }
        var place = S3Place(endpoint: endpoint, bucket: bucket, style: style(configuration, context))
        place.variants = variants(configuration, context)
        place.usesARNRegion =
            configuration.string("use_arn_region").map { _ in configuration.boolean("use_arn_region") }
            ?? context?.settings.s3("use_arn_region").map { $0.lowercased() != "false" } ?? true
        do throws(S3Place.Fault) {
            try place.check(region: region)
        } catch {
            throw configuration.fault(error.option, error.reason)
        }
        if case .accessPoint(let point) = bucket { region = point.region }
        return Found(
            place: place, region: region ?? "us-east-1", isRegionGuessed: region == nil, server: server)
    }

    /// Whether the setting comes from the caller or from Coffer's own variable, and not from AWS's.
    private static func isOwn(_ name: String, _ configuration: Configuration) -> Bool {
        configuration.isGiven(name)
            || configuration.environment["COFFER_S3_" + name.uppercased()]?.isEmpty == false
    }

    private static func region(
        _ configuration: Configuration, _ context: AWSContext?, _ server: String, _ bucket: BucketName
    ) -> String? {
        if let fixed = ServerDefaults.named[server]?.region, !isOwn("region", configuration) { return fixed }
        return configuration.string("region") ?? context?.settings.region
    }

    /// The URL that options, environment or profile give, unless the latter are not to count.
    private static func endpoint(_ configuration: Configuration, _ context: AWSContext?) -> String? {
        if !isOwn("endpoint", configuration), context?.ignoresEndpoints == true { return nil }
        return configuration.string("endpoint") ?? context?.settings.endpointURL
    }

    private static func endpoint(
        _ configuration: Configuration, _ given: String?, _ server: String, _ region: String?
    ) throws(StoreError) -> S3Endpoint {
        var url = given
        if url == nil, server != "auto", server != "aws" {
            guard var known = ServerDefaults.named[server]?.endpoint else {
                throw configuration.fault(
                    "endpoint",
                    "it is missing: server=\(server) is nowhere by itself; write for instance http://host:9000")
            }
            for (part, name, value) in [
                ("{region}", "region", region), ("{account}", "account", configuration.string("account")),
            ] where known.contains(part) {
                guard let value, !value.isEmpty, value.utf8.allSatisfy(isRegionByte) else {
                    throw configuration.fault(name, "server=\(server) needs it, for the endpoint \(known)")
                }
                known = known.split(separator: part, omittingEmptySubsequences: false).joined(separator: value)
            }
            url = known
        }
        guard let url else { return .aws }
        guard let parsed = S3Endpoint(url: url) else {
            throw configuration.fault("endpoint", "the value is not a URL of the form http[s]://host[:port][/path]")
        }
        return parsed
    }

    private static func style(_ configuration: Configuration, _ context: AWSContext?) -> AddressingStyle {
        let own = configuration.string("addressing").flatMap(AddressingStyle.init) ?? .auto
        if own != .auto || isOwn("addressing", configuration) { return own }
        return context?.settings.s3("addressing_style").flatMap(AddressingStyle.init) ?? .auto
    }

    private static func variants(_ configuration: Configuration, _ context: AWSContext?) -> S3Place.Variants {
        func isOn(_ option: String, _ profile: String?) -> Bool {
            if configuration.string(option) != nil { return configuration.boolean(option) }
            return profile?.lowercased() == "true"
        }
        let settings = context?.settings
        var variants: S3Place.Variants = []
        if isOn("dualstack", settings?["use_dualstack_endpoint"] ?? settings?.s3("use_dualstack_endpoint")) {
            variants.insert(.dualStack)
        }
        if isOn("fips", settings?["use_fips_endpoint"]) { variants.insert(.fips) }
        if isOn("accelerate", settings?.s3("use_accelerate_endpoint")) { variants.insert(.accelerated) }
        return variants
    }
}
