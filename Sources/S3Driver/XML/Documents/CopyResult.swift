import Coffer

/// The answer to `CopyObject` and to `UploadPartCopy`. Source: "CopyObject", "UploadPartCopy", S3 API reference.
struct CopyResult: XMLDocument {
    /// The name of the copy's contents.
    private(set) var etag: ETag?
    /// When the copy was made.
    private(set) var lastModified: Timestamp?
    /// The checksum of the copy or of the part; nil on servers that name none.
    private(set) var checksum: Checksum?

    enum Tag: String, CaseIterable {
        case object = "CopyObjectResult"
        case part = "CopyPartResult"
        case etag = "ETag"
        case lastModified = "LastModified"
        case crc64nvme = "ChecksumCRC64NVME"
        case crc32c = "ChecksumCRC32C"
        case crc32 = "ChecksumCRC32"
        case sha256 = "ChecksumSHA256"
        case sha1 = "ChecksumSHA1"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.object, .part]

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch tag {
        case .etag: etag = text.etag
        case .lastModified: lastModified = text.timestamp
        case .crc64nvme, .crc32c, .crc32, .sha256, .sha1: checksum = text.checksum(tag) ?? checksum
        case .object, .part:
            // A copy without a name of its contents is no copy: some servers answer so on errors.
            if etag == nil { throw .missing(element: Tag.etag.rawValue) }
        }
    }
}
