import Coffer

/// The answer to `CreateMultipartUpload`. Source: S3 API reference.
struct InitiateMultipartUploadResult: XMLDocument {
    /// The upload's identifier.
    private(set) var uploadID = ""

    enum Tag: String, CaseIterable {
        case root = "InitiateMultipartUploadResult"
        /// What rclone's server says.
        case bareRoot = "InitiateMultipartUpload"
        case uploadID = "UploadId"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root, .bareRoot]

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch tag {
        case .uploadID: uploadID = text.string
        case .root, .bareRoot: if uploadID.isEmpty { throw .missing(element: Tag.uploadID.rawValue) }
        }
    }
}

/// The answer to `CompleteMultipartUpload`. Source: S3 API reference.
struct CompleteMultipartUploadResult: XMLDocument {
    /// The name of the object's contents; nil on servers that leave it out.
    private(set) var etag: ETag?
    /// The object's checksum; nil on servers that keep none.
    private(set) var checksum: Checksum?

    enum Tag: String, CaseIterable {
        case root = "CompleteMultipartUploadResult"
        case etag = "ETag"
        case crc64nvme = "ChecksumCRC64NVME"
        case crc32c = "ChecksumCRC32C"
        case crc32 = "ChecksumCRC32"
        case sha256 = "ChecksumSHA256"
        case sha1 = "ChecksumSHA1"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root]

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch tag {
        case .root: break
        case .etag: etag = text.etag
        case .crc64nvme, .crc32c, .crc32, .sha256, .sha1: checksum = text.checksum(tag) ?? checksum
        }
    }
}

/// One page of `ListParts`. Source: S3 API reference.
struct ListPartsResult: XMLDocument {
    /// The parts in ascending order.
    private(set) var parts: [UploadedPart] = []
    /// Whether there is another page.
    private(set) var isTruncated = false
    /// The last part of this page, after which the next one begins.
    private(set) var nextPartNumberMarker: Int64?

    private var number: Int64 = 0
    private var size: Int64 = 0
    private var etag: ETag?
    private var checksum: Checksum?

    enum Tag: String, CaseIterable {
        case root = "ListPartsResult"
        /// What moto says.
        case response = "ListPartsResponse"
        case isTruncated = "IsTruncated"
        case nextPartNumberMarker = "NextPartNumberMarker"
        case part = "Part"
        case partNumber = "PartNumber"
        case size = "Size"
        case etag = "ETag"
        case crc64nvme = "ChecksumCRC64NVME"
        case crc32c = "ChecksumCRC32C"
        case crc32 = "ChecksumCRC32"
        case sha256 = "ChecksumSHA256"
        case sha1 = "ChecksumSHA1"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root, .response]

    mutating func begin(_ tag: Tag, in parent: Tag?) {
        guard case .part = tag else { return }
        number = 0
        size = 0
        etag = nil
        checksum = nil
    }

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch (parent, tag) {
        case (.part, .partNumber): number = try text.number(of: tag)
        case (.part, .size): size = try text.number(of: tag)
        case (.part, .etag): etag = text.etag
        case (.part, .crc64nvme), (.part, .crc32c), (.part, .crc32), (.part, .sha256), (.part, .sha1):
            checksum = text.checksum(tag) ?? checksum
        case (.root, .part), (.response, .part):
            guard number > 0, number <= 10_000 else { throw .missing(element: Tag.partNumber.rawValue) }
            guard let etag else { throw .missing(element: Tag.etag.rawValue) }
            parts.append(UploadedPart(number: Int(number), size: size, etag: etag, checksum: checksum))
        case (_, .isTruncated): isTruncated = text.isTrue
        case (_, .nextPartNumberMarker): nextPartNumberMarker = text.number
        default: break
        }
    }
}

/// One page of `ListMultipartUploads`. Source: S3 API reference.
struct ListMultipartUploadsResult: XMLDocument {
    /// The open uploads by key and age.
    private(set) var uploads: [OpenUpload] = []
    /// Whether there is another page.
    private(set) var isTruncated = false
    /// The key after which the next page begins, together with the upload.
    private(set) var nextKeyMarker: String?
    /// The upload after which the next page begins.
    private(set) var nextUploadIDMarker: String?

    private var isEncoded = false
    private var key = ""
    private var id = ""
    private var time: Timestamp?
    private var algorithm: ChecksumAlgorithm?

    enum Tag: String, CaseIterable {
        case root = "ListMultipartUploadsResult"
        case isTruncated = "IsTruncated"
        case nextKeyMarker = "NextKeyMarker"
        case nextUploadIDMarker = "NextUploadIdMarker"
        case encodingType = "EncodingType"
        case upload = "Upload"
        case key = "Key"
        case uploadID = "UploadId"
        case initiated = "Initiated"
        case algorithm = "ChecksumAlgorithm"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root]

    mutating func begin(_ tag: Tag, in parent: Tag?) {
        guard case .upload = tag else { return }
        key = ""
        id = ""
        time = nil
        algorithm = nil
    }

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch (parent, tag) {
        case (.upload, .key): key = text.string
        case (.upload, .uploadID): id = text.string
        case (.upload, .initiated): time = text.timestamp
        case (.upload, .algorithm): algorithm = ChecksumAlgorithm(wireName: text.string)
        case (.root, .upload):
            guard !id.isEmpty else { throw .missing(element: Tag.uploadID.rawValue) }
            uploads.append(
                OpenUpload(
                    id: UploadID(key: Key(key), id: id, checksum: algorithm.map { .algorithm($0) }), started: time))
        case (.root, .isTruncated): isTruncated = text.isTrue
        case (.root, .nextKeyMarker): nextKeyMarker = text.bytes.isEmpty ? nil : text.string
        case (.root, .nextUploadIDMarker): nextUploadIDMarker = text.bytes.isEmpty ? nil : text.string
        case (.root, .encodingType): isEncoded = text.equals("url")
        case (nil, .root):
            if isEncoded { decode() }
        default: break
        }
    }

    private mutating func decode() {
        func decode(_ name: String) -> String { PercentEncoding.decode(name, plusIsSpace: true) ?? name }
        uploads = uploads.map {
            OpenUpload(
                id: $0.id.renamed(Key(decode($0.id.key.string))), started: $0.started)
        }
        nextKeyMarker = nextKeyMarker.map(decode)
    }
}
