/// A driver whose every request goes through an ``OperationInterceptor``.
///
/// The one place that knows all verbs, so that a layer cannot forget one.
public struct InterceptingDriver<Interceptor: OperationInterceptor>: Driver {
    let base: any Driver
    let baseFacets: DriverFacets
    let interceptor: Interceptor

    /// Wraps a driver.
    ///
    /// - Parameters:
    ///   - base: The driver.
    ///   - interceptor: What every request goes through.
    public init(_ base: any Driver, _ interceptor: Interceptor) {
        self.base = base
        self.interceptor = interceptor
        baseFacets = base.facets
    }

    /// The name of the wrapped driver.
    public var name: String { base.name }
    /// The capabilities of the wrapped driver.
    public var capabilities: Capabilities { base.capabilities }

    /// Those that the wrapped driver has, intercepted.
    public var facets: DriverFacets {
        var facets = DriverFacets()
        if baseFacets.streamingWrite != nil { facets.streamingWrite = self }
        if baseFacets.multipart != nil { facets.multipart = self }
        if baseFacets.copy != nil { facets.copy = self }
        if baseFacets.move != nil { facets.move = self }
        if baseFacets.batchDelete != nil { facets.batchDelete = self }
        if baseFacets.versions != nil { facets.versions = self }
        if baseFacets.presign != nil { facets.presign = self }
        if baseFacets.tags != nil { facets.tags = self }
        if baseFacets.objectLock != nil { facets.objectLock = self }
        if baseFacets.restore != nil { facets.restore = self }
        if baseFacets.presignPost != nil { facets.presignPost = self }
        if baseFacets.visibility != nil { facets.visibility = self }
        if baseFacets.publicURL != nil { facets.publicURL = self }
        return facets
    }

    /// Reads through the interceptor.
    public func read(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse {
        let base = base
        let interceptor = interceptor
        let reopen: @Sendable (ReadOptions) async throws(StoreError) -> ReadResponse = {
            options async throws(StoreError) in
            try await interceptor.intercept(InterceptedCall(operation: .read, key: key)) {
                () async throws(StoreError) in try await base.read(key, options)
            }
        }
        var response = try await reopen(options)
        let source = StreamSource(
            info: response.info, range: response.range, options: options,
            canPinETag: base.capabilities.features.contains(.readIfMatch), reopen: reopen)
        response.stream = interceptor.wrap(response.stream, source)
        return response
    }

    /// Asks through the interceptor.
    public func stat(_ key: Key, _ options: StatOptions) async throws(StoreError) -> ObjectInfo {
        let base = base
        return try await interceptor.intercept(InterceptedCall(operation: .stat, key: key)) {
            () async throws(StoreError) in try await base.stat(key, options)
        }
    }

    /// Writes through the interceptor.
    public func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
        let base = base
        let call = InterceptedCall(
            operation: .put, key: key, bytes: payload.count, isIdempotent: options.condition == .none)
        return try await interceptor.intercept(call) {
            () async throws(StoreError) in try await base.put(key, payload, options)
        }
    }

    /// Deletes through the interceptor.
    public func delete(_ key: Key, _ options: DeleteOptions) async throws(StoreError) {
        let base = base
        let call = InterceptedCall(
            operation: .delete, key: key, isIdempotent: options.ifMatch == nil && options.mfa == nil)
        return try await interceptor.intercept(call) {
            () async throws(StoreError) in try await base.delete(key, options)
        }
    }

    /// Lists through the interceptor.
    public func list(_ options: ListOptions) async throws(StoreError) -> ListPage {
        let base = base
        return try await interceptor.intercept(InterceptedCall(operation: .list)) {
            () async throws(StoreError) in try await base.list(options)
        }
    }

    /// That of the wrapped driver.
    public var core: DriverCore { base.core }

    /// Runs a request through the interceptor.
    public func run<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable @concurrent () async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        let base = base
        return try await interceptor.intercept(call) { () async throws(StoreError) in try await base.run(call, body) }
    }

    /// Closes the wrapped driver.
    public func close() async { await base.close() }

    func missing(_ what: String) -> StoreError {
        StoreError(.unsupported, "the driver '\(name)' has no \(what)", driver: name)
    }
}

extension InterceptingDriver: StreamingWriteDriver {
    /// Begins to write through the interceptor.
    public func makeWriter(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> any DriverWriter {
        guard let base = baseFacets.streamingWrite else { throw missing("streaming write") }
        let writer = try await interceptor.intercept(InterceptedCall(operation: .write, key: key)) {
            () async throws(StoreError) in try await base.makeWriter(key, options)
        }
        return interceptor.wrap(writer)
    }
}

extension InterceptingDriver: MultipartDriver {
    /// Starts an upload through the interceptor.
    public func createUpload(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> String {
        guard let base = baseFacets.multipart else { throw missing("multipart upload") }
        return try await interceptor.intercept(InterceptedCall(operation: .createUpload, key: key)) {
            () async throws(StoreError) in try await base.createUpload(key, options)
        }
    }

    /// Uploads a part through the interceptor.
    public func uploadPart(
        _ upload: UploadID, number: Int, _ payload: Payload
    ) async throws(StoreError) -> UploadedPart {
        guard let base = baseFacets.multipart else { throw missing("multipart upload") }
        let call = InterceptedCall(operation: .uploadPart, key: upload.key, bytes: payload.count)
        return try await interceptor.intercept(call) {
            () async throws(StoreError) in try await base.uploadPart(upload, number: number, payload)
        }
    }

    /// Completes an upload through the interceptor.
    public func completeUpload(
        _ upload: UploadID, parts: [UploadedPart], _ options: WriteOptions
    ) async throws(StoreError) -> ObjectInfo {
        guard let base = baseFacets.multipart else { throw missing("multipart upload") }
        return try await interceptor.intercept(InterceptedCall(operation: .completeUpload, key: upload.key)) {
            () async throws(StoreError) in try await base.completeUpload(upload, parts: parts, options)
        }
    }

    /// Aborts an upload through the interceptor.
    public func abortUpload(_ upload: UploadID) async throws(StoreError) {
        guard let base = baseFacets.multipart else { throw missing("multipart upload") }
        try await interceptor.intercept(InterceptedCall(operation: .abortUpload, key: upload.key)) {
            () async throws(StoreError) in try await base.abortUpload(upload)
        }
    }

    /// Lists uploads through the interceptor.
    public func listUploads(prefix: String) async throws(StoreError) -> [OpenUpload] {
        guard let base = baseFacets.multipart else { throw missing("multipart upload") }
        return try await interceptor.intercept(InterceptedCall(operation: .listUploads)) {
            () async throws(StoreError) in try await base.listUploads(prefix: prefix)
        }
    }

    /// Lists an upload's parts through the interceptor.
    public func listParts(_ upload: UploadID) async throws(StoreError) -> [UploadedPart] {
        guard let base = baseFacets.multipart else { throw missing("multipart upload") }
        return try await interceptor.intercept(InterceptedCall(operation: .listParts, key: upload.key)) {
            () async throws(StoreError) in try await base.listParts(upload)
        }
    }

    /// Compares a part; nothing is sent, so nothing is intercepted.
    public func part(
        _ part: UploadedPart, of upload: UploadID, holds payload: Payload
    ) async throws(StoreError) -> Bool? {
        try await baseFacets.multipart?.part(part, of: upload, holds: payload)
    }

    /// Compares an object; nothing is sent, so nothing is intercepted.
    public func object(_ object: ObjectInfo, consistsOf parts: [Payload]) async throws(StoreError) -> Bool? {
        try await baseFacets.multipart?.object(object, consistsOf: parts)
    }
}

extension InterceptingDriver: CopyDriver, MoveDriver {
    /// Copies through the interceptor.
    public func copy(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo {
        guard let base = baseFacets.copy else { throw missing("copy") }
        let call = InterceptedCall(operation: .copy, key: target, isIdempotent: options.condition == .none)
        return try await interceptor.intercept(call) {
            () async throws(StoreError) in try await base.copy(source, to: target, options)
        }
    }

    /// Moves through the interceptor.
    public func move(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo {
        guard let base = baseFacets.move else { throw missing("move") }
        return try await interceptor.intercept(InterceptedCall(operation: .move, key: source, isIdempotent: false)) {
            () async throws(StoreError) in try await base.move(source, to: target, options)
        }
    }
}

extension InterceptingDriver: BatchDeleteDriver, PresignDriver {
    /// Deletes a batch through the interceptor.
    public func deleteBatch(_ keys: [Key]) async throws(StoreError) -> [DeleteOutcome] {
        guard let base = baseFacets.batchDelete else { throw missing("batch delete") }
        return try await interceptor.intercept(InterceptedCall(operation: .delete)) {
            () async throws(StoreError) in try await base.deleteBatch(keys)
        }
    }

    /// Presigns; nothing is sent, so nothing is intercepted.
    public func presign(_ key: Key, _ options: PresignOptions) async throws(StoreError) -> PresignedRequest {
        guard let base = baseFacets.presign else { throw missing("presigned request") }
        return try await base.presign(key, options)
    }
}

extension InterceptingDriver: VersionsDriver {
    /// Lists versions through the interceptor.
    public func listVersions(_ options: VersionListOptions) async throws(StoreError) -> VersionPage {
        guard let base = baseFacets.versions else { throw missing("versions") }
        return try await interceptor.intercept(InterceptedCall(operation: .listVersions)) {
            () async throws(StoreError) in try await base.listVersions(options)
        }
    }

    /// Deletes versions through the interceptor.
    public func deleteVersions(
        _ versions: [VersionID], mfa: MFACode?, bypassesGovernance: Bool
    ) async throws(StoreError) -> [DeleteOutcome] {
        guard let base = baseFacets.versions else { throw missing("versions") }
        // A code is good once: the service has had it if the answer got lost.
        return try await interceptor.intercept(InterceptedCall(operation: .delete, isIdempotent: mfa == nil)) {
            () async throws(StoreError) in
            try await base.deleteVersions(versions, mfa: mfa, bypassesGovernance: bypassesGovernance)
        }
    }
}
