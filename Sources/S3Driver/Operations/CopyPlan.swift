import Coffer

/// A copy on the server, thought through: what is said of the copy, and what the server takes from the source by itself.
struct CopyPlan: Sendable {
    /// The source, as it is now.
    var source: ObjectInfo
    /// The copy's key.
    var target: Key
    /// The key that the source is encrypted with.
    var sourceKey: CustomerKey?
    /// The copy's metadata; nil for what the server takes from the source.
    var metadata: ObjectMetadata?
    /// The copy's tags, storage class, encryption and lock; nil tags for what the server takes from the source.
    var attributes: RareWriteOptions
    /// The condition on the target, and what concerns parts.
    var options: CopyOptions
    /// The condition on the source: the caller's, or else the ETag that was found, so that what the plan says of the source
    /// is true.
    var ifSourceMatch: ETag?

    /// The options of an upload that makes the copy by parts.
    func writeOptions(tags: [String: String]?) -> WriteOptions {
        var write = WriteOptions(
            metadata: metadata ?? source.metadata, condition: options.condition,
            checksum: options.checksum.map { .algorithm($0) })
        var attributes = attributes
        attributes.tags = attributes.tags ?? tags
        if attributes.tags?.isEmpty == true { attributes.tags = nil }
        // What the store is set up with is in the plan already; without this it would count where the plan says nothing.
        if attributes.encryption == nil { attributes.encryption = .bucketDefault }
        write.rare = attributes
        return write
    }
}

extension S3Driver {
    /// Looks at the source and decides what has to be said of the copy.
    ///
    /// CopyObject keeps neither storage class nor encryption, some servers lose the tags where metadata are replaced, and
    /// an object cannot be copied onto itself unless something is replaced: what is to be kept is said.
    func plan(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> CopyPlan {
        let sourceKey = settings.customerKey(options.sourceCustomerKey)
        let found = try await stat(
            source,
            StatOptions(
                ifMatch: options.ifSourceMatch, version: options.sourceVersion, verification: .off,
                customerKey: sourceKey))
        var attributes = settings.attributes(options.rare) ?? RareWriteOptions()
        if attributes.encryption == nil { attributes.encryption = kept(found.encryption, sourceKey) }
        if attributes.storageClass == nil, capabilities.features.contains(.storageClasses),
            found.storageClass != "STANDARD"
        {
            attributes.storageClass = found.storageClass
        }
        var metadata = options.metadata
        let followsMetadata = !settings.server.copiesTagsByDirective
        if metadata == nil, source == target || (options.tags != nil && followsMetadata) { metadata = found.metadata }
        if metadata != nil, attributes.tags == nil, followsMetadata {
            attributes.tags = try await tags(ofSource: found)
        }
        let pins = capabilities.features.contains(.copyIfSourceMatch)
        return CopyPlan(
            source: found, target: target, sourceKey: sourceKey, metadata: metadata, attributes: attributes,
            options: options, ifSourceMatch: options.ifSourceMatch ?? (pins ? found.etag : nil))
    }

    /// The encryption of a source, for its copy.
    private func kept(_ encryption: ObjectEncryption?, _ sourceKey: CustomerKey?) -> ServerSideEncryption? {
        let features = capabilities.features
        switch encryption?.method {
        case .managed? where features.contains(.managedEncryption): return .managed
        case .kms? where features.contains(.kmsEncryption):
            let usesBucketKey = encryption?.usesBucketKey == true && features.contains(.bucketKeys)
            return .kms(keyID: encryption?.keyID, bucketKey: usesBucketKey ? true : nil)
        case .dualLayerKMS? where features.contains(.dualLayerEncryption):
            return .dualLayerKMS(keyID: encryption?.keyID)
        case .customerKey?: return sourceKey.map { .customerKey($0) }
        default: return nil
        }
    }

    /// The tags that have to be said of a copy because the server would lose them.
    func tags(ofSource source: ObjectInfo) async throws(StoreError) -> [String: String]? {
        guard capabilities.features.contains(.tags) else { return nil }
        if settings.server.countsTags, source.tagCount == nil { return nil }
        do throws(StoreError) {
            return try await tags(of: source.key, version: source.version)
        } catch {
            let remedy: String
            switch error.code {
            case .unsupported: return nil
            case .permissionDenied: remedy = "allow it (s3:GetObjectTagging)"
            case .invalidResponse: remedy = "if the service has none, set disable=tags"
            default: throw error
            }
            throw StoreError(
                error.code,
                "the source's tags cannot be read, so the copy would lose them; \(remedy), or give the copy's tags (none will"
                    + " do): \(error.message)", key: source.key.string, driver: name, isRetryable: error.isRetryable,
                httpStatus: error.httpStatus, serviceCode: error.serviceCode, requestID: error.requestID,
                underlying: error)
        }
    }
}
