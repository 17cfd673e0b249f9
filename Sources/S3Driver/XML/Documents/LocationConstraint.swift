/// The answer to `GetBucketLocation`. Source: S3 API reference.
struct LocationConstraint: XMLDocument {
    /// The bucket's region; S3 says nothing for `us-east-1` and `EU` for `eu-west-1` in old buckets.
    private(set) var region = "us-east-1"

    enum Tag: String, CaseIterable {
        case root = "LocationConstraint"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root]

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) {
        if text.bytes.isEmpty { return }
        region = text.equals("EU") ? "eu-west-1" : text.string
    }
}
