import CCofferTypes
import Coffer

/// The host's read options.
func readOptions(_ pointer: UnsafePointer<coffer_read_options>?) throws(StoreError) -> ReadOptions {
    let firstSize = MemoryLayout<coffer_read_options>.offset(of: \.verification)
    guard let given = try options(pointer, "options", firstSize: firstSize ?? 0) else { return ReadOptions() }
    return ReadOptions(
        range: try byteRange(given), ifMatch: try etag(given.if_match, "if_match"),
        ifNoneMatch: try etag(given.if_none_match, "if_none_match"), ifModifiedSince: time(given.if_modified_since),
        ifUnmodifiedSince: time(given.if_unmodified_since), version: try optionalText(given.version, "version"),
        verification: try verification(given.verification))
}

private func verification(_ value: Int32) throws(StoreError) -> ReadVerification {
    switch Int(value) {
    case COFFER_VERIFY_AUTOMATIC: return .automatic
    case COFFER_VERIFY_REQUIRED: return .required
    case COFFER_VERIFY_OFF: return .off
    default: throw StoreError(.invalidArgument, "verification is \(value); use one of COFFER_VERIFY_...")
    }
}

private func byteRange(_ given: coffer_read_options) throws(StoreError) -> ByteRange? {
    func negative(_ name: StaticString) -> StoreError {
        StoreError(.invalidArgument, "\(name) is negative; a range has no negative offsets")
    }
    switch Int(given.range) {
    case COFFER_RANGE_ALL:
        if given.offset != 0 || given.length != 0 {
            throw StoreError(
                .invalidArgument, "offset or length is set, but not range; set range to COFFER_RANGE_BOUNDED")
        }
        return nil
    case COFFER_RANGE_BOUNDED:
        guard given.offset >= 0 else { throw negative("offset") }
        guard given.length >= 0 else { throw negative("length") }
        let (end, overflow) = given.offset.addingReportingOverflow(given.length)
        return .bounded(given.offset..<(overflow ? .max : end))
    case COFFER_RANGE_FROM:
        guard given.offset >= 0 else { throw negative("offset") }
        return .from(given.offset)
    case COFFER_RANGE_SUFFIX:
        guard given.length >= 0 else { throw negative("length") }
        return .suffix(given.length)
    default:
        throw StoreError(.invalidArgument, "range is \(given.range); use one of COFFER_RANGE_...")
    }
}

private func time(_ seconds: Int64) -> Timestamp? { seconds == 0 ? nil : Timestamp(seconds: seconds) }

/// The host's metadata; nil for NULL.
func metadata(_ pointer: UnsafePointer<coffer_metadata>?) throws(StoreError) -> ObjectMetadata? {
    guard let given = try options(pointer, "metadata") else { return nil }
    return ObjectMetadata(
        contentType: try optionalText(given.content_type, "content_type"),
        contentDisposition: try optionalText(given.content_disposition, "content_disposition"),
        contentEncoding: try optionalText(given.content_encoding, "content_encoding"),
        contentLanguage: try optionalText(given.content_language, "content_language"),
        cacheControl: try optionalText(given.cache_control, "cache_control"),
        user: try pairs(given.user, given.user_count, "user"))
}

/// The host's write options, and the size that it expects.
func writeOptions(
    _ pointer: UnsafePointer<coffer_write_options>?
) throws(StoreError) -> (options: WriteOptions, size: Int64?) {
    let firstSize = MemoryLayout<coffer_write_options>.offset(of: \.checksum_algorithm)
    guard let given = try options(pointer, "options", firstSize: firstSize ?? 0) else { return (WriteOptions(), nil) }
    guard given.part_size >= 0, given.concurrency >= 0, given.expected_size >= 0 else {
        throw StoreError(.invalidArgument, "part_size, concurrency and expected_size must not be negative")
    }
    var result = WriteOptions(
        metadata: try metadata(given.metadata) ?? ObjectMetadata(),
        condition: try condition(createOnly: given.create_only, ifMatch: given.if_match),
        partSize: given.part_size == 0 ? nil : given.part_size,
        concurrency: given.concurrency == 0 ? nil : Int(given.concurrency),
        checksum: try checksum(given.checksum_algorithm, given.checksum))
    if let progress = given.progress {
        let context = HostMemory(pointer: given.progress_context)
        result.progress = Progress { bytes in progress(bytes, context.pointer) }
    }
    return (result, given.expected_size == 0 ? nil : given.expected_size)
}

/// The host's checksum of a write; nil for none.
private func checksum(
    _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) throws(StoreError) -> WriteChecksum? {
    guard let name = try optionalText(name, "checksum_algorithm") else {
        if value != nil {
            throw StoreError(.invalidArgument, "checksum is set, but not checksum_algorithm; say how it was computed")
        }
        return nil
    }
    guard let algorithm = ChecksumAlgorithm(rawValue: name) else {
        let known = ChecksumAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
        throw StoreError(.invalidArgument, "there is no checksum_algorithm '\(name)'; use one of \(known)")
    }
    guard let text = try optionalText(value, "checksum") else { return .algorithm(algorithm) }
    guard let checksum = Checksum(algorithm, base64: text) else {
        throw StoreError(.invalidArgument, "checksum '\(text)' is not a \(name) in Base64")
    }
    return .value(checksum)
}

private func condition(createOnly: Int32, ifMatch: UnsafePointer<CChar>?) throws(StoreError) -> WriteCondition {
    if let tag = try etag(ifMatch, "if_match") {
        if createOnly != 0 {
            throw StoreError(.invalidArgument, "create_only and if_match exclude each other; set one of them")
        }
        return .matches(tag)
    }
    return createOnly != 0 ? .absent : .none
}

/// The host's copy options.
func copyOptions(_ pointer: UnsafePointer<coffer_copy_options>?) throws(StoreError) -> CopyOptions {
    guard let given = try options(pointer, "options") else { return CopyOptions() }
    return CopyOptions(
        metadata: try metadata(given.metadata),
        condition: try condition(createOnly: given.create_only, ifMatch: given.if_match),
        ifSourceMatch: try etag(given.if_source_match, "if_source_match"),
        sourceVersion: try optionalText(given.source_version, "source_version"))
}

/// The host's delete options.
func deleteOptions(_ pointer: UnsafePointer<coffer_delete_options>?) throws(StoreError) -> DeleteOptions {
    guard let given = try options(pointer, "options") else { return DeleteOptions() }
    return DeleteOptions(
        ifMatch: try etag(given.if_match, "if_match"), version: try optionalText(given.version, "version"))
}

/// The host's list options.
func listOptions(_ pointer: UnsafePointer<coffer_list_options>?) throws(StoreError) -> ListOptions {
    guard let given = try options(pointer, "options") else { return ListOptions() }
    return ListOptions(
        prefix: try optionalText(given.prefix, "prefix") ?? "",
        delimiter: try optionalText(given.delimiter, "delimiter"),
        startAfter: try optionalText(given.start_after, "start_after"),
        limit: given.limit == 0 ? nil : Int(given.limit), pageToken: try optionalText(given.page_token, "page_token"))
}

/// The host's presign options.
func presignOptions(_ pointer: UnsafePointer<coffer_presign_options>?) throws(StoreError) -> PresignOptions {
    guard let given = try options(pointer, "options") else { return PresignOptions() }
    let methods: [PresignMethod] = [.get, .put, .head, .delete]
    guard methods.indices.contains(Int(given.method)) else {
        throw StoreError(.invalidArgument, "method is \(given.method); use one of COFFER_PRESIGN_...")
    }
    return PresignOptions(
        method: methods[Int(given.method)], expiresIn: .seconds(given.expires_in == 0 ? 900 : given.expires_in),
        headers: try pairs(given.headers, given.header_count, "headers"),
        query: try pairs(given.query, given.query_count, "query"), date: time(given.date))
}
