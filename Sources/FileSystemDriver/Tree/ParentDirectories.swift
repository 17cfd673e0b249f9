import Coffer
import Glibc

extension Volume {
    /// Opens the directory that holds an object's name, if it is there.
    ///
    /// - Returns: Nil if there is no such directory, or if the path goes where it must not.
    func existingParent(_ path: ObjectPath) throws(SystemError) -> Descriptor? {
        if path.leaf == 0 { return Descriptor(lending: root) }
        do throws(SystemError) {
            return Descriptor(owning: try open(path.parent, directoryFlags))
        } catch {
            guard error.isAbsent || error.isEscape else { throw error }
            return nil
        }
    }

    /// Opens the directory that holds an object's name; makes what is missing.
    ///
    /// - Parameters:
    ///   - path: The object's path.
    ///   - key: Its key.
    ///   - made: Set if something had to be made.
    /// - Throws: What the system reports; `permissionDenied` if a symbolic link is in the way.
    func makeParent(_ path: ObjectPath, _ key: Key, made: inout Bool) throws(StoreError) -> Descriptor {
        if path.leaf == 0 { return Descriptor(lending: root) }
        do throws(SystemError) {
            return Descriptor(owning: try open(path.parent, directoryFlags))
        } catch {
            guard error.isAbsent || error.isEscape else {
                throw error.storeError("open the directory of '\(key)'")
            }
        }
        made = true
        do throws(StoreError) {
            return try makeDirectories(path, key)
        } catch {
            removeEmptyParents(path)
            throw error
        }
    }

    /// Makes the directories of a path one by one. Others may remove them as fast as they are made: a delete removes
    /// the directories that it empties.
    private func makeDirectories(_ path: ObjectPath, _ key: Key) throws(StoreError) -> Descriptor {
        let names = path.bytes[..<(path.leaf - 1)].split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let keyBytes = Array(key.string.utf8)
        var lastError = SystemError(number: EAGAIN, call: .makeDirectory)
        attempts: for _ in 0..<100 {
            var directory = Descriptor(lending: root)
            var keyEnd = -1
            for name in names {
                if !name.starts(with: NameCodec.part) {
                    keyEnd = keyBytes[(keyEnd + 1)...].firstIndex(of: UInt8(ascii: "/")) ?? keyBytes.count
                }
                let prefix = Key(String(decoding: keyBytes[..<max(0, keyEnd)], as: UTF8.self))
                do throws(SystemError) {
                    directory = try enter(Array(name) + [0], of: directory)
                } catch {
                    lastError = error
                    switch error.number {
                    case ENOENT: continue attempts
                    case ENOTDIR, ELOOP:
                        if let inside = try followedDirectory(directory, name, prefix) {
                            directory = inside
                        } else {
                            try promote(directory, Array(name) + [0], prefix)
                            continue attempts
                        }
                    default: throw error.storeError("make the directory '\(prefix)/'")
                    }
                }
            }
            return directory
        }
        throw lastError.storeError("make the directories of '\(key)'")
    }

    /// Opens a directory below another; makes it first if it is not there.
    private func enter(_ name: [UInt8], of directory: borrowing Descriptor) throws(SystemError) -> Descriptor {
        let parent = directory.raw
        return try name.withCString { (name, _) throws(SystemError) in
            do throws(SystemError) {
                return Descriptor(owning: try Syscalls.open(parent, name, directoryFlags | O_NOFOLLOW))
            } catch {
                guard error.number == ENOENT else { throw error }
            }
            do throws(SystemError) {
                try Syscalls.makeDirectory(parent, name, mode: options.directoryMode)
                if isDurable { try Syscalls.sync(parent) }
            } catch {
                guard error.number == EEXIST else { throw error }
            }
            return Descriptor(owning: try Syscalls.open(parent, name, directoryFlags | O_NOFOLLOW))
        }
    }

    /// What to do about a name on the way that is no directory.
    ///
    /// - Returns: The directory to which a link leads that may be followed; nil if it is a file, which becomes one.
    private func followedDirectory(
        _ directory: borrowing Descriptor, _ name: ArraySlice<UInt8>, _ prefix: Key
    ) throws(StoreError) -> Descriptor? {
        let parent = directory.raw
        let status = try reporting("examine '\(prefix)'") { () throws(SystemError) in
            try (Array(name) + [0]).withCString { (name, _) throws(SystemError) in try Syscalls.stat(parent, name) }
        }
        if status.isFile || status.isDirectory { return nil }
        if status.isLink && options.symlinks == .followInside {
            let path = try ObjectPath(prefix)
            do throws(SystemError) {
                return Descriptor(
                    owning: try path.withPath { (path) throws(SystemError) in try open(path, directoryFlags) })
            } catch {
                guard error.isAbsent || error.isEscape else {
                    throw error.storeError("follow the symbolic link '\(prefix)'")
                }
                throw StoreError(
                    .permissionDenied,
                    "the symbolic link '\(prefix)' leads to no directory below the root, or this kernel cannot follow"
                        + " it safely (openat2); use another key")
            }
        }
        if status.isLink {
            throw StoreError(
                .permissionDenied,
                "'\(prefix)' is a symbolic link, which is not followed; use another key, or set 'symlinks' to"
                    + " follow-inside"
            )
        }
        throw StoreError(.conflict, "'\(prefix)' is neither a file nor a directory; use another key or remove it")
    }

    /// Removes the directories above an object that have become empty, up to the first that has not.
    ///
    /// A writer that has already chosen such a directory finds that it is gone and makes it again.
    ///
    /// - Parameter path: The path of an object that has been removed.
    func removeEmptyParents(_ path: ObjectPath) {
        guard !options.keepEmptyDirectories else { return }
        var end = path.leaf - 1
        while end > 0 {
            let start = (path.bytes[..<end].lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
            let name = Array(path.bytes[start..<end]) + [0]
            let above = start == 0 ? [0] : Array(path.bytes[..<(start - 1)]) + [0]
            do throws(SystemError) {
                let directory =
                    start == 0 ? Descriptor(lending: root) : Descriptor(owning: try open(above, directoryFlags))
                try name.withCString { (name, _) throws(SystemError) in
                    try Syscalls.removeDirectory(directory.raw, name)
                }
            } catch {
                // One that could not be made does not keep those above it.
                guard error.number == ENOENT else { return }
            }
            end = start - 1
        }
    }
}
