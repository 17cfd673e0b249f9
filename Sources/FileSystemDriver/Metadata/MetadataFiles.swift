import Coffer
import Glibc

/// Metadata that an extended attribute cannot hold: because it is too large, or the file system has none.
///
/// It lies in `.coffer/meta/ETAG`, written before the object is published. As the ETag names an inode and the time of
/// one write, it can belong to no other bytes: after a crash there may be a metadata file that nobody needs, but never
/// new metadata for old bytes or the other way round. It follows a rename, which changes no ETag.
enum MetadataFiles {
    static var directory: UnsafePointer<CChar> { FileName.cString(".coffer/meta") }
    /// More than this is not metadata of ours.
    static let maxBytes = 1 << 20

    static func path(_ status: stat) -> [UInt8] { Array(".coffer/meta/\(status.etagText)".utf8) + [0] }
}

/// What was found beside an object's bytes.
enum StoredMetadata {
    /// The metadata, maybe none.
    case found(ObjectMetadata)
    /// It is in a file of its own.
    case inFile
    /// The file system has no extended attributes: there may be a file.
    case unknown
}

extension Volume {
    /// Stores metadata with a file that is not published yet.
    ///
    /// - Parameters:
    ///   - metadata: What is stored; not empty.
    ///   - file: The file.
    ///   - status: Its final status.
    ///   - key: The object's key, for errors.
    /// - Returns: Whether a metadata file was made.
    func store(_ metadata: ObjectMetadata, in file: Int32, _ status: stat, _ key: Key) throws(StoreError) -> Bool {
        let bytes = try MetadataCodec.encode(metadata, key)
        let doing = "store the metadata of '\(key)'"
        do throws(SystemError) {
            try setAttribute(file, bytes)
            return false
        } catch {
            switch error.number {
            case EOPNOTSUPP, ENOSYS: break
            case ENOSPC, E2BIG, ERANGE, EDQUOT:
                // Too large for an attribute, or the disk is full: the short value tells which.
                try reporting(doing) { () throws(SystemError) in try setAttribute(file, MetadataCodec.elsewhere) }
            default: throw error.storeError(doing)
            }
        }
        try reporting(doing) { () throws(SystemError) in try writeMetadataFile(bytes, status) }
        return true
    }

    private func setAttribute(_ file: Int32, _ bytes: [UInt8]) throws(SystemError) {
        try bytes.span.withUnsafeBytes { (bytes) throws(SystemError) in
            try Syscalls.setAttribute(file, FileName.metadataAttribute, bytes)
        }
    }

    private func writeMetadataFile(_ bytes: [UInt8], _ status: stat) throws(SystemError) {
        mayHaveMetadataFiles.store(true, ordering: .relaxed)
        let path = MetadataFiles.path(status)
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
        let raw: Int32
        do throws(SystemError) {
            raw = try open(path, flags, mode: options.fileMode)
        } catch {
            guard error.number == ENOENT else { throw error }
            try makeControlDirectory(FileName.control)
            try makeControlDirectory(MetadataFiles.directory)
            if isDurable { try Syscalls.sync(root) }
            raw = try open(path, flags, mode: options.fileMode)
        }
        do throws(SystemError) {
            let file = Descriptor(owning: raw)
            try bytes.span.withUnsafeBytes { (bytes) throws(SystemError) in
                guard var start = bytes.baseAddress else { return }
                var rest = bytes.count
                while rest > 0 {
                    let count = try Syscalls.write(raw, start, rest)
                    start += count
                    rest -= count
                }
            }
            if isDurable { try Syscalls.sync(raw) }
            try file.close()
            if isDurable { try syncMetadataDirectory() }
        } catch {
            removeMetadataFile(of: status)
            throw error
        }
    }

    private func syncMetadataDirectory() throws(SystemError) {
        for name in [".coffer/meta", ".coffer"] {
            let directory = Descriptor(owning: try open(Array(name.utf8) + [0], O_RDONLY | O_DIRECTORY))
            try Syscalls.sync(directory.raw)
        }
    }

    /// Removes the metadata file of an object that has gone; one that is not there is fine.
    func removeMetadataFile(of status: stat) {
        guard mayHaveMetadataFiles.load(ordering: .relaxed) else { return }
        do throws(SystemError) {
            let directory = Descriptor(owning: try open(Array(".coffer/meta".utf8) + [0], O_PATH | O_DIRECTORY))
            try (Array(status.etagText.utf8) + [0]).withCString { (name, _) throws(SystemError) in
                try Syscalls.unlink(directory.raw, name)
            }
        } catch {
            // A file that is left behind belongs to no object any more and never will.
        }
    }

    /// Reads what an open file has with it.
    func attribute(of file: Int32) throws(SystemError) -> StoredMetadata {
        do throws(SystemError) {
            return try withSmallBuffer { (buffer) throws(SystemError) in
                let count = try Syscalls.attribute(file, FileName.metadataAttribute, into: buffer)
                return Volume.meaning(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        } catch {
            switch error.number {
            case ENODATA: return .found(ObjectMetadata())
            case EOPNOTSUPP, ENOSYS: return .unknown
            case ERANGE: break
            default: throw error
            }
        }
        // XFS, btrfs and tmpfs take attributes of up to 64 KiB.
        let large = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
        defer { large.deallocate() }
        let count = try Syscalls.attribute(file, FileName.metadataAttribute, into: large)
        return Volume.meaning(UnsafeRawBufferPointer(rebasing: large[..<count]))
    }

    private func withSmallBuffer<R>(
        _ body: (UnsafeMutableRawBufferPointer) throws(SystemError) -> R
    ) throws(SystemError) -> R {
        try withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { (buffer) throws(SystemError) in
            try body(buffer)
        }
    }

    private static func meaning(_ bytes: UnsafeRawBufferPointer) -> StoredMetadata {
        if bytes.elementsEqual(MetadataCodec.elsewhere) { return .inFile }
        return .found(MetadataCodec.decode(bytes) ?? ObjectMetadata())
    }

    /// Reads a metadata file.
    ///
    /// - Returns: Nil if there is none.
    func metadataFile(of status: stat) throws(SystemError) -> ObjectMetadata? {
        let raw: Int32
        do throws(SystemError) {
            raw = try open(MetadataFiles.path(status), O_RDONLY | O_NOFOLLOW)
        } catch {
            guard error.isAbsent else { throw error }
            return nil
        }
        mayHaveMetadataFiles.store(true, ordering: .relaxed)
        let file = Descriptor(owning: raw)
        let size = Int(try Syscalls.stat(file.raw).st_size)
        guard size > 0 && size <= MetadataFiles.maxBytes else { throw SystemError(number: EIO, call: .read) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var count = 0
        while count < size, let base = buffer.baseAddress {
            let got = try Syscalls.read(file.raw, base + count, size - count, at: Int64(count))
            if got == 0 { break }
            count += got
        }
        guard let metadata = MetadataCodec.decode(UnsafeRawBufferPointer(rebasing: buffer[..<count])) else {
            throw SystemError(number: EIO, call: .read)
        }
        return metadata
    }
}
