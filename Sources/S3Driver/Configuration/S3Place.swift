import HTTPTransport

/// Where a bucket is and how it is addressed: all that a host name depends on, but the region.
///
/// Source: S3 user guide, "Amazon S3 endpoints"; the combinations are those of botocore's endpoint rules.
struct S3Place: Sendable, Hashable {
    /// Kinds of endpoints that AWS has beside the ordinary ones.
    struct Variants: OptionSet, Sendable, Hashable {
        let rawValue: Int
        /// IPv4 and IPv6.
        static let dualStack = Variants(rawValue: 1)
        /// Cryptography by FIPS 140.
        static let fips = Variants(rawValue: 2)
        /// Through the edge of AWS's network.
        static let accelerated = Variants(rawValue: 4)
    }

    var endpoint: S3Endpoint
    var bucket: BucketName
    var style: AddressingStyle
    var variants: Variants = []
    /// Whether the region of an ARN counts rather than that of the store.
    var usesARNRegion = true

    /// Why a place cannot be: the option to blame, and what to do.
    struct Fault: Error, Hashable {
        let option: String
        let reason: String
    }

    /// Checks that everything goes together.
    ///
    /// - Parameter region: The region; nil if it is not known.
    /// - Throws: What does not.
    func check(region: String?) throws(Fault) {
        if case .custom = endpoint {
            for (variant, option) in [(Variants.dualStack, "dualstack"), (.fips, "fips"), (.accelerated, "accelerate")]
            where variants.contains(variant) {
                throw Fault(
                    option: option, reason: "an endpoint of one's own has no such variant; leave one of them out")
            }
        }
        let partition = AWSPartition(region: region ?? "us-east-1")
        if variants.isSuperset(of: [.accelerated, .fips]) {
            throw Fault(
                option: "accelerate", reason: "transfer acceleration has no FIPS endpoints; leave one of them out")
        }
        if variants.contains(.fips), partition.name == "aws-cn" {
            throw Fault(option: "fips", reason: "there are no FIPS endpoints for S3 in China")
        }
        if variants.contains(.accelerated), partition.name == "aws-cn" {
            throw Fault(option: "accelerate", reason: "there is no transfer acceleration in China")
        }
        switch bucket {
        case .plain(let name): try check(name)
        case .accessPoint(let point): try check(point, region: region)
        }
    }

    private func check(_ name: String) throws(Fault) {
        if variants.contains(.accelerated) {
            if style == .path {
                throw Fault(
                    option: "accelerate", reason: "it needs the bucket in the host name; leave out addressing=path")
            }
            if !S3Route.isHostLabel(name) {
                throw Fault(
                    option: "accelerate",
                    reason: "it needs a bucket whose name can be part of a host name, without dots")
            }
        }
        if endpoint.isAWS, name.hasSuffix("--x-s3") {
            throw Fault(
                option: "bucket",
                reason: "directory buckets (S3 Express) need sessions, which this driver does not make")
        }
    }

    private func check(_ point: BucketName.AccessPoint, region: String?) throws(Fault) {
        if style == .path {
            throw Fault(
                option: "addressing", reason: "an access point cannot be in the path; leave out addressing=path")
        }
        if variants.contains(.accelerated) {
            throw Fault(option: "accelerate", reason: "access points have no transfer acceleration")
        }
        switch point.kind {
        case .bucket: break
        case .objectLambda:
            if variants.contains(.dualStack) {
                throw Fault(option: "dualstack", reason: "object lambda access points have no dual-stack endpoints")
            }
        case .outpost:
            if variants.contains(.dualStack) {
                throw Fault(option: "dualstack", reason: "outposts have no dual-stack endpoints")
            }
            if variants.contains(.fips) { throw Fault(option: "fips", reason: "outposts have no FIPS endpoints") }
        }
        if AWSPartition(region: point.region).name != point.partition {
            throw Fault(option: "bucket", reason: "the ARN's partition '\(point.partition)' does not have its region")
        }
        guard let region else { return }
        if AWSPartition(region: region).name != point.partition {
            throw Fault(option: "region", reason: "it is not in the ARN's partition '\(point.partition)'")
        }
        if !usesARNRegion, region != point.region {
            throw Fault(
                option: "region",
                reason: "it is '\(region)', the ARN's is '\(point.region)', and use_arn_region is off")
        }
    }

    /// The host of the endpoint of AWS, without the bucket.
    ///
    /// - Parameter region: The region.
    func awsHost(_ region: String) -> String {
        let suffix = AWSPartition(region: region).suffix
        let dual = variants.contains(.dualStack) ? ".dualstack" : ""
        if variants.contains(.accelerated) { return "s3-accelerate\(dual).\(suffix)" }
        return "s3\(variants.contains(.fips) ? "-fips" : "")\(dual).\(region).\(suffix)"
    }

    /// The host of an access point, on AWS or below an endpoint of one's own.
    ///
    /// - Parameters:
    ///   - point: The access point.
    ///   - custom: The host of one's own endpoint.
    func host(_ point: BucketName.AccessPoint, below custom: String?) -> String {
        let first = "\(point.name)-\(point.account)"
        let suffix = "\(point.region).\(AWSPartition(region: point.region).suffix)"
        let fips = variants.contains(.fips) ? "-fips" : ""
        switch point.kind {
        case .outpost(let outpost): return "\(first).\(outpost)." + (custom ?? "s3-outposts.\(suffix)")
        case .objectLambda: return "\(first)." + (custom ?? "s3-object-lambda\(fips).\(suffix)")
        case .bucket:
            let dual = variants.contains(.dualStack) ? ".dualstack" : ""
            return "\(first)." + (custom ?? "s3-accesspoint\(fips)\(dual).\(suffix)")
        }
    }
}
