extension Store {
    /// Deletes an object; one that is not there is no error (unless a condition was given).
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The condition and the version.
    /// - Throws: `preconditionFailed`, `permissionDenied`, …
    @concurrent public func delete(_ key: Key, _ options: DeleteOptions = DeleteOptions()) async throws(StoreError) {
        try await perform(.delete, key) { () async throws(StoreError) in
            try check(key)
            try check(options)
            try await driver.delete(key, options)
        }
    }

    /// Deletes many objects, in batches where the driver takes them, else several at a time.
    ///
    /// - Parameter keys: The keys; one that occurs twice is deleted once.
    /// - Returns: An outcome for each key, in the same order: one failure hides no other.
    /// - Throws: `closed` and `cancelled`; everything else is in the outcomes.
    @concurrent public func delete(_ keys: [Key]) async throws(StoreError) -> [DeleteOutcome] {
        try await perform(.delete, nil) { () async throws(StoreError) in
            var faults: [Key: StoreError] = [:]
            var seen: Set<Key> = []
            var valid: [Key] = []
            for key in keys where seen.insert(key).inserted {
                do throws(StoreError) {
                    try check(key)
                    valid.append(key)
                } catch {
                    faults[key] = complete(error, key)
                }
            }
            let outcomes =
                if let batch = facets.batchDelete { try await deleteInBatches(valid, batch) } else {
                    try await deleteOneByOne(valid)
                }
            for outcome in outcomes {
                if let error = outcome.error { faults[outcome.key] = complete(error, outcome.key) }
            }
            return keys.map { DeleteOutcome(key: $0, error: faults[$0]) }
        }
    }

    private func complete(_ error: StoreError, _ key: Key) -> StoreError {
        error.filling(operation: .delete, key: key.string, driver: driverName)
    }

    private func deleteInBatches(
        _ keys: [Key], _ batch: any BatchDeleteDriver
    ) async throws(StoreError) -> [DeleteOutcome] {
        let size = max(1, capabilities.maxBatchDelete)
        let groups = stride(from: 0, to: keys.count, by: size).map { Array(keys[$0..<min($0 + size, keys.count)]) }
        return try await inParallel(groups, limit: 4) { group in
            do throws(StoreError) {
                return try await batch.deleteBatch(group)
            } catch {
                return group.map { DeleteOutcome(key: $0, error: error) }
            }
        }.flatMap { $0 }
    }

    private func deleteOneByOne(_ keys: [Key]) async throws(StoreError) -> [DeleteOutcome] {
        let driver = driver
        return try await inParallel(keys, limit: 16) { key in
            do throws(StoreError) {
                try await driver.delete(key, DeleteOptions())
                return DeleteOutcome(key: key)
            } catch {
                return DeleteOutcome(key: key, error: error)
            }
        }
    }
}

/// Runs a function on each element, several at a time, and gives the results in order.
///
/// - Throws: `cancelled` if the task is; what runs is waited for.
func inParallel<Element: Sendable, R: Sendable>(
    _ elements: [Element], limit: Int, _ body: @escaping @Sendable (Element) async -> R
) async throws(StoreError) -> [R] {
    if elements.count == 1 { return [await body(elements[0])] }
    let results = await withTaskGroup(of: (Int, R).self) { group in
        var results = [R?](repeating: nil, count: elements.count)
        var next = 0
        while next < min(max(1, limit), elements.count) {
            let index = next
            group.addTask { (index, await body(elements[index])) }
            next += 1
        }
        while let (index, result) = await group.next() {
            results[index] = result
            if next < elements.count && !Task.isCancelled {
                let index = next
                group.addTask { (index, await body(elements[index])) }
                next += 1
            }
        }
        return results
    }
    let complete = results.compactMap { $0 }
    if complete.count < elements.count { throw .cancelled() }
    return complete
}
