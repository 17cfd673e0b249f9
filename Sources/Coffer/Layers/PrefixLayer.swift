/// Puts a text before every key, so that a store sees only a part of another one.
public struct PrefixLayer: Layer {
    /// What is put before every key; nothing is added to it, so it usually ends with `/`.
    public var prefix: String

    /// Makes the layer.
    ///
    /// - Parameter prefix: What is put before every key.
    public init(prefix: String) { self.prefix = prefix }

    /// Wraps a driver.
    ///
    /// - Parameter driver: The driver.
    public func wrap(_ driver: any Driver) -> any Driver {
        prefix.isEmpty ? driver : PrefixDriver(base: driver, prefix: prefix)
    }
}

struct PrefixDriver: Driver {
    let base: any Driver
    let baseFacets: DriverFacets
    let prefix: String

    init(base: any Driver, prefix: String) {
        self.base = base
        self.prefix = prefix
        baseFacets = base.facets
    }

    var name: String { base.name }

    var capabilities: Capabilities {
        var capabilities = base.capabilities
        capabilities.maxKeyBytes = max(1, min(capabilities.maxKeyBytes, Key.maxBytes) - prefix.utf8.count)
        return capabilities
    }

    var facets: DriverFacets {
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

    func full(_ key: Key) -> Key { Key(prefix + key.string) }

    private func strip(_ text: String) -> String { String(text.utf8.dropFirst(prefix.utf8.count)) ?? text }

    private func strip(_ info: ObjectInfo) -> ObjectInfo {
        var info = info
        info.key = Key(strip(info.key.string))
        return info
    }

    func stripping<R>(
        _ key: Key, _ body: () async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw error.key == nil ? error : error.replacingKey(key.string)
        }
    }

    func read(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse {
        try await stripping(key) { () async throws(StoreError) in
            var response = try await base.read(full(key), options)
            response.info.key = key
            return response
        }
    }

    func stat(_ key: Key, _ options: StatOptions) async throws(StoreError) -> ObjectInfo {
        try await stripping(key) { () async throws(StoreError) in strip(try await base.stat(full(key), options)) }
    }

    func put(_ key: Key, _ payload: Payload, _ options: WriteOptions) async throws(StoreError) -> ObjectInfo {
        try await stripping(key) { () async throws(StoreError) in
            strip(try await base.put(full(key), payload, options))
        }
    }

    func delete(_ key: Key, _ options: DeleteOptions) async throws(StoreError) {
        try await stripping(key) { () async throws(StoreError) in try await base.delete(full(key), options) }
    }

    func list(_ options: ListOptions) async throws(StoreError) -> ListPage {
        var inner = options
        inner.prefix = prefix + options.prefix
        inner.startAfter = options.startAfter.map { prefix + $0 }
        var page = try await base.list(inner)
        page.entries = page.entries.map { entry in
            switch entry {
            case .object(let info): .object(strip(info))
            case .prefix(let text): .prefix(strip(text))
            }
        }
        return page
    }

    var core: DriverCore {
        var core = base.core
        core.prefix += prefix
        return core
    }

    func run<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable @concurrent () async throws(StoreError) -> R
    ) async throws(StoreError) -> R { try await base.run(call, body) }

    func close() async { await base.close() }

    func missing(_ what: String) -> StoreError {
        StoreError(.unsupported, "the driver '\(name)' has no \(what)", driver: name)
    }
}

extension PrefixDriver: StreamingWriteDriver {
    func makeWriter(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> any DriverWriter {
        guard let base = baseFacets.streamingWrite else { throw missing("streaming write") }
        return PrefixWriter(writer: try await base.makeWriter(full(key), options), key: key)
    }
}

/// Gives the caller's key back on finish.
private final class PrefixWriter: DriverWriter {
    let writer: any DriverWriter
    let key: Key

    init(writer: any DriverWriter, key: Key) {
        self.writer = writer
        self.key = key
    }

    func write(_ chunk: Chunk) async throws(StoreError) { try await writer.write(chunk) }

    func finish() async throws(StoreError) -> ObjectInfo {
        var info = try await writer.finish()
        info.key = key
        return info
    }

    func abort() async { await writer.abort() }
}

extension PrefixDriver: MultipartDriver {
    private func multipart() throws(StoreError) -> any MultipartDriver {
        guard let base = baseFacets.multipart else { throw missing("multipart upload") }
        return base
    }

    private func full(_ upload: UploadID) -> UploadID {
        upload.renamed(full(upload.key))
    }

    func createUpload(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> String {
        try await multipart().createUpload(full(key), options)
    }

    func uploadPart(
        _ upload: UploadID, number: Int, _ payload: Payload
    ) async throws(StoreError) -> UploadedPart {
        try await multipart().uploadPart(full(upload), number: number, payload)
    }

    func completeUpload(
        _ upload: UploadID, parts: [UploadedPart], _ options: WriteOptions
    ) async throws(StoreError) -> ObjectInfo {
        strip(try await multipart().completeUpload(full(upload), parts: parts, options))
    }

    func abortUpload(_ upload: UploadID) async throws(StoreError) { try await multipart().abortUpload(full(upload)) }

    func listUploads(prefix: String) async throws(StoreError) -> [OpenUpload] {
        try await multipart().listUploads(prefix: self.prefix + prefix).map {
            OpenUpload(id: $0.id.renamed(Key(strip($0.id.key.string))), started: $0.started)
        }
    }

    func listParts(_ upload: UploadID) async throws(StoreError) -> [UploadedPart] {
        try await stripping(upload.key) { () async throws(StoreError) in
            try await multipart().listParts(full(upload))
        }
    }

    func part(
        _ part: UploadedPart, of upload: UploadID, holds payload: Payload
    ) async throws(StoreError) -> Bool? {
        try await multipart().part(part, of: full(upload), holds: payload)
    }

    func object(_ object: ObjectInfo, consistsOf parts: [Payload]) async throws(StoreError) -> Bool? {
        var object = object
        object.key = full(object.key)
        return try await multipart().object(object, consistsOf: parts)
    }
}

extension PrefixDriver: CopyDriver, MoveDriver, BatchDeleteDriver, PresignDriver {
    func copy(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo {
        guard let base = baseFacets.copy else { throw missing("copy") }
        return strip(try await base.copy(full(source), to: full(target), options))
    }

    func move(_ source: Key, to target: Key, _ options: CopyOptions) async throws(StoreError) -> ObjectInfo {
        guard let base = baseFacets.move else { throw missing("move") }
        return strip(try await base.move(full(source), to: full(target), options))
    }

    func deleteBatch(_ keys: [Key]) async throws(StoreError) -> [DeleteOutcome] {
        guard let base = baseFacets.batchDelete else { throw missing("batch delete") }
        return try await base.deleteBatch(keys.map(full)).map {
            let key = strip($0.key.string)
            return DeleteOutcome(key: Key(key), version: $0.version, error: $0.error?.replacingKey(key))
        }
    }

    func presign(_ key: Key, _ options: PresignOptions) async throws(StoreError) -> PresignedRequest {
        guard let base = baseFacets.presign else { throw missing("presigned request") }
        return try await base.presign(full(key), options)
    }
}

extension PrefixDriver: VersionsDriver {
    private func versions() throws(StoreError) -> any VersionsDriver {
        guard let base = baseFacets.versions else { throw missing("versions") }
        return base
    }

    func listVersions(_ options: VersionListOptions) async throws(StoreError) -> VersionPage {
        var inner = options
        inner.prefix = prefix + options.prefix
        var page = try await versions().listVersions(inner)
        page.entries = page.entries.map { entry in
            switch entry {
            case .version(var version):
                version.info = strip(version.info)
                return .version(version)
            case .prefix(let text): return .prefix(strip(text))
            }
        }
        return page
    }

    func deleteVersions(
        _ versions: [VersionID], mfa: MFACode?, bypassesGovernance: Bool
    ) async throws(StoreError) -> [DeleteOutcome] {
        let inner = versions.map { VersionID(full($0.key), $0.version) }
        return try await self.versions().deleteVersions(
            inner, mfa: mfa, bypassesGovernance: bypassesGovernance
        ).map {
            let key = strip($0.key.string)
            return DeleteOutcome(key: Key(key), version: $0.version, error: $0.error?.replacingKey(key))
        }
    }
}
