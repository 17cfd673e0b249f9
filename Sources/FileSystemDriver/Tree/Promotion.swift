import CCofferSupport
import Coffer
import Glibc

extension Volume {
    /// Turns the file of an object into a directory with the object inside, so that `a` and `a/b` can both exist.
    ///
    /// A directory with a second link to the file is made beside it, and the two exchange their names in one step:
    /// the object is there at every moment, with the same inode and so the same ETag.
    ///
    /// - Parameters:
    ///   - parent: The directory of the name.
    ///   - name: The name, with a NUL at the end.
    ///   - key: The key of the object.
    func promote(_ parent: borrowing Descriptor, _ name: [UInt8], _ key: Key) throws(StoreError) {
        let directory = parent.raw
        do throws(SystemError) {
            // No writer of that key may come between the second link and the exchange.
            let lock = try lock(key, exclusive: true)
            defer { extendLifetime(lock) }
            try name.withCString { (name, _) throws(SystemError) in
                // Another writer may have been quicker.
                let status = try Syscalls.stat(directory, name)
                guard status.isFile else { return }
                let temporary = TemporaryName.make()
                try temporary.withCString { (temporary, _) throws(SystemError) in
                    try exchange(directory, name, status, temporary)
                }
            }
        } catch {
            if error.number == ENOENT { return }
            if error.isUnsupported || (error.call == .link && (error.number == EPERM || error.number == EMLINK)) {
                throw StoreError(
                    .unsupported,
                    "this file system cannot hold both '\(key)' and keys below it: \(systemMessage(error.number));"
                        + " use other keys, or another file system")
            }
            throw error.storeError("make room for keys below '\(key)'")
        }
    }

    private func exchange(
        _ parent: Int32, _ name: UnsafePointer<CChar>, _ status: stat, _ temporary: UnsafePointer<CChar>
    ) throws(SystemError) {
        try Syscalls.makeDirectory(parent, temporary, mode: options.directoryMode)
        do throws(SystemError) {
            let inside = Descriptor(owning: try Syscalls.open(parent, temporary, directoryFlags | O_NOFOLLOW))
            do throws(SystemError) {
                try Syscalls.link(parent, name, to: inside.raw, FileName.ownObject)
                if isDurable { try Syscalls.sync(inside.raw) }
                try Syscalls.rename(
                    parent, temporary, to: parent, name, flags: COFFER_RENAME_EXCHANGE)
            } catch {
                unlinkat(inside.raw, FileName.ownObject, 0)
                throw error
            }
            // What has the temporary name now is the file. A program that takes no lock may have replaced it
            // meanwhile: then what it wrote is the newer.
            let old = try Syscalls.stat(parent, temporary)
            if old.st_ino == status.st_ino {
                try Syscalls.unlink(parent, temporary)
            } else {
                try Syscalls.rename(parent, temporary, to: inside.raw, FileName.ownObject)
            }
        } catch {
            // Either the directory, if nothing was exchanged, or the second link.
            if unlinkat(parent, temporary, AT_REMOVEDIR) != 0 && errno == ENOTDIR { unlinkat(parent, temporary, 0) }
            throw error
        }
        if isDurable { try Syscalls.sync(parent) }
    }
}
