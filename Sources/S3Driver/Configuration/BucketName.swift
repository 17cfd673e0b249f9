/// What a store's `bucket` names: a bucket, or an access point by its ARN.
///
/// Source: S3 user guide, "Using access points", "Object Lambda", "S3 on Outposts"; the endpoint rules of botocore.
enum BucketName: Sendable, Hashable {
    /// A bucket, or the alias of an access point.
    case plain(String)
    /// An access point.
    case accessPoint(AccessPoint)

    /// An access point, as its ARN says.
    struct AccessPoint: Sendable, Hashable {
        /// What stands behind it.
        enum Kind: Sendable, Hashable {
            case bucket
            case objectLambda
            case outpost(String)
        }

        let kind: Kind
        let partition: String
        let region: String
        let account: String
        let name: String
        /// The ARN, as headers name the source of a copy.
        let arn: String

        /// What the service is called in signatures.
        var service: String {
            switch kind {
            case .bucket: "s3"
            case .objectLambda: "s3-object-lambda"
            case .outpost: "s3-outposts"
            }
        }
    }

    /// Why a text names nothing, for a person.
    struct Fault: Error, Hashable {
        let reason: String
    }

    /// Reads a name.
    ///
    /// - Parameter text: A bucket's name, or an ARN.
    /// - Throws: What is wrong with it.
    init(_ text: String) throws(Fault) {
        guard text.hasPrefix("arn:") else {
            guard !text.isEmpty, !text.utf8.contains(where: { $0 == 47 || $0 < 33 || $0 == 127 }) else {
                throw Fault(reason: "'\(text)' cannot be a bucket's name")
            }
            self = .plain(text)
            return
        }
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6 else { throw Fault(reason: "'\(text)' is no ARN") }
        let (partition, service, region, account) = (parts[1], parts[2], parts[3], parts[4])
        let resource = parts[5].split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "/" }.map(String.init)
        if service == "s3", region.isEmpty, resource.first == "accesspoint" {
            throw Fault(
                reason: "multi-region access points need signatures that this driver does not make (SigV4A); "
                    + "name an access point of one region")
        }
        guard Self.isLabel(region), Self.isLabel(account), Self.isLabel(partition) else {
            throw Fault(reason: "the ARN '\(text)' needs a partition, a region and an account")
        }
        let kind: AccessPoint.Kind
        let name: String
        switch (service, resource.count) {
        case ("s3", 2) where resource[0] == "accesspoint": (kind, name) = (.bucket, resource[1])
        case ("s3-object-lambda", 2) where resource[0] == "accesspoint": (kind, name) = (.objectLambda, resource[1])
        case ("s3-outposts", 4) where resource[0] == "outpost" && resource[2] == "accesspoint":
            guard Self.isLabel(resource[1]) else { throw Fault(reason: "the ARN '\(text)' has no valid outpost") }
            (kind, name) = (.outpost(resource[1]), resource[3])
        default:
            throw Fault(
                reason: "the ARN '\(text)' is not of an access point; write arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME")
        }
        guard Self.isLabel(name) else { throw Fault(reason: "the ARN '\(text)' has no valid name of an access point") }
        self = .accessPoint(
            AccessPoint(
                kind: kind, partition: partition, region: region, account: account, name: name, arn: text))
    }

    /// Whether the text can be a part of a host name.
    private static func isLabel(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 63
            && text.utf8.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 45
            }
    }
}
