/// One of the versions of an object, or the mark that it was deleted.
public struct ObjectVersion: Sendable, Hashable {
    /// The object as it was: its ``ObjectInfo/version`` is set. Of a delete marker: size 0 and no ETag.
    public var info: ObjectInfo
    /// Whether it is what a read without a version sees.
    public var isLatest: Bool
    /// Whether it is a mark that the object was deleted; it has no bytes and cannot be read.
    public var isDeleteMarker: Bool

    /// Makes a record.
    ///
    /// - Parameters:
    ///   - info: The object as it was, with its version.
    ///   - isLatest: Whether it is what a read without a version sees.
    ///   - isDeleteMarker: Whether it is a mark that the object was deleted.
    public init(info: ObjectInfo, isLatest: Bool, isDeleteMarker: Bool = false) {
        self.info = info
        self.isLatest = isLatest
        self.isDeleteMarker = isDeleteMarker
    }

    /// What ``Store/delete(versions:mfa:)`` takes to delete it for good.
    public var id: VersionID { VersionID(info.key, info.version) }
}

/// Which version of which object.
public struct VersionID: Sendable, Hashable {
    /// The object's key.
    public var key: Key
    /// The version; nil for the current one, of which a delete then leaves a marker.
    public var version: String?

    /// Makes an identifier.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version.
    public init(_ key: Key, _ version: String?) {
        self.key = key
        self.version = version
    }
}
