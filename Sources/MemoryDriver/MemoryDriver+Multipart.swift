import Coffer

/// An upload in parts that is open.
struct MemoryUpload {
    let key: Key
    let metadata: ObjectMetadata
    let tags: [String: String]
    let started: Timestamp
    var parts: [Int: MemoryPart] = [:]

    /// The bytes of all parts.
    var size: Int64 { parts.values.reduce(0) { $0 + $1.bytes.count } }
}

/// A part of an upload.
struct MemoryPart: Sendable {
    let etag: ETag
    let bytes: StoredBytes
}

extension MemoryDriver: MultipartDriver {
    /// Starts an upload.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: Metadata and tags.
    public func createUpload(_ key: Key, _ options: WriteOptions) async throws(StoreError) -> String {
        let time = Timestamp.now()
        return storage.state.withLock { state in
            state.lastUpload += 1
            let id = "upload-\(state.lastUpload)"
            state.uploads[id] = MemoryUpload(
                key: key, metadata: options.metadata, tags: options.tags, started: time)
            return id
        }
    }

    /// Stores one part; the same number again replaces it.
    ///
    /// - Parameters:
    ///   - upload: The upload.
    ///   - number: 1 to 10,000.
    ///   - payload: The bytes.
    /// - Throws: `notFound` if the upload is not open, `invalidArgument`, `tooLarge`.
    public func uploadPart(
        _ upload: UploadID, number: Int, _ payload: Payload
    ) async throws(StoreError) -> UploadedPart {
        guard (1...capabilities.maxParts).contains(number) else {
            throw StoreError(.invalidArgument, "part \(number) is not between 1 and \(capabilities.maxParts)")
        }
        let part = MemoryPart(etag: storage.nextETag(), bytes: try await StoredBytes.keeping(payload))
        let old: MemoryPart? = try storage.state.withLock { state throws(StoreError) in
            let old = try state.open(upload).parts[number]
            try storage.account(&state, part.bytes.count - (old?.bytes.count ?? 0))
            state.uploads[upload.id]?.parts[number] = part
            return old
        }
        withExtendedLifetime(old) {}
        return UploadedPart(number: number, size: part.bytes.count, etag: part.etag)
    }

    /// Publishes the object that the named parts make; parts that are not named are thrown away.
    ///
    /// - Parameters:
    ///   - upload: The upload.
    ///   - parts: The parts in ascending order.
    ///   - options: The condition; metadata and tags are those of the creation.
    /// - Throws: `notFound` if the upload is not open, `invalidArgument` if a part is missing or another one, or what
    ///   the condition gives; the upload stays open then.
    public func completeUpload(
        _ upload: UploadID, parts: [UploadedPart], _ options: WriteOptions
    ) async throws(StoreError) -> ObjectInfo {
        let etag = storage.nextETag()
        let time = Timestamp.now()
        let open = try storage.state.withLock { state throws(StoreError) in try state.open(upload) }
        var chunks: [Chunk] = []
        var last = 0
        for part in parts {
            guard part.number > last, let stored = open.parts[part.number], stored.etag == part.etag else {
                throw StoreError(
                    .invalidArgument,
                    "part \(part.number) is not in ascending order, was not uploaded or has been replaced")
            }
            chunks += stored.bytes.chunks
            last = part.number
        }
        guard !parts.isEmpty else { throw StoreError(.invalidArgument, "an upload needs at least one part") }
        let object = StoredObject(
            bytes: StoredBytes(chunks.filter { !$0.isEmpty }), etag: etag, lastModified: time,
            metadata: open.metadata, tags: open.tags, visibility: options.visibility)
        let (old, rest) = try storage.state.withLock { state throws(StoreError) in
            // Somebody may have completed or changed it meanwhile.
            let current = try state.open(upload)
            for part in parts where current.parts[part.number]?.etag != part.etag {
                throw StoreError(.conflict, "part \(part.number) was replaced while the upload was completed")
            }
            let old = try storage.publish(&state, upload.key, object, options.condition, reserved: current.size)
            return (old, state.uploads.removeValue(forKey: upload.id))
        }
        withExtendedLifetime((old, rest)) {}
        return object.info(upload.key)
    }

    /// Throws an upload away.
    ///
    /// - Parameter upload: The upload; one that is not open is no error.
    public func abortUpload(_ upload: UploadID) async throws(StoreError) {
        let old: MemoryUpload? = storage.state.withLock { state in
            guard let open = state.uploads[upload.id], open.key == upload.key else { return nil }
            state.used -= open.size
            return state.uploads.removeValue(forKey: upload.id)
        }
        withExtendedLifetime(old) {}
    }

    /// Lists the open uploads, by key and then in the order in which they were started.
    ///
    /// - Parameter prefix: Only keys that begin with this.
    public func listUploads(prefix: String) async throws(StoreError) -> [OpenUpload] {
        let all = storage.state.withLock { state in
            state.uploads.map { OpenUpload(id: UploadID(key: $1.key, id: $0), started: $1.started) }
        }
        return all.filter { UTF8Order.hasPrefix($0.id.key.string, prefix) }
            .sorted { ($0.id.key, $0.id.id.utf8.count, $0.id.id) < ($1.id.key, $1.id.id.utf8.count, $1.id.id) }
    }

    /// Lists the parts of an upload, in ascending order.
    ///
    /// - Parameter upload: The upload.
    /// - Throws: `notFound` if it is not open.
    public func listParts(_ upload: UploadID) async throws(StoreError) -> [UploadedPart] {
        try storage.state.withLock { state throws(StoreError) in try state.open(upload).parts }
            .map { UploadedPart(number: $0, size: $1.bytes.count, etag: $1.etag) }
            .sorted { $0.number < $1.number }
    }

    /// Compares a part with bytes.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - upload: The upload.
    ///   - payload: The bytes.
    /// - Throws: `notFound` if the upload is not open; `io` if a file cannot be read.
    public func part(
        _ part: UploadedPart, of upload: UploadID, holds payload: Payload
    ) async throws(StoreError) -> Bool? {
        let open = try storage.state.withLock { state throws(StoreError) in try state.open(upload) }
        guard let stored = open.parts[part.number], stored.etag == part.etag else { return false }
        return try await stored.bytes.equals(payload, at: 0) && stored.bytes.count == payload.count
    }

    /// Compares an object with the parts that it may have been made of.
    ///
    /// - Parameters:
    ///   - object: The object.
    ///   - parts: The parts.
    /// - Throws: `io` if a file cannot be read.
    public func object(_ object: ObjectInfo, consistsOf parts: [Payload]) async throws(StoreError) -> Bool? {
        guard let stored = storage.object(object.key), stored.etag == object.etag else { return false }
        var offset: Int64 = 0
        for part in parts {
            guard try await stored.bytes.equals(part, at: offset) else { return false }
            offset += part.count
        }
        return offset == stored.bytes.count
    }
}

extension StoredBytes {
    /// Whether a payload's bytes are those from an offset on.
    fileprivate func equals(_ payload: Payload, at start: Int64) async throws(StoreError) -> Bool {
        guard start + payload.count <= count else { return false }
        var position: Int64 = 0
        while position < payload.count {
            let (stored, from) = (chunk(at: start + position, limit: min(payload.count - position, 1 << 20)), position)
            let given = try await BlockingPool.run { () throws(StoreError) in
                try Chunk(capacity: stored.count) { buffer throws(StoreError) in
                    try payload.read(into: buffer, at: from)
                }
            }
            guard !given.isEmpty, stored.prefix(given.count) == given else { return false }
            position += Int64(given.count)
        }
        return true
    }
}

extension MemoryStorage.State {
    /// An upload that is open.
    ///
    /// - Throws: `notFound` if it was completed or aborted or never began.
    fileprivate func open(_ upload: UploadID) throws(StoreError) -> MemoryUpload {
        guard let open = uploads[upload.id], open.key == upload.key else {
            throw StoreError(
                .notFound, "the upload '\(upload.id)' is not open: it was completed, aborted or never begun",
                key: upload.key.string)
        }
        return open
    }
}
