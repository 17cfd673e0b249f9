extension Store {
    /// Reads many ranges of one object: near ones by one request, several requests at the same time, and all of the same
    /// state of the object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - ranges: The ranges, in any order; they may overlap.
    ///   - options: The conditions; `concurrency` is the number of requests at the same time (10 if nil), and the range
    ///     must be nil.
    ///   - coalescing: Which ranges are fetched together.
    /// - Returns: The metadata, and the bytes of each range, in the order of `ranges`. Ranges that were fetched together
    ///   share memory unless most of it would be gaps.
    /// - Throws: As ``get(_:_:)``, if any range cannot be read; `preconditionFailed` if the object is replaced again and
    ///   again meanwhile.
    @concurrent public func getRanges(
        _ key: Key, _ ranges: [ByteRange], _ options: ReadOptions = ReadOptions(),
        coalescing: RangeCoalescing = RangeCoalescing()
    ) async throws(StoreError) -> (info: ObjectInfo, bytes: [Chunk]) {
        try await perform(.get, key) { () async throws(StoreError) in
            try check(key)
            // Requests at the same time need no If-Match: what they gave is compared.
            var single = options
            single.concurrency = nil
            try check(single)
            try checkTransfer(options.concurrency, options.partSize)
            if options.range != nil {
                throw StoreError(.invalidArgument, "the option range has no meaning beside ranges; leave it out")
            }
            for range in ranges { try range.validate() }
            var attempt = 1
            while true {
                do throws(StoreError) {
                    return try await readRanges(key, ranges, options, coalescing)
                } catch {
                    let isReplaced = error.code == .preconditionFailed || error.code == .conflict
                    guard isReplaced, options.ifMatch == nil, options.ifUnmodifiedSince == nil, attempt < 3 else {
                        throw error
                    }
                    attempt += 1
                }
            }
        }
    }

    private func readRanges(
        _ key: Key, _ ranges: [ByteRange], _ options: ReadOptions, _ coalescing: RangeCoalescing
    ) async throws(StoreError) -> (ObjectInfo, [Chunk]) {
        var known: ObjectInfo?
        var bounded: [Range<Int64>] = []
        for range in ranges {
            if case .bounded(let offsets) = range { bounded.append(offsets) }
        }
        var options = options
        if bounded.count < ranges.count || bounded.allSatisfy(\.isEmpty) {
            // Where the end counts, or nothing is to be fetched, the size has to be asked for.
            var stat = options
            (stat.partSize, stat.concurrency, stat.progress) = (nil, nil, nil)
            stat.verification = .off
            let info = try await driver.stat(key, stat)
            bounded = try ranges.map { range throws(StoreError) in try range.resolve(size: info.size) }
            known = info
            if capabilities.features.contains(.readIfMatch), let etag = info.etag { options = options.pinned(etag) }
        }
        let groups = coalescing.groups(bounded)
        let meter = ProgressMeter(options.progress)
        let pinned = options
        let results = try await inParallel(groups, limit: options.concurrency ?? 10) {
            group -> Result<(ObjectInfo, Int64, Chunk), StoreError> in
            do throws(StoreError) {
                var options = pinned
                options.range = .bounded(group.range)
                let response = try await self.open(key, options)
                let chunk = try await response.collect()
                meter.add(Int64(chunk.count))
                return .success((response.info, response.range.lowerBound, chunk))
            } catch { return .failure(error) }
        }
        var found = [Chunk](repeating: Chunk(), count: bounded.count)
        for (group, result) in zip(groups, results) {
            let (info, start, chunk) = try result.get()
            if let known, known.etag != info.etag || known.size != info.size {
                throw StoreError(
                    .preconditionFailed, "the object was replaced while its ranges were read; read them again")
            }
            known = known ?? info
            let resolved = try group.members.map { index throws(StoreError) in
                try ByteRange.bounded(bounded[index]).resolve(size: info.size)
            }
            let wanted = resolved.reduce(0) { $0 + Int($1.upperBound - $1.lowerBound) }
            for (index, range) in zip(group.members, resolved) {
                let part = chunk.slice(Int(range.lowerBound - start)..<Int(range.upperBound - start))
                // A slice keeps all of its request's memory alive.
                found[index] = wanted < chunk.count / 2 ? part.kept() : part
            }
        }
        guard let info = known else { throw StoreError(.internal, "no range was read") }
        for range in bounded where range.isEmpty { _ = try ByteRange.bounded(range).resolve(size: info.size) }
        return (info, found)
    }
}

extension ReadOptions {
    /// The same for a state of the object that is known already.
    func pinned(_ etag: ETag) -> ReadOptions {
        var options = self
        options.ifMatch = etag
        options.ifNoneMatch = nil
        options.ifModifiedSince = nil
        options.ifUnmodifiedSince = nil
        return options
    }
}
