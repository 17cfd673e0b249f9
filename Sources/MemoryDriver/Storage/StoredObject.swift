import Coffer

/// One version of an object, as a whole: readers that hold it are not touched by later writes.
final class StoredObject: Sendable {
    let bytes: StoredBytes
    let etag: ETag
    let lastModified: Timestamp
    let metadata: ObjectMetadata

    init(bytes: StoredBytes, etag: ETag, lastModified: Timestamp, metadata: ObjectMetadata) {
        self.bytes = bytes
        self.etag = etag
        self.lastModified = lastModified
        self.metadata = metadata
    }

    /// What the store tells of the object.
    func info(_ key: Key) -> ObjectInfo {
        ObjectInfo(key: key, size: bytes.count, etag: etag, lastModified: lastModified, metadata: metadata)
    }

    /// What a listing tells of the object.
    func listed(_ key: Key) -> ObjectInfo {
        ObjectInfo(key: key, size: bytes.count, etag: etag, lastModified: lastModified)
    }
}
