import Coffer

extension MemoryDriver {
    /// Lists one page: objects and common prefixes in the order of their bytes.
    ///
    /// Keys below a common prefix are jumped over, not read. The token says where the page ended, so that any store on
    /// the same storage can go on, whatever was written or deleted in between.
    ///
    /// - Parameter options: What to list.
    /// - Complexity: O(m log n) for m entries with a delimiter, O(m + log n) without.
    public func list(_ options: ListOptions) async throws(StoreError) -> ListPage {
        if Task.isCancelled { throw .cancelled() }
        let limit = max(1, min(options.limit ?? capabilities.maxPageSize, capabilities.maxPageSize))
        var seek = KeySeek(atLeast: Array(options.prefix.utf8), after: options.startAfter.map { Array($0.utf8) })
        if let token = options.pageToken { try MemoryPageToken(token).apply(to: &seek) }
        let collector = ListCollector(
            prefix: Array(options.prefix.utf8), delimiter: Array((options.delimiter ?? "").utf8), limit: limit)
        // Under the lock only references are collected; the entries are made afterwards.
        let start = seek
        let (found, hasMore) = storage.state.withLock { collector.collect(from: $0.index, start) }
        let entries = found.map(\.entry)
        return ListPage(entries: entries, nextToken: hasMore ? entries.last.map(MemoryPageToken.after) : nil)
    }
}

/// Where a page ended: `k` and the last key, or `p` and the last common prefix.
struct MemoryPageToken {
    private let isPrefix: Bool
    private let name: [UInt8]

    /// - Throws: `invalidArgument` if this driver did not give the token.
    init(_ token: String) throws(StoreError) {
        switch token.utf8.first {
        case UInt8(ascii: "k"): isPrefix = false
        case UInt8(ascii: "p"): isPrefix = true
        default:
            throw StoreError(
                .invalidArgument, "the page token is not one of the memory driver's; begin the listing again")
        }
        name = Array(token.utf8.dropFirst())
    }

    static func after(_ entry: ListEntry) -> String {
        switch entry {
        case .object(let info): "k" + info.key.string
        case .prefix(let text): "p" + text
        }
    }

    func apply(to seek: inout KeySeek) {
        if isPrefix {
            seek.afterPrefix = name
        } else {
            seek.after = name
        }
    }
}

/// Collects one page of a listing.
private struct ListCollector: Sendable {
    /// What was found; entries' keys never change, so they may be read without the lock.
    enum Found: Sendable {
        case object(KeyEntryReference, StoredObject)
        case prefix([UInt8])

        var entry: ListEntry {
            switch self {
            case .object(let entry, let object): .object(object.listed(entry.key))
            case .prefix(let bytes): .prefix(String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    let prefix: [UInt8]
    let delimiter: [UInt8]
    let limit: Int

    func collect(from index: KeyTree, _ start: KeySeek) -> (found: [Found], hasMore: Bool) {
        var found: [Found] = []
        var hasMore = false
        var next: KeySeek? = start
        while let seek = next {
            next = nil
            index.scan(from: seek) { entry in
                guard let object = entry.header.object, hasPrefix(entry) else { return false }
                if found.count == limit {
                    hasMore = true
                    return false
                }
                if let common = commonPrefix(of: entry) {
                    found.append(.prefix(common))
                    next = KeySeek(afterPrefix: common)
                    return false
                }
                found.append(.object(KeyEntryReference(entry), object))
                return true
            }
        }
        return (found, hasMore)
    }

    private func hasPrefix(_ entry: KeyEntry) -> Bool {
        prefix.withUnsafeBytes { prefix in entry.withKey { KeyBytes.hasPrefix($0, prefix) } }
    }

    private func commonPrefix(of entry: KeyEntry) -> [UInt8]? {
        if delimiter.isEmpty { return nil }
        return entry.withKey { key in
            delimiter.withUnsafeBytes { KeyBytes.end(of: $0, in: key, from: prefix.count) }.map { Array(key[..<$0]) }
        }
    }
}

/// An entry of which only the key is read.
///
/// `@unchecked Sendable`: the key's bytes never change after the entry was made, and nothing else is reachable.
private struct KeyEntryReference: @unchecked Sendable {
    private let entry: KeyEntry

    init(_ entry: KeyEntry) { self.entry = entry }

    var key: Key { entry.key }
}
