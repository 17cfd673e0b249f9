import Coffer
import Glibc

/// An object that has been opened: bytes and metadata of one and the same write, whatever happens to the name.
struct OpenObject: ~Copyable {
    /// The file.
    let file: Descriptor
    /// What `stat` says of it.
    let status: stat
    /// What is stored with it.
    let metadata: ObjectMetadata
}

extension Volume {
    /// Opens an object for reading.
    ///
    /// - Parameter key: The object's key.
    /// - Throws: `notFound`, `permissionDenied`, `io`, …
    func openObject(_ key: Key) throws(StoreError) -> OpenObject {
        let path = try ObjectPath(key)
        let doing = "open '\(key)'"
        var previous: stat?
        for _ in 0..<100 {
            let (file, status) = try openFile(path, key)
            let stored = try reporting(doing) { () throws(SystemError) in try attribute(of: file) }
            switch stored {
            case .found(let metadata):
                return OpenObject(file: Descriptor(owning: file), status: status, metadata: metadata)
            case .inFile, .unknown:
                let descriptor = Descriptor(owning: file)
                let found = try reporting(doing) { () throws(SystemError) in try metadataFile(of: status) }
                // None: the object was replaced since, and its metadata file with it; or it has none, which is so if
                // the name still leads to the same file.
                if let metadata = found {
                    return OpenObject(file: descriptor, status: status, metadata: metadata)
                }
                if let previous, previous.isSame(as: status) {
                    return OpenObject(file: descriptor, status: status, metadata: ObjectMetadata())
                }
                previous = status
            }
        }
        throw StoreError(
            .conflict, "'\(key)' is replaced again and again while it is opened; try again", isRetryable: true)
    }

    /// Opens a regular file; the descriptor is the caller's to close.
    private func openFile(_ path: ObjectPath, _ key: Key) throws(StoreError) -> (Int32, stat) {
        // O_NONBLOCK: a pipe is not an object, and opening one must not wait for a writer.
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY
        do throws(SystemError) {
            let file = try path.withPath { (path) throws(SystemError) in try open(path, flags) }
            var status = try closing(file) { () throws(SystemError) in try Syscalls.stat(file) }
            if status.isFile { return (file, status) }
            let directory = Descriptor(owning: file)
            guard status.isDirectory else { throw SystemError(number: ENXIO, call: .open) }
            let own = try Syscalls.open(directory.raw, FileName.ownObject, flags | O_NOFOLLOW)
            status = try closing(own) { () throws(SystemError) in try Syscalls.stat(own) }
            guard status.isFile else {
                close(own)
                throw SystemError(number: ENXIO, call: .open)
            }
            return (own, status)
        } catch {
            switch error.number {
            case ENOENT, ENOTDIR: throw Volume.notFound(key)
            case ENXIO, ENODEV:
                throw StoreError(.notFound, "'\(key)' is not an object: the file is a pipe, a socket or a device")
            case ELOOP, EXDEV:
                throw StoreError(
                    .notFound,
                    "'\(key)' is not an object: its path goes through a symbolic link that is not followed"
                        + " or leads out of the root (setting 'symlinks')")
            default: throw error.storeError("open '\(key)'")
            }
        }
    }

    private func closing<R>(_ file: Int32, _ body: () throws(SystemError) -> R) throws(SystemError) -> R {
        do throws(SystemError) {
            return try body()
        } catch {
            close(file)
            throw error
        }
    }

    /// The error for an object that is not there.
    static func notFound(_ key: Key) -> StoreError {
        StoreError(.notFound, "there is no object '\(key)'", key: key.string)
    }
}
