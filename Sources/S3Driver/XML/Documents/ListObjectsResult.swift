import Coffer

/// One page of `ListObjectsV2`; one of `ListObjects` too, whose root is the same.
///
/// Source: "ListObjectsV2", S3 API reference. Names are decoded if the service says that it encoded them.
struct ListObjectsResult: XMLDocument {
    /// Objects and common prefixes in the order in which they came: all objects first, as a rule.
    private(set) var entries: [ListEntry] = []
    /// How many of the entries are common prefixes.
    private(set) var prefixCount = 0
    /// Whether there is another page.
    private(set) var isTruncated = false
    /// The token of the next page.
    private(set) var nextContinuationToken: String?
    /// Where the next page of `ListObjects` begins.
    private(set) var nextMarker: String?
    /// Whether names are percent-encoded.
    private var isEncoded = false
    // The object that is being read.
    private var key: Key?
    private var size: Int64?
    private var etag: ETag?
    private var lastModified: Timestamp?
    private var storageClass: String?

    enum Tag: String, CaseIterable {
        case root = "ListBucketResult"
        case isTruncated = "IsTruncated"
        case nextContinuationToken = "NextContinuationToken"
        case nextMarker = "NextMarker"
        case encodingType = "EncodingType"
        case contents = "Contents"
        case key = "Key"
        case size = "Size"
        case etag = "ETag"
        case lastModified = "LastModified"
        case storageClass = "StorageClass"
        case commonPrefixes = "CommonPrefixes"
        case prefix = "Prefix"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root]

    mutating func begin(_ tag: Tag, in parent: Tag?) {
        if case .root = tag { entries.reserveCapacity(1000) }
    }

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch (parent, tag) {
        case (.contents, .key): key = Key(isEncoded ? text.urlDecoded : text.string)
        case (.contents, .size): size = try text.number(of: tag)
        case (.contents, .etag): etag = text.etag
        case (.contents, .lastModified): lastModified = text.timestamp
        case (.contents, .storageClass): storageClass = text.string
        case (.root, .contents): try endObject()
        case (.commonPrefixes, .prefix):
            entries.append(.prefix(isEncoded ? text.urlDecoded : text.string))
            prefixCount += 1
        case (.root, .isTruncated): isTruncated = text.isTrue
        case (.root, .nextContinuationToken): nextContinuationToken = text.bytes.isEmpty ? nil : text.string
        case (.root, .nextMarker): nextMarker = isEncoded ? text.urlDecoded : text.string
        case (.root, .encodingType):
            if text.equals("url"), !isEncoded { decodeWhatCameBefore() }
        default: break
        }
    }

    private mutating func endObject() throws(XMLError) {
        guard let key = key.take() else { throw .missing(element: Tag.key.rawValue) }
        guard let size = size.take() else { throw .missing(element: Tag.size.rawValue) }
        entries.append(
            .object(
                ObjectInfo(
                    key: key, size: size, etag: etag.take(), lastModified: lastModified.take(),
                    storageClass: storageClass.take())))
    }

    /// A service may say only after the first names that it encoded them.
    private mutating func decodeWhatCameBefore() {
        isEncoded = true
        func decode(_ name: String) -> String { PercentEncoding.decode(name, plusIsSpace: true) ?? name }
        for index in entries.indices {
            switch entries[index] {
            case .object(var info):
                info.key = Key(decode(info.key.string))
                entries[index] = .object(info)
            case .prefix(let name): entries[index] = .prefix(decode(name))
            }
        }
        nextMarker = nextMarker.map(decode)
    }
}
