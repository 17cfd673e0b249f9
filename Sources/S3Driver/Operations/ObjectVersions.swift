import Coffer

extension S3Request {
    /// ListObjectVersions: one page of versions and delete markers.
    ///
    /// - Parameters:
    ///   - options: What to list; the token is ``VersionMarker``'s.
    ///   - marker: Where the page before ended.
    static func listVersions(_ options: VersionListOptions, after marker: VersionMarker?) -> S3Request {
        var request = S3Request(.listVersions, .get, .bucket)
        request.query = [("versions", ""), ("encoding-type", "url")]
        if !options.prefix.isEmpty { request.query.append(("prefix", options.prefix)) }
        if let delimiter = options.delimiter { request.query.append(("delimiter", delimiter)) }
        if let limit = options.limit { request.query.append(("max-keys", String(limit))) }
        if let marker {
            request.query.append(("key-marker", marker.key))
            if let version = marker.version { request.query.append(("version-id-marker", version)) }
        }
        return request
    }
}

/// Where a page of versions ended, as one text.
struct VersionMarker: Sendable, Hashable {
    var key: String
    var version: String?

    /// The token: both parts encoded, with a slash between them.
    var token: String {
        PercentEncoding.encode(key) + (version.map { "/" + PercentEncoding.encode($0) } ?? "")
    }

    init(key: String, version: String?) {
        self.key = key
        self.version = version
    }

    /// Reads a token.
    ///
    /// - Throws: `invalidArgument` if it is none.
    init(token: String) throws(StoreError) {
        let parts = token.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), let key = PercentEncoding.decode(parts[0]), !key.isEmpty else {
            throw StoreError(.invalidArgument, "the page token is not one of a list of versions")
        }
        self.key = key
        version = parts.count == 2 ? PercentEncoding.decode(parts[1]) : nil
    }
}

extension S3Client {
    /// Lists one page of versions.
    ///
    /// - Parameter options: What to list.
    /// - Throws: `unsupported` if the service takes the request for one of another list.
    func listVersions(_ options: VersionListOptions) async throws(StoreError) -> VersionPage {
        let marker = try options.pageToken.map { token throws(StoreError) in try VersionMarker(token: token) }
        let (response, result) = try await send(
            .listVersions(options, after: marker), reading: ListVersionsResult.self)
        if result.isOfObjects {
            throw StoreError(
                .unsupported, "the service does not know versions: it answered with a list of objects",
                operation: .listVersions, driver: "s3")
        }
        guard result.isTruncated else { return VersionPage(entries: result.sorted) }
        guard let key = result.nextKeyMarker else {
            throw S3Driver.missing("NextKeyMarker although there is more", response, .listVersions, nil)
        }
        let next = VersionMarker(key: key, version: result.nextVersionMarker)
        if next == marker {
            throw S3Driver.missing("new NextKeyMarker although there is more", response, .listVersions, nil)
        }
        return VersionPage(entries: result.sorted, nextToken: next.token)
    }
}

extension S3Driver: VersionsDriver {
    /// Lists one page of versions and delete markers.
    public func listVersions(_ options: VersionListOptions) async throws(StoreError) -> VersionPage {
        try await client.listVersions(options)
    }

    /// Deletes versions and delete markers by one request, with a reason for each that stays.
    public func deleteVersions(
        _ versions: [VersionID], mfa: MFACode?, bypassesGovernance: Bool
    ) async throws(StoreError) -> [DeleteOutcome] {
        var headers = mfa.map { [$0.header] } ?? []
        if bypassesGovernance { headers.append(("x-amz-bypass-governance-retention", "true")) }
        return try await client.delete(versions, headers: headers)
    }
}

extension MFACode {
    /// The header that carries it. Source: S3 user guide, "Deleting an object from an MFA delete-enabled bucket".
    var header: (name: String, value: String) { ("x-amz-mfa", "\(serialNumber) \(code)") }
}
