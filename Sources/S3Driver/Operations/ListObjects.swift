import Coffer

extension S3Request {
    /// ListObjectsV2: one page of keys. Names are asked for in percent-encoding: XML cannot spell every key.
    ///
    /// - Parameter options: What to list.
    static func listObjects(_ options: ListOptions) -> S3Request {
        var request = S3Request(.list, .get, .bucket)
        request.query = [("list-type", "2"), ("encoding-type", "url")]
        if !options.prefix.isEmpty { request.query.append(("prefix", options.prefix)) }
        if let delimiter = options.delimiter { request.query.append(("delimiter", delimiter)) }
        if let limit = options.limit { request.query.append(("max-keys", String(limit))) }
        if let token = options.pageToken {
            request.query.append(("continuation-token", token))
        } else if let start = options.startAfter, !start.isEmpty {
            request.query.append(("start-after", start))
        }
        return request
    }
}

extension S3Driver {
    /// Lists one page.
    public func list(_ options: ListOptions) async throws(StoreError) -> ListPage {
        let (response, result) = try await client.send(.listObjects(options), reading: ListObjectsResult.self)
        if result.isTruncated, result.nextContinuationToken == nil {
            throw S3Driver.missing("NextContinuationToken although there is more", response, .list, nil)
        }
        return ListPage(
            entries: ListOrder.sorted(result.entries),
            nextToken: result.isTruncated ? result.nextContinuationToken : nil)
    }
}

/// The order of a page: S3 sends the objects first and then the prefixes, each in the order of their bytes.
enum ListOrder {
    /// Objects and prefixes together in the order of their bytes; as they are if they are in order already.
    static func sorted(_ entries: [ListEntry]) -> [ListEntry] {
        guard let middle = entries.firstIndex(where: { if case .prefix = $0 { true } else { false } }) else {
            return isSorted(entries[...]) ? entries : entries.sorted(by: precedes)
        }
        let objects = entries[..<middle]
        let prefixes = entries[middle...]
        guard isSorted(objects), isSorted(prefixes) else { return entries.sorted(by: precedes) }
        if objects.isEmpty { return entries }
        var merged: [ListEntry] = []
        merged.reserveCapacity(entries.count)
        var (left, right) = (objects.startIndex, prefixes.startIndex)
        while left < objects.endIndex, right < prefixes.endIndex {
            if precedes(prefixes[right], objects[left]) {
                merged.append(prefixes[right])
                right += 1
            } else {
                merged.append(objects[left])
                left += 1
            }
        }
        merged += objects[left...]
        merged += prefixes[right...]
        return merged
    }

    private static func precedes(_ a: ListEntry, _ b: ListEntry) -> Bool { UTF8Order.compare(a.name, b.name) < 0 }

    private static func isSorted(_ entries: ArraySlice<ListEntry>) -> Bool {
        zip(entries, entries.dropFirst()).allSatisfy { !precedes($1, $0) }
    }
}
