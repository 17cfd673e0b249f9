import Coffer
import Glibc

extension Volume {
    /// Up to this size an object is read when it is opened, in the same hop to a thread that may block.
    private static let eagerSize: Int64 = 64 << 10

    /// Opens an object and reads it if it is small.
    func read(_ key: Key, _ options: ReadOptions) throws(StoreError) -> ReadResponse {
        let object = try openObject(key)
        let status = object.status
        let info = status.info(key, object.metadata)
        var range = 0..<info.size
        if !options.isDefault {
            try options.checkConditions(etag: info.etag, lastModified: info.lastModified)
            if let wanted = options.range { range = try wanted.resolve(size: info.size) }
        }
        if range.isEmpty { return ReadResponse(info: info, range: range, stream: ChunkListStream([])) }
        guard range.count <= Volume.eagerSize else {
            let file = OpenFile(owning: object.release(), path: key.string)
            return ReadResponse(info: info, range: range, stream: FileByteStream(file, range, status))
        }
        let chunk = try readAll(object, key, range)
        return ReadResponse(info: info, range: range, stream: ChunkListStream([chunk]))
    }

    private func readAll(
        _ object: borrowing OpenObject, _ key: Key, _ range: Range<Int64>
    ) throws(StoreError) -> Chunk {
        let file = object.file.raw
        let status = object.status
        return try Chunk(capacity: range.count) { (buffer) throws(StoreError) in
            guard let base = buffer.baseAddress else { return 0 }
            let now = try reporting("read '\(key)'") { () throws(SystemError) in
                var done = 0
                while done < range.count {
                    let count = try Syscalls.read(
                        file, base + done, range.count - done, at: range.lowerBound + Int64(done))
                    if count == 0 { break }
                    done += count
                }
                return done < range.count ? nil : try Syscalls.stat(file)
            }
            guard let now, now.isSame(as: status) else { throw FileByteStream.changed(key.string) }
            return range.count
        }
    }

    /// Asks for an object's record.
    func stat(_ key: Key, _ options: StatOptions) throws(StoreError) -> ObjectInfo {
        let object = try openObject(key)
        let info = object.status.info(key, object.metadata)
        if !options.isDefault { try options.checkConditions(etag: info.etag, lastModified: info.lastModified) }
        return info
    }
}

extension OpenObject {
    /// Gives the descriptor away.
    consuming func release() -> Int32 { file.release() }
}
