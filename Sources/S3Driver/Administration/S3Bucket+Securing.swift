import Coffer

extension S3Bucket {
    /// Brings the bucket to secure settings; makes it if it is not there. What is right already is not touched, what the
    /// settings do not mention stays, and what was set is read back and compared.
    ///
    /// ```swift
    /// let report = try await bucket.secure(SecureBucket(.production))
    /// if !report.isSecure { print("missing:", report.missing) }
    /// ```
    ///
    /// - Parameters:
    ///   - settings: What the bucket has to have.
    ///   - creation: How it is made if it is not there.
    /// - Returns: What was applied, and what the service refuses or ignores.
    /// - Throws: What is not about one of the settings: no connection, no credentials, a name that is taken.
    @discardableResult
    @concurrent public func secure(
        _ settings: SecureBucket, creation: BucketCreation = BucketCreation()
    ) async throws(StoreError) -> SecureBucketReport {
        var report = SecureBucketReport()
        report.wasCreated = try await create(creation, ifAbsent: true)
        // First of all nobody is let in; versions before rules about them.
        if let wanted = settings.publicAccess {
            try await bring(to: { _ in wanted }, when: { $0.blocks(wanted) }, &report)
        }
        if let wanted = settings.ownership {
            try await bring(to: { _ in wanted }, when: { $0.rules == wanted.rules }, &report)
        }
        if let wanted = settings.encryption {
            try await bring(to: { _ in wanted }, when: { $0.covers(wanted) }, &report)
        }
        if let wanted = settings.versioning {
            try await bring(to: { _ in wanted }, when: { $0.status == wanted.status }, &report)
        }
        if !settings.lifecycle.isEmpty {
            let rules = settings.lifecycle
            try await bring(to: { ($0 ?? BucketLifecycle()).with(rules) }, when: { $0.has(rules) }, &report)
        }
        if !settings.tags.isEmpty {
            let tags = settings.tags
            try await bring(to: { ($0 ?? BucketTagging()).with(tags) }, when: { $0.has(tags) }, &report)
        }
        return report
    }

    /// Brings one configuration to what it shall be.
    private func bring<Configuration: BucketConfiguration>(
        to wanted: (Configuration?) -> Configuration, when isRight: (Configuration) -> Bool,
        _ report: inout SecureBucketReport
    ) async throws(StoreError) {
        var outcome = SecureBucketReport.Outcome.unchanged
        do throws(StoreError) {
            let present = try await get(Configuration.self)
            if present.map(isRight) != true {
                try await set(wanted(present))
                outcome = try await get(Configuration.self).map(isRight) == true ? .applied : .differs
            }
        } catch {
            switch error.code {
            case .unsupported, .permissionDenied, .invalidArgument, .notFound, .conflict, .alreadyExists,
                .invalidResponse, .preconditionFailed, .tooLarge:
                outcome = .refused(error)
            default: throw error
            }
        }
        report.steps.append(SecureBucketReport.Step(name: Configuration.subresource.name, outcome: outcome))
    }
}

extension PublicAccessBlock {
    /// Whether it blocks at least as much.
    fileprivate func blocks(_ other: PublicAccessBlock) -> Bool {
        (blocksPublicACLs || !other.blocksPublicACLs) && (ignoresPublicACLs || !other.ignoresPublicACLs)
            && (blocksPublicPolicy || !other.blocksPublicPolicy)
            && (restrictsPublicBuckets || !other.restrictsPublicBuckets)
    }
}

extension BucketEncryption {
    /// Whether what it does is at least as good: KMS is where SSE-S3 is wanted.
    fileprivate func covers(_ other: BucketEncryption) -> Bool {
        guard let wanted = other.rules.first?.byDefault else { return true }
        guard let mine = rules.first?.byDefault else { return false }
        if wanted.algorithm == .aes256 { return true }
        guard mine.algorithm == wanted.algorithm else { return false }
        // A service may make an ARN of a key's name.
        guard let key = wanted.kmsKey else { return true }
        return mine.kmsKey == key || mine.kmsKey?.hasSuffix("/" + key) == true
    }
}

extension BucketLifecycle {
    /// Whether it has these rules, by their names.
    fileprivate func has(_ wanted: [LifecycleRule]) -> Bool {
        wanted.allSatisfy { rule in rules.contains { $0.saysTheSame(as: rule) } }
    }

    /// With these rules instead of those of the same names.
    fileprivate func with(_ wanted: [LifecycleRule]) -> BucketLifecycle {
        var result = self
        result.rules.removeAll { rule in wanted.contains { $0.id == rule.id } }
        result.rules += wanted
        return result
    }
}

extension LifecycleRule {
    /// Whether both do the same to the same objects under the same name.
    fileprivate func saysTheSame(as other: LifecycleRule) -> Bool {
        var (a, b) = (self, other)
        (a.filter, b.filter) = (objects, other.objects)
        (a.legacyPrefix, b.legacyPrefix) = (nil, nil)
        return a == b
    }
}

extension BucketTagging {
    /// Whether it has these tags.
    fileprivate func has(_ wanted: [S3Tag]) -> Bool { wanted.allSatisfy { values[$0.key] == $0.value } }

    /// With these tags instead of those of the same names.
    fileprivate func with(_ wanted: [S3Tag]) -> BucketTagging {
        var result = self
        result.tags.removeAll { tag in wanted.contains { $0.key == tag.key } }
        result.tags += wanted
        return result
    }
}
