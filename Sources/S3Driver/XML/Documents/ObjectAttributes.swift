import Coffer

/// One page of the answer to `GetObjectAttributes`, as far as parts go. Source: S3 API reference.
struct ObjectAttributes: XMLDocument {
    /// The name of the object's contents.
    private(set) var etag: ETag?
    /// The parts in ascending order; without an ETag.
    private(set) var parts: [UploadedPart] = []
    /// Whether there is another page.
    private(set) var isTruncated = false
    /// The last part of this page, after which the next one begins.
    private(set) var nextPartNumberMarker: Int64?

    private var number: Int64 = 0
    private var size: Int64 = 0
    private var checksum: Checksum?

    enum Tag: String, CaseIterable {
        case root = "GetObjectAttributesResponse"
        case output = "GetObjectAttributesOutput"
        // Ceph's word.
        case attributes = "GetObjectAttributes"
        case etag = "ETag"
        case objectParts = "ObjectParts"
        case isTruncated = "IsTruncated"
        case nextPartNumberMarker = "NextPartNumberMarker"
        case part = "Part"
        case partNumber = "PartNumber"
        case size = "Size"
        case crc64nvme = "ChecksumCRC64NVME"
        case crc32c = "ChecksumCRC32C"
        case crc32 = "ChecksumCRC32"
        case sha256 = "ChecksumSHA256"
        case sha1 = "ChecksumSHA1"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root, Tag.output, Tag.attributes]

    mutating func begin(_ tag: Tag, in parent: Tag?) {
        guard case .part = tag else { return }
        number = 0
        size = 0
        checksum = nil
    }

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch (parent, tag) {
        case (.root, .etag), (.output, .etag), (.attributes, .etag): etag = text.etag
        case (.objectParts, .isTruncated): isTruncated = text.isTrue
        case (.objectParts, .nextPartNumberMarker): nextPartNumberMarker = text.number
        case (.part, .partNumber): number = try text.number(of: tag)
        case (.part, .size): size = try text.number(of: tag)
        case (.part, .crc64nvme), (.part, .crc32c), (.part, .crc32), (.part, .sha256), (.part, .sha1):
            checksum = text.checksum(tag) ?? checksum
        case (.objectParts, .part):
            guard number > 0, number <= 10_000, size >= 0 else { throw .missing(element: Tag.partNumber.rawValue) }
            parts.append(UploadedPart(number: Int(number), size: size, etag: "", checksum: checksum))
        default: break
        }
    }
}
