import Coffer

/// What became of a bucket that was to be emptied, or removed with all that was in it.
public struct BucketRemoval: Sendable {
    /// Something that is still there, and why.
    public struct Remainder: Sendable {
        /// The object, and its version if it has one.
        public var object: VersionID
        /// Why it is still there.
        public var error: StoreError
    }

    /// How many objects, versions and delete markers were deleted.
    public var deleted = 0
    /// How many open uploads were aborted.
    public var aborted = 0
    /// How many objects, versions, delete markers and uploads are still there.
    public var remaining = 0
    /// Why they are still there: the first thousand of them.
    public var reasons: [Remainder] = []
    /// Whether the bucket itself was removed.
    public var isRemoved = false
    /// Why the bucket itself could not be removed, although it was tried.
    public var error: StoreError?

    /// The most reasons that are kept.
    static let mostReasons = 1000
}

extension S3Bucket {
    /// Removes the bucket, which must be empty: of old versions, delete markers and open uploads too.
    ///
    /// - Throws: `conflict` with the service code `BucketNotEmpty` if it is not, `bucketNotFound`, `permissionDenied`, …
    @concurrent public func delete() async throws(StoreError) {
        _ = try await send(S3Request(.administer, .delete, .bucket), isIdempotent: false)
    }

    /// Removes the bucket with everything in it: objects, versions, delete markers, open uploads. There is no way back.
    ///
    /// - Parameters:
    ///   - mfa: The code of a second factor, where the bucket wants one; good for a thousand versions only.
    ///   - bypassesGovernance: Whether retention in governance mode is overridden; needs the permission for that.
    /// - Returns: What became of it. That something could not be deleted is no error: see ``BucketRemoval/reasons``.
    /// - Throws: `invalidArgument` if the store sees only a part of the bucket (it has a prefix): take
    ///   ``S3Service/bucket(_:)``; what keeps the bucket from being listed.
    @concurrent public func deleteForced(
        mfa: MFACode? = nil, bypassesGovernance: Bool = false
    ) async throws(StoreError) -> BucketRemoval {
        var removal = try await empty(mfa: mfa, bypassesGovernance: bypassesGovernance)
        guard removal.remaining == 0 else { return removal }
        for attempt in 0..<6 {
            do throws(StoreError) {
                try await delete()
                removal.isRemoved = true
                removal.error = nil
                return removal
            } catch {
                removal.error = error
                guard error.serviceCode == "BucketNotEmpty" else { return removal }
            }
            // Somebody has written meanwhile, or the service has not yet noticed that all is gone.
            let more = try await empty(mfa: mfa, bypassesGovernance: bypassesGovernance)
            removal.deleted += more.deleted
            removal.aborted += more.aborted
            removal.remaining = more.remaining
            removal.reasons = more.reasons
            if more.remaining > 0 { return removal }
            if more.deleted + more.aborted == 0 { try await Sleeper.sleep(for: .milliseconds(100 << attempt)) }
        }
        return removal
    }

    /// Deletes everything in the bucket: objects, versions, delete markers, open uploads. There is no way back.
    ///
    /// - Parameters:
    ///   - mfa: The code of a second factor, where the bucket wants one; good for a thousand versions only.
    ///   - bypassesGovernance: Whether retention in governance mode is overridden; needs the permission for that.
    /// - Returns: What became of it; ``BucketRemoval/isRemoved`` is false.
    /// - Throws: As ``deleteForced(mfa:bypassesGovernance:)``.
    @concurrent public func empty(
        mfa: MFACode? = nil, bypassesGovernance: Bool = false
    ) async throws(StoreError) -> BucketRemoval {
        guard coversWholeBucket else {
            throw StoreError(
                .invalidArgument,
                "the store sees only '\(native.prefix)…' of the bucket '\(name)', and this would delete all of it; "
                    + "open it without a prefix, or name the bucket: store.s3.service.bucket(\"\(name)\")",
                operation: .administer, driver: "s3")
        }
        var headers: [(name: String, value: String)] = []
        if let mfa { headers.append(mfa.header) }
        if bypassesGovernance { headers.append(("x-amz-bypass-governance-retention", "true")) }
        if let expectedOwner { headers.append(("x-amz-expected-bucket-owner", expectedOwner)) }
        var removal = BucketRemoval()
        try await deleteVersions(headers, isIdempotent: mfa == nil, &removal)
        try await abortUploads(&removal)
        return removal
    }

    /// Whether the way to the bucket was one to all of it.
    private var coversWholeBucket: Bool { isNamed || native.prefix.isEmpty }

    private func deleteVersions(
        _ headers: [(name: String, value: String)], isIdempotent: Bool, _ removal: inout BucketRemoval
    ) async throws(StoreError) {
        let client = client
        var token: String?
        repeat {
            let page = try await page(token)
            let objects = page.entries.compactMap { entry in
                if case .version(let version) = entry { version.id } else { nil }
            }
            token = page.nextToken
            if objects.isEmpty { continue }
            var outcomes: [DeleteOutcome]
            do throws(StoreError) {
                outcomes = try await native.run(.delete, isIdempotent: isIdempotent) { _ async throws(StoreError) in
                    try await client.delete(objects, headers: headers)
                }
            } catch {
                if error.code == .cancelled || error.code == .closed { throw error }
                outcomes = objects.map { DeleteOutcome(key: $0.key, version: $0.version, error: error) }
            }
            for outcome in outcomes {
                if let error = outcome.error {
                    removal.note(VersionID(outcome.key, outcome.version), error)
                } else {
                    removal.deleted += 1
                }
            }
        } while token != nil
    }

    /// A page of the bucket's versions; of its objects where the service knows no versions.
    private func page(_ token: String?) async throws(StoreError) -> VersionPage {
        let client = client
        let plain = "objects "
        if token?.hasPrefix(plain) != true {
            do throws(StoreError) {
                return try await native.run(.listVersions) { _ async throws(StoreError) in
                    try await client.listVersions(VersionListOptions(pageToken: token))
                }
            } catch {
                guard token == nil, error.code == .unsupported else { throw error }
            }
        }
        let options = ListOptions(pageToken: token.map { String($0.dropFirst(plain.count)) })
        let result = try await send(.listObjects(options), reading: ListObjectsResult.self)
        let entries: [VersionEntry] = result.entries.compactMap { entry in
            guard case .object(let info) = entry else { return nil }
            return .version(ObjectVersion(info: info, isLatest: true))
        }
        let next = result.isTruncated ? result.nextContinuationToken : nil
        return VersionPage(entries: entries, nextToken: next.map { plain + $0 })
    }

    private func abortUploads(_ removal: inout BucketRemoval) async throws(StoreError) {
        let client = client
        let uploads: [OpenUpload]
        do throws(StoreError) {
            uploads = try await native.run(.listUploads) { _ async throws(StoreError) in
                try await client.listUploads(prefix: "")
            }
        } catch {
            if error.code == .unsupported { return }
            throw error
        }
        for upload in uploads {
            do throws(StoreError) {
                _ = try await send(.abortUpload(upload.id))
                removal.aborted += 1
            } catch {
                if error.code == .cancelled || error.code == .closed { throw error }
                if error.code == .notFound { continue }
                removal.note(VersionID(upload.id.key, nil), error)
            }
        }
    }
}

extension BucketRemoval {
    fileprivate mutating func note(_ object: VersionID, _ error: StoreError) {
        remaining += 1
        if reasons.count < Self.mostReasons { reasons.append(Remainder(object: object, error: error)) }
    }
}
