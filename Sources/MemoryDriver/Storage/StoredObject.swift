import Coffer

/// One version of an object, as a whole: readers that hold it are not touched by later writes.
final class StoredObject: Sendable {
    let bytes: StoredBytes
    let etag: ETag
    let lastModified: Timestamp
    let metadata: ObjectMetadata
    let tags: [String: String]
    let visibility: Visibility

    init(
        bytes: StoredBytes, etag: ETag, lastModified: Timestamp, metadata: ObjectMetadata, tags: [String: String] = [:],
        visibility: Visibility? = nil
    ) {
        self.bytes = bytes
        self.etag = etag
        self.lastModified = lastModified
        self.metadata = metadata
        self.tags = tags
        self.visibility = visibility ?? .private
    }

    /// The same object for other readers.
    func with(_ visibility: Visibility) -> StoredObject {
        StoredObject(
            bytes: bytes, etag: etag, lastModified: lastModified, metadata: metadata, tags: tags,
            visibility: visibility)
    }

    /// What the store tells of the object.
    func info(_ key: Key) -> ObjectInfo {
        var info = ObjectInfo(key: key, size: bytes.count, etag: etag, lastModified: lastModified, metadata: metadata)
        if !tags.isEmpty { info.tagCount = tags.count }
        return info
    }

    /// What a listing tells of the object.
    func listed(_ key: Key) -> ObjectInfo {
        ObjectInfo(key: key, size: bytes.count, etag: etag, lastModified: lastModified)
    }
}
