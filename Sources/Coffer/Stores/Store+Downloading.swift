import Glibc

extension Store {
    /// Reads an object or a range into an open file: each range is written where it belongs, in any order.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - descriptor: A regular file that is open for writing and stays so until the call returns; its own offset is
    ///     neither used nor changed, and it is not made shorter.
    ///   - offset: Where in the file the first byte goes.
    ///   - options: The range and the conditions, the size and number of ranges.
    /// - Returns: The metadata, and the number of bytes written.
    /// - Throws: As ``get(_:_:)``; `io` if the file cannot be written. The file's contents are undefined then.
    @discardableResult
    @concurrent public func get(
        _ key: Key, intoFile descriptor: Int32, at offset: Int64 = 0, _ options: ReadOptions = ReadOptions()
    ) async throws(StoreError) -> (info: ObjectInfo, count: Int64) {
        if offset < 0 {
            throw StoreError(
                .invalidArgument, "the file's offset \(offset) is negative", operation: .get, key: key.string)
        }
        return try await get(key, options, at: offset) { _ in descriptor }
    }

    /// Reads an object or a range into a file that is opened when it is certain that there is something to read.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - options: The range and the conditions, the size and number of ranges.
    ///   - offset: Where in the file the first byte goes.
    ///   - makeFile: Gets the object's metadata and gives the descriptor; called once. See ``get(_:intoFile:at:_:)``.
    /// - Returns: The metadata of what was read, and the number of bytes written.
    /// - Throws: As ``get(_:intoFile:at:_:)``; what `makeFile` throws.
    @discardableResult
    @concurrent public func get(
        _ key: Key, _ options: ReadOptions = ReadOptions(), at offset: Int64 = 0,
        intoFile makeFile: (ObjectInfo) async throws(StoreError) -> Int32
    ) async throws(StoreError) -> (info: ObjectInfo, count: Int64) {
        try await perform(.get, key) { () async throws(StoreError) in
            try check(key)
            try check(options)
            let first = try await self.open(key, options)
            let descriptor: Int32
            do throws(StoreError) {
                descriptor = try await makeFile(first.info)
            } catch {
                first.stream.cancel()
                throw error
            }
            let last = try await fetch(key, options, from: first) { _ in .file(descriptor: descriptor, offset: offset) }
            return (last.info, last.count)
        }
    }

    /// Fetches an object or a range into a file, which appears complete or not at all; an old file of that name stays
    /// until then.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - path: The file's path; its directory must exist.
    ///   - options: The range and the conditions, the size and number of ranges.
    /// - Returns: The object's metadata.
    /// - Throws: As ``get(_:_:)``; `io`, `notFound` or `permissionDenied` if the file cannot be written, naming it.
    @discardableResult
    @concurrent public func download(
        _ key: Key, to path: String, _ options: ReadOptions = ReadOptions()
    ) async throws(StoreError) -> ObjectInfo {
        let file = try await BlockingPool.run { () throws(StoreError) in try PendingFile(path) }
        let (info, count) = try await get(key, intoFile: file.descriptor, options)
        // A read that began anew may have left bytes of a longer object behind.
        try await BlockingPool.run { () throws(StoreError) in try file.publish(size: count) }
        return info
    }
}

/// A file that gets its name when it is complete; dropped before, it is deleted.
final class PendingFile: Sendable {
    let descriptor: Int32
    private let temporary: String
    private let path: String
    private let isPublished = Lock(false)

    /// Makes a file beside the one that it becomes.
    ///
    /// - Parameter path: What it will be called.
    /// - Throws: What the system says, naming the path.
    init(_ path: String) throws(StoreError) {
        self.path = path
        var name = ""
        var opened: Int32 = -1
        for _ in 0..<16 where opened < 0 {
            name = path + ".coffer-" + String(UInt64.random(in: 0...UInt64.max), radix: 36) + ".part"
            opened = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if opened < 0 && errno != EEXIST { break }
        }
        temporary = name
        descriptor = opened
        if opened < 0 { throw Self.failure("cannot create a file for '\(path)'", errno) }
    }

    /// Gives the file its name.
    ///
    /// - Parameter size: Its size in bytes; what is beyond is cut off.
    func publish(size: Int64) throws(StoreError) {
        guard ftruncate(descriptor, Int(size)) == 0 else { throw Self.failure("cannot write '\(path)'", errno) }
        guard rename(temporary, path) == 0 else { throw Self.failure("cannot give '\(path)' its name", errno) }
        isPublished.withLock { $0 = true }
    }

    private static func failure(_ what: String, _ number: Int32) -> StoreError {
        let code: StoreError.Code =
            number == ENOENT ? .notFound : number == EACCES || number == EPERM ? .permissionDenied : .io
        return StoreError(code, "\(what): \(systemMessage(number))")
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if !isPublished.withLock({ $0 }) { unlink(temporary) }
    }
}
