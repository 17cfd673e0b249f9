import Coffer

extension Visibility {
    /// The canned ACL that says the same. Source: S3 user guide, "Canned ACL".
    var cannedACL: String {
        switch self {
        case .private: "private"
        case .public: "public-read"
        }
    }
}

extension S3Request {
    /// GetObjectAcl.
    ///
    /// - Parameter key: The object's key.
    static func getACL(_ key: Key) -> S3Request {
        var request = S3Request(.visibility, .get, .object(key))
        request.query = [("acl", "")]
        return request
    }

    /// PutObjectAcl, with a canned one.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - visibility: What it says.
    static func putACL(_ key: Key, _ visibility: Visibility) -> S3Request {
        var request = S3Request(.setVisibility, .put, .object(key))
        request.query = [("acl", "")]
        request.headers = [("x-amz-acl", visibility.cannedACL)]
        return request
    }
}

extension S3Driver: VisibilityDriver {
    /// Who may read an object, by its ACL: a bucket policy may say more.
    public func visibility(of key: Key) async throws(StoreError) -> Visibility {
        try await client.send(.getACL(key), reading: AccessControlPolicy.self).document.isPublic ? .public : .private
    }

    /// Sets an object's ACL; the one before is lost.
    public func setVisibility(_ visibility: Visibility, of key: Key) async throws(StoreError) {
        _ = try await client.send(.putACL(key, visibility))
    }
}

extension S3Driver: PublicURLDriver {
    /// Makes the URL of an object: below `public_url_base` if that is set, else where requests go to.
    public func publicURL(_ key: Key) async throws(StoreError) -> String {
        if let base = settings.publicURLBase {
            return base + "/" + PercentEncoding.encode(key.string, .unreservedAndSlash)
        }
        let route = client.state.withLock { $0.route }
        return route.origin.scheme.rawValue + "://" + route.origin.authority + route.path(.object(key))
    }
}
