/// The tags of a bucket: what its costs are told apart by. Source: `Tagging`, S3 API reference.
public struct BucketTagging: BucketConfiguration, S3Mapped {
    /// The tags: up to 50, each name once.
    public var tags: [S3Tag]
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration.
    ///
    /// - Parameter tags: The tags.
    public init(_ tags: [S3Tag]) { self.tags = tags }

    /// Makes a configuration of names and values.
    ///
    /// - Parameter tags: The values by their names.
    public init(_ tags: [String: String]) {
        self.init(tags.sorted { $0.key < $1.key }.map { S3Tag($0.key, $0.value) })
    }

    /// No tags.
    public init() { tags = [] }

    /// The values by their names.
    public var values: [String: String] { Dictionary(tags.map { ($0.key, $0.value) }) { first, _ in first } }

    /// The subresource `tagging`.
    public static let subresource = BucketSubresource(
        "tagging", root: "Tagging", absent: ["NoSuchTagSet", "NoSuchTagSetError"])

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.group("TagSet", isKept: true) { $0.children("Tag", &tags) }
    }
}
