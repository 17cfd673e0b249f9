/// Which versions to list. Keys come in the order of their UTF-8 bytes, the versions of a key from the newest to the
/// oldest.
public struct VersionListOptions: Sendable, Hashable {
    /// Only keys that begin with this; empty for all.
    public var prefix: String
    /// Keys that contain this after the prefix are rolled up into one common prefix; nil for none.
    public var delimiter: String?
    /// The most entries in all (a listing) or on this page (a page); nil for no limit (a listing) or the driver's own
    /// (a page). At least 1.
    public var limit: Int?
    /// Continues after a page that gave this token, in this process or another.
    public var pageToken: String?

    /// Makes options; everything is optional.
    ///
    /// - Parameters:
    ///   - prefix: Only keys that begin with this.
    ///   - delimiter: What rolls keys up into common prefixes.
    ///   - limit: The most entries.
    ///   - pageToken: Continues after the page that gave it.
    public init(prefix: String = "", delimiter: String? = nil, limit: Int? = nil, pageToken: String? = nil) {
        self.prefix = prefix
        self.delimiter = delimiter
        self.limit = limit
        self.pageToken = pageToken
    }
}

/// One line of a listing of versions.
public enum VersionEntry: Sendable, Hashable {
    /// A version or a delete marker.
    case version(ObjectVersion)
    /// The common beginning, delimiter included, of one or more keys.
    case prefix(String)

    /// The key or the prefix.
    public var name: String {
        switch self {
        case .version(let version): version.info.key.string
        case .prefix(let text): text
        }
    }
}

/// A page of a listing of versions.
public struct VersionPage: Sendable {
    /// Versions, delete markers and common prefixes, in the order of their keys' bytes, newest first.
    public var entries: [VersionEntry]
    /// Where the next page begins, which may be within a key's versions; nil on the last one.
    public var nextToken: String?

    /// Makes a page.
    ///
    /// - Parameters:
    ///   - entries: Versions, delete markers and common prefixes, in order.
    ///   - nextToken: Where the next page begins.
    public init(entries: [VersionEntry] = [], nextToken: String? = nil) {
        self.entries = entries
        self.nextToken = nextToken
    }
}
