extension PrefixDriver: TagsDriver {
    func tags(of key: Key, version: String?) async throws(StoreError) -> [String: String] {
        guard let base = baseFacets.tags else { throw missing("tags") }
        return try await stripping(key) { () async throws(StoreError) in
            try await base.tags(of: full(key), version: version)
        }
    }

    func setTags(_ tags: [String: String], of key: Key, version: String?) async throws(StoreError) {
        guard let base = baseFacets.tags else { throw missing("tags") }
        try await stripping(key) { () async throws(StoreError) in
            try await base.setTags(tags, of: full(key), version: version)
        }
    }
}

extension PrefixDriver: ObjectLockDriver {
    private func locking() throws(StoreError) -> any ObjectLockDriver {
        guard let base = baseFacets.objectLock else { throw missing("object lock") }
        return base
    }

    func retention(of key: Key, version: String?) async throws(StoreError) -> Retention? {
        let base = try locking()
        return try await stripping(key) { () async throws(StoreError) in
            try await base.retention(of: full(key), version: version)
        }
    }

    func setRetention(
        _ retention: Retention?, of key: Key, version: String?, bypassesGovernance: Bool
    ) async throws(StoreError) {
        let base = try locking()
        try await stripping(key) { () async throws(StoreError) in
            try await base.setRetention(
                retention, of: full(key), version: version, bypassesGovernance: bypassesGovernance)
        }
    }

    func legalHold(of key: Key, version: String?) async throws(StoreError) -> Bool {
        let base = try locking()
        return try await stripping(key) { () async throws(StoreError) in
            try await base.legalHold(of: full(key), version: version)
        }
    }

    func setLegalHold(_ isHeld: Bool, of key: Key, version: String?) async throws(StoreError) {
        let base = try locking()
        try await stripping(key) { () async throws(StoreError) in
            try await base.setLegalHold(isHeld, of: full(key), version: version)
        }
    }
}

extension PrefixDriver: RestoreDriver {
    func restore(
        _ key: Key, version: String?, days: Int?, tier: RestoreTier?
    ) async throws(StoreError) -> Bool {
        guard let base = baseFacets.restore else { throw missing("archive") }
        return try await stripping(key) { () async throws(StoreError) in
            try await base.restore(full(key), version: version, days: days, tier: tier)
        }
    }
}
