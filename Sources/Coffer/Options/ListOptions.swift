/// What to list. Keys come in the order of their UTF-8 bytes.
public struct ListOptions: Sendable, Hashable {
    /// Only keys that begin with this; empty for all. Not a directory: `foo` matches `foobar` too.
    public var prefix: String
    /// Keys that contain this after the prefix are rolled up into one common prefix; nil for none.
    public var delimiter: String?
    /// Only keys after this one, in the order of their bytes.
    public var startAfter: String?
    /// The most entries in all (a listing) or on this page (a page); nil for no limit (a listing) or the driver's
    /// own (a page). At least 1.
    public var limit: Int?
    /// Continues after a page that gave this token, in this process or another.
    public var pageToken: String?

    /// Makes options; everything is optional.
    ///
    /// - Parameters:
    ///   - prefix: Only keys that begin with this.
    ///   - delimiter: What rolls keys up into common prefixes.
    ///   - startAfter: Only keys after this one.
    ///   - limit: The most entries.
    ///   - pageToken: Continues after the page that gave it.
    public init(
        prefix: String = "", delimiter: String? = nil, startAfter: String? = nil, limit: Int? = nil,
        pageToken: String? = nil
    ) {
        self.prefix = prefix
        self.delimiter = delimiter
        self.startAfter = startAfter
        self.limit = limit
        self.pageToken = pageToken
    }
}

/// One line of a listing.
public enum ListEntry: Sendable, Hashable {
    /// An object; its metadata is empty.
    case object(ObjectInfo)
    /// The common beginning, delimiter included, of one or more keys.
    case prefix(String)

    /// The key or the prefix.
    public var name: String {
        switch self {
        case .object(let info): info.key.string
        case .prefix(let text): text
        }
    }
}

/// A page of a listing.
public struct ListPage: Sendable {
    /// Objects and common prefixes together, in the order of their bytes.
    public var entries: [ListEntry]
    /// Where the next page begins; nil on the last one.
    public var nextToken: String?

    /// Makes a page.
    ///
    /// - Parameters:
    ///   - entries: Objects and common prefixes, in the order of their bytes.
    ///   - nextToken: Where the next page begins.
    public init(entries: [ListEntry] = [], nextToken: String? = nil) {
        self.entries = entries
        self.nextToken = nextToken
    }
}
