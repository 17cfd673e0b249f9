extension Store {
    /// The longest that a presigned URL can be good for. Source: S3 API reference, "Query string authentication".
    public static let maxPresignExpiry = Duration.seconds(7 * 24 * 3600)

    /// Makes a URL that anyone may use for one kind of request until it expires; nothing is sent.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The request and how long it is good for.
    /// - Throws: `unsupported` if the driver has no URLs, or not for this request; `invalidArgument` for an expiry out
    ///   of range, or options that do not go together.
    @concurrent public func presign(
        _ key: Key, _ options: PresignOptions = PresignOptions()
    ) async throws(StoreError) -> PresignedRequest {
        try await perform(.presign, key) { () async throws(StoreError) in
            try check(key)
            guard let presigner = facets.presign else { throw unsupported("presigned requests") }
            try check(expiry: options.expiresIn)
            try check(options)
            if let write = options.write {
                guard options.method == .put else {
                    throw StoreError(
                        .invalidArgument, "the presign option write goes with the method put only; leave it out")
                }
                var checkedOptions = options
                checkedOptions.write = try checked(write)
                return try await presigner.presign(key, checkedOptions)
            }
            return try await presigner.presign(key, options)
        }
    }

    /// Makes a form by which anyone may upload one file until it expires, with a browser for instance; nothing is sent.
    ///
    /// - Parameters:
    ///   - key: Which key the upload gets.
    ///   - options: What the form allows and how long it is good for.
    /// - Throws: `unsupported` if the driver has no such forms, `invalidKey`, `invalidArgument` for an expiry, a size, a
    ///   status or a field out of range.
    @concurrent public func presignPost(
        _ key: PostKey, _ options: PostOptions = PostOptions()
    ) async throws(StoreError) -> PresignedPost {
        let place: Key =
            switch key {
            case .exactly(let key): key
            // Whatever a prefix is continued with, it must not climb.
            case .startingWith(let prefix): Key(prefix + "f")
            }
        return try await perform(.presign, place) { () async throws(StoreError) in
            try check(place)
            guard let presigner = facets.presignPost else { throw unsupported("presigned forms (POST)") }
            try check(expiry: options.expiresIn)
            if case .exactly(let key) = key, key.string.contains("${filename}") {
                throw StoreError(
                    .invalidArgument,
                    "the service puts the file's name in place of '${filename}'; use .startingWith for such a key")
            }
            try check(options)
            return try await presigner.presignPost(key, options)
        }
    }

    private func check(expiry: Duration) throws(StoreError) {
        guard expiry >= .seconds(1), expiry <= Self.maxPresignExpiry else {
            throw StoreError(.invalidArgument, "an expiry of \(expiry) is out of range; use 1 second to 7 days")
        }
    }

    private func check(_ options: PresignOptions) throws(StoreError) {
        if options.method.isUploadStep { try require(.multipart, "presigned uploads in parts") }
        if case .uploadPart(_, let number) = options.method, !(1...capabilities.maxParts).contains(number) {
            throw StoreError(
                .invalidArgument, "part number \(number) is out of range; use 1 to \(capabilities.maxParts)")
        }
        if options.version != nil {
            try require(.versions, "the presign option version")
            switch options.method {
            case .get, .head, .delete: break
            default: throw StoreError(.invalidArgument, "a version can be read, asked for and deleted, not written")
            }
        }
        if options.customerKey != nil {
            try require(.customerKeys, "the presign option customerKey")
            switch options.method {
            case .get, .head, .uploadPart: break
            default:
                throw StoreError(
                    .invalidArgument,
                    "the presign option customerKey goes with reads and parts; what is written has it in write.encryption"
                )
            }
        }
        if !options.overrides.isEmpty, options.method != .get, options.method != .head {
            throw StoreError(.invalidArgument, "only the answers to GET and HEAD can be overridden")
        }
    }

    private func check(_ options: PostOptions) throws(StoreError) {
        if let size = options.size, size.lowerBound < 0 {
            throw StoreError(.invalidArgument, "a size of \(size.lowerBound) bytes is out of range")
        }
        if let status = options.successStatus, ![200, 201, 204].contains(status) {
            throw StoreError(.invalidArgument, "a success can have status 200, 201 or 204, not \(status)")
        }
    }
}
