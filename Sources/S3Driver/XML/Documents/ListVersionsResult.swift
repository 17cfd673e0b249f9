import Coffer

/// One page of `ListObjectVersions`. Source: S3 API reference. Names are decoded if the service says that it encoded them.
struct ListVersionsResult: XMLDocument {
    /// Versions, delete markers and common prefixes as they came.
    private(set) var entries: [VersionEntry] = []
    /// Whether there is another page.
    private(set) var isTruncated = false
    /// The key within or after whose versions the next page begins.
    private(set) var nextKeyMarker: String?
    /// The version after which the next page begins.
    private(set) var nextVersionMarker: String?
    /// Whether it is the answer to another question: the service does not know versions.
    private(set) var isOfObjects = false

    private var isEncoded = false
    // The version that is being read.
    private var info = ObjectInfo(key: "", size: 0)
    private var isLatest = false

    enum Tag: String, CaseIterable {
        case root = "ListVersionsResult"
        case objects = "ListBucketResult"
        case isTruncated = "IsTruncated"
        case nextKeyMarker = "NextKeyMarker"
        case nextVersionMarker = "NextVersionIdMarker"
        case encodingType = "EncodingType"
        case version = "Version"
        case deleteMarker = "DeleteMarker"
        case key = "Key"
        case versionID = "VersionId"
        case isLatest = "IsLatest"
        case size = "Size"
        case etag = "ETag"
        case lastModified = "LastModified"
        case storageClass = "StorageClass"
        case commonPrefixes = "CommonPrefixes"
        case prefix = "Prefix"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root, Tag.objects]

    mutating func begin(_ tag: Tag, in parent: Tag?) {
        switch tag {
        case .objects: isOfObjects = true
        case .version, .deleteMarker:
            info = ObjectInfo(key: "", size: 0)
            isLatest = false
        default: break
        }
    }

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch (parent, tag) {
        case (.version, .key), (.deleteMarker, .key): info.key = Key(text.string)
        case (.version, .versionID), (.deleteMarker, .versionID): info.version = text.string
        case (.version, .isLatest), (.deleteMarker, .isLatest): isLatest = text.isTrue
        case (.version, .lastModified), (.deleteMarker, .lastModified): info.lastModified = text.timestamp
        case (.version, .size): info.size = try text.number(of: tag)
        case (.version, .etag): info.etag = text.etag
        case (.version, .storageClass): info.storageClass = text.string
        case (.root, .version), (.root, .deleteMarker):
            if info.key.string.isEmpty { throw .missing(element: Tag.key.rawValue) }
            entries.append(
                .version(ObjectVersion(info: info, isLatest: isLatest, isDeleteMarker: tag == .deleteMarker)))
        case (.commonPrefixes, .prefix): entries.append(.prefix(text.string))
        case (.root, .isTruncated): isTruncated = text.isTrue
        case (.root, .nextKeyMarker): nextKeyMarker = text.bytes.isEmpty ? nil : text.string
        case (.root, .nextVersionMarker): nextVersionMarker = text.bytes.isEmpty ? nil : text.string
        case (.root, .encodingType): isEncoded = text.equals("url")
        case (nil, .root): if isEncoded { decode() }
        default: break
        }
    }

    private mutating func decode() {
        func decode(_ name: String) -> String { PercentEncoding.decode(name, plusIsSpace: true) ?? name }
        defer { decodeMarker(decode) }
        for index in entries.indices {
            switch entries[index] {
            case .version(var version):
                version.info.key = Key(decode(version.info.key.string))
                entries[index] = .version(version)
            case .prefix(let text): entries[index] = .prefix(decode(text))
            }
        }
    }

    /// Decodes the marker, if it is encoded: old Ceph, Swift and LocalStack encode only the keys. It is the name of an
    /// entry, as a rule of the last one.
    private mutating func decodeMarker(_ decode: (String) -> String) {
        guard let marker = nextKeyMarker, let last = entries.last, !UTF8Order.areEqual(marker, last.name) else {
            return
        }
        let decoded = decode(marker)
        func isName(_ text: String) -> Bool { entries.contains { UTF8Order.areEqual($0.name, text) } }
        if isName(decoded) || !isName(marker) { nextKeyMarker = decoded }
    }

    /// The entries in the order of their names' bytes; a key's versions stay as they came, from the newest to the oldest.
    /// Services send the prefixes behind all versions, some the delete markers too.
    var sorted: [VersionEntry] {
        entries.enumerated().sorted { a, b in
            let order = UTF8Order.compare(a.element.name, b.element.name)
            return order == 0 ? precedes(a, b) : order < 0
        }.map(\.element)
    }

    private func precedes(_ a: (offset: Int, element: VersionEntry), _ b: (offset: Int, element: VersionEntry)) -> Bool
    {
        if case .version(let left) = a.element, case .version(let right) = b.element {
            if left.isLatest != right.isLatest { return left.isLatest }
            if left.isDeleteMarker != right.isDeleteMarker, let one = left.info.lastModified,
                let other = right.info.lastModified, one != other
            {
                return one > other
            }
        }
        return a.offset < b.offset
    }
}
