/// A part of AWS with names of its own. Source: `partitions.json` of the AWS SDKs.
struct AWSPartition: Sendable, Hashable {
    /// The name in ARNs, for instance `aws-cn`.
    let name: String
    /// What the host names of its services end with.
    let suffix: String
    /// What the host names of dual-stack endpoints end with, except those of S3.
    let dualStackSuffix: String

    /// The partition of a region; an unknown region is one of the public cloud.
    ///
    /// - Parameter region: The region's name.
    init(region: String) {
        switch region {
        case _ where region.hasPrefix("cn-"):
            self.init("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn")
        case _ where region.hasPrefix("us-gov-"): self.init("aws-us-gov", "amazonaws.com", "api.aws")
        case _ where region.hasPrefix("us-isob-"): self.init("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud")
        case _ where region.hasPrefix("us-isof-"): self.init("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov")
        case _ where region.hasPrefix("eu-isoe-"):
            self.init("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk")
        case _ where region.hasPrefix("us-iso-"): self.init("aws-iso", "c2s.ic.gov", "api.aws.ic.gov")
        case _ where region.hasPrefix("eusc-"): self.init("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu")
        default: self.init("aws", "amazonaws.com", "api.aws")
        }
    }

    private init(_ name: String, _ suffix: String, _ dualStackSuffix: String) {
        self.name = name
        self.suffix = suffix
        self.dualStackSuffix = dualStackSuffix
    }
}
