import Coffer
import Glibc

/// Temporary files that crashed writers have left behind.
extension Volume {
    /// A temporary file that cannot be judged by its maker is left alone until nobody has touched it for a day.
    private static let patience: Int64 = 24 * 3600

    /// Removes those of some temporary files whose makers are dead; safe while other processes write.
    ///
    /// - Parameters:
    ///   - names: Their names, each with a NUL at the end.
    ///   - directory: The directory in which they lie.
    func sweep(_ names: [[UInt8]], in directory: Int32) {
        for name in names where isStale(name, directory) { removeTemporary(name, directory) }
    }

    /// Removes all stale temporary files below the root; what cannot be read or removed is left alone.
    ///
    /// - Complexity: O(n) in the files below the root.
    func sweepAll() {
        var paths: [[UInt8]] = [[]]
        while let path = paths.popLast() {
            let raw = try? open(path + [0], O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            guard let raw else { continue }
            let directory = Descriptor(owning: raw)
            var temporaries: [[UInt8]] = []
            try? forEachName(in: directory.raw) { (name, kind) throws(SystemError) in
                if name.starts(with: NameCodec.temporary) {
                    temporaries.append(Array(name) + [0])
                } else if (kind == .directory || kind == .unknown)
                    && !(path.isEmpty && name.elementsEqual(NameCodec.reserved))
                {
                    paths.append(joined(path, name))
                }
                return true
            }
            sweep(temporaries, in: directory.raw)
        }
    }

    /// Whether the maker of a temporary file is dead.
    func isStale(_ name: [UInt8], _ directory: Int32) -> Bool {
        let maker = name.dropLast().withUnsafeBytes { TemporaryName.parse($0) }
        let here = TemporaryName.maker
        if let maker, maker.system == here.system, here.system != 0 {
            // Made by a process that would be visible here.
            if maker.process == here.process && maker.start == here.start { return false }
            return TemporaryName.startTime(of: maker.process) != maker.start
        }
        // Made on another machine, in another container or before the last boot.
        guard
            let status = try? name.withCString({ (name, _) throws(SystemError) in
                try Syscalls.stat(directory, name)
            })
        else { return false }
        let last = max(status.st_mtim.tv_sec, status.st_ctim.tv_sec)
        return Timestamp.now().seconds - Int64(last) > Volume.patience
    }

    private func removeTemporary(_ name: [UInt8], _ directory: Int32) {
        try? name.withCString { (name, _) throws(SystemError) in
            let status = try Syscalls.stat(directory, name)
            if status.isDirectory {
                // What was to become the directory of an object: it holds at most a second link to the object.
                let inside = Descriptor(
                    owning: try Syscalls.open(directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW))
                unlinkat(inside.raw, FileName.ownObject, 0)
                try Syscalls.removeDirectory(directory, name)
            } else {
                // A second link to a live object shares its metadata file.
                if status.st_nlink == 1 { removeMetadataFile(of: status) }
                try Syscalls.unlink(directory, name)
            }
        }
    }
}
