import Coffer
import HTTPTransport

extension S3Request {
    /// Up to this size an object comes in one piece with its head; a larger one is a stream.
    private static let smallObject = 256 << 10

    /// GetObject: reads an object or a range.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: Range, conditions, version.
    ///   - asksChecksum: Whether the service shall name the object's checksum.
    ///   - customerKey: The key that the object was encrypted with.
    /// - Throws: `internal` if OpenSSL has no MD5, which a customer's key needs.
    static func getObject(
        _ key: Key, _ options: ReadOptions, asksChecksum: Bool = false, customerKey: CustomerKey? = nil
    ) throws(StoreError) -> S3Request {
        var request = S3Request(.read, .get, .object(key))
        try request.add(customerKey)
        request.collectLimit = smallObject
        if asksChecksum { request.headers.append(("x-amz-checksum-mode", "ENABLED")) }
        if options.isDefault { return request }
        request.addConditions(options)
        switch options.range {
        case nil, .from(0): break
        case .bounded(let range): request.headers.append(("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        case .from(let start): request.headers.append(("range", "bytes=\(start)-"))
        case .suffix(let length): request.headers.append(("range", "bytes=-\(length)"))
        }
        return request
    }

    /// HeadObject: asks for an object's metadata.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: Conditions, version.
    ///   - asksChecksum: Whether the service shall name the object's checksum.
    ///   - customerKey: The key that the object was encrypted with.
    /// - Throws: `internal` if OpenSSL has no MD5, which a customer's key needs.
    static func headObject(
        _ key: Key, _ options: StatOptions, asksChecksum: Bool = false, customerKey: CustomerKey? = nil
    ) throws(StoreError) -> S3Request {
        var request = S3Request(.stat, .head, .object(key))
        try request.add(customerKey)
        if asksChecksum { request.headers.append(("x-amz-checksum-mode", "ENABLED")) }
        if !options.isDefault { request.addConditions(options) }
        return request
    }

    private mutating func addConditions(_ options: ReadOptions) {
        if let etag = options.ifMatch { headers.append(("if-match", etag.value == "*" ? "*" : etag.quoted)) }
        if let etag = options.ifNoneMatch { headers.append(("if-none-match", etag.value == "*" ? "*" : etag.quoted)) }
        if let time = options.ifModifiedSince { headers.append(("if-modified-since", time.httpDate)) }
        if let time = options.ifUnmodifiedSince { headers.append(("if-unmodified-since", time.httpDate)) }
        if let version = options.version { query.append(("versionId", version)) }
    }
}

extension S3Driver {
    /// Begins to read an object.
    public func read(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse {
        // HTTP has no words for an empty range.
        if options.range?.isEmptyRequest == true { return try await emptyRange(key, options) }
        let customerKey = settings.customerKey(options.customerKey)
        let response: HTTPResponse
        do throws(StoreError) {
            response = try await client.send(
                .getObject(key, options, asksChecksum: asksChecksum(options), customerKey: customerKey))
        } catch {
            // The last bytes of an empty object are none, and no error.
            guard error.code == .rangeNotSatisfiable, case .suffix = options.range else { throw error }
            return try await emptyRange(key, options)
        }
        do throws(StoreError) {
            let (size, range) = try GetObject.range(response, options.range)
            var info = MetadataHeaders.info(key, size: size, response.headers)
            // With a range comes the checksum of a part, where it happens to be one.
            if range != 0..<size { info.checksum = nil }
            var result = ReadResponse(info: info, range: range, stream: response.stream)
            if range == 0..<size, verifies(options) {
                result.verifier = try await verifier(
                    info, isRequired: options.verification == .required, customerKey: customerKey)
            }
            return result
        } catch {
            response.stream.cancel()
            throw error
        }
    }

    /// Asks for an object's metadata.
    public func stat(_ key: Key, _ options: StatOptions) async throws(StoreError) -> ObjectInfo {
        let asks = settings.responseChecksums == .whenSupported && options.verification == .automatic
        let customerKey = settings.customerKey(options.customerKey)
        let response = try await client.send(
            .headObject(key, options, asksChecksum: asks, customerKey: customerKey))
        guard let size = response.contentLength else {
            throw S3Driver.missing("Content-Length", response, .stat, key)
        }
        return MetadataHeaders.info(key, size: size, response.headers)
    }

    /// A read of no bytes: existence and conditions count all the same.
    private func emptyRange(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse {
        var options = options
        let range = options.range
        options.range = nil
        let info = try await stat(key, options)
        let resolved = try range?.resolve(size: info.size) ?? 0..<0
        guard resolved.isEmpty else {
            throw StoreError(
                .invalidResponse, "the object changed while it was read; read it again", isRetryable: true)
        }
        return ReadResponse(info: info, range: resolved, stream: ChunkListStream([]))
    }
}

extension ByteRange {
    /// Whether no byte is asked for.
    fileprivate var isEmptyRequest: Bool {
        switch self {
        case .bounded(let range): range.isEmpty
        case .from: false
        case .suffix(let length): length == 0
        }
    }
}

/// What an answer to GetObject says about its bytes, compared with what was asked for.
enum GetObject {
    /// The size of the object and the offsets of the bytes that follow.
    ///
    /// - Parameters:
    ///   - response: A success: 200 or 206.
    ///   - asked: The range that was asked for.
    /// - Throws: `invalidResponse` if the server sends other bytes than it was asked for, or does not say which.
    static func range(_ response: HTTPResponse, _ asked: ByteRange?) throws(StoreError) -> (Int64, Range<Int64>) {
        if response.status == 206 {
            guard let text = response.headers["content-range"], let (range, size) = contentRange(text) else {
                throw lie("a part of the object without saying which (no good Content-Range)")
            }
            let wanted: Range<Int64>
            do throws(StoreError) { wanted = try (asked ?? .from(0)).resolve(size: size) } catch {
                throw lie("bytes \(range.lowerBound)-\(range.upperBound - 1) of \(size)")
            }
            guard range == wanted else {
                throw lie("the bytes \(range.lowerBound)-\(range.upperBound - 1) instead of \(asked ?? .from(0))")
            }
            if let length = response.contentLength, length != range.upperBound - range.lowerBound {
                throw lie("\(length) bytes where \(range.upperBound - range.lowerBound) were announced")
            }
            return (size, range)
        }
        guard let size = length(response) else { throw lie("an object without its length") }
        // A server that knows no ranges sends everything: right only if everything was wanted.
        if let asked {
            let wanted = try asked.resolve(size: size)
            guard wanted == 0..<size else { throw lie("the whole object instead of \(asked)") }
        }
        return (size, 0..<size)
    }

    /// The length of what comes; nil if nobody can say. A body that ends where the connection does may have been cut.
    private static func length(_ response: HTTPResponse) -> Int64? {
        if let length = response.contentLength { return length }
        guard case .collected(let chunk) = response.body, response.headers.contains("transfer-encoding") else {
            return nil
        }
        return Int64(chunk.count)
    }

    /// Reads `bytes 0-99/1234`. Source: RFC 9110, section 14.4.
    static func contentRange(_ text: String) -> (range: Range<Int64>, size: Int64)? {
        guard text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let size = Int64(parts[1]) else { return nil }
        let bounds = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let first = Int64(bounds[0]), let last = Int64(bounds[1]), first >= 0, last >= first,
            last < size
        else { return nil }
        return (first..<(last + 1), size)
    }

    private static func lie(_ what: String) -> StoreError {
        StoreError(
            .invalidResponse, "the service sends \(what); a proxy or the server is at fault",
            driver: "s3", isRetryable: true)
    }
}
