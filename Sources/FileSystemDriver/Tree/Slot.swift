import Coffer
import Glibc

/// The place where an object lies or would lie: its file, or a file inside the directory of its name.
struct Slot: ~Copyable {
    /// The directory, where the object lies inside the directory of its name.
    let inside: Descriptor?
    /// What `stat` says of the object; nil if there is none.
    let status: stat?
}

extension Volume {
    /// Finds an object's place.
    ///
    /// - Parameters:
    ///   - parent: The directory of its name.
    ///   - path: Its path.
    func slot(_ parent: borrowing Descriptor, _ path: ObjectPath) throws(SystemError) -> Slot {
        var attempts = 0
        while true {
            let found: stat?
            do throws(SystemError) {
                found = try path.withLeaf { (leaf) throws(SystemError) in try Syscalls.stat(parent.raw, leaf) }
            } catch {
                guard error.isAbsent else { throw error }
                found = nil
            }
            guard let found, !found.isFile else { return Slot(inside: nil, status: found) }
            if found.isLink && options.symlinks == .followInside {
                return Slot(inside: nil, status: try followed(path))
            }
            guard found.isDirectory else { return Slot(inside: nil, status: nil) }
            do throws(SystemError) {
                let directory = try ownDirectory(parent, path)
                let own = try ownObject(in: directory)
                return Slot(inside: directory, status: own)
            } catch {
                // It was removed or replaced since; look again.
                attempts += 1
                guard error.isAbsent && attempts < 100 else { throw error }
            }
        }
    }

    /// Opens the directory that has an object's name.
    func ownDirectory(_ parent: borrowing Descriptor, _ path: ObjectPath) throws(SystemError) -> Descriptor {
        Descriptor(
            owning: try path.withLeaf { (leaf) throws(SystemError) in
                try Syscalls.open(parent.raw, leaf, directoryFlags | O_NOFOLLOW)
            })
    }

    private func ownObject(in directory: borrowing Descriptor) throws(SystemError) -> stat? {
        do throws(SystemError) {
            let status = try Syscalls.stat(directory.raw, FileName.ownObject)
            return status.isFile ? status : nil
        } catch {
            guard error.number == ENOENT else { throw error }
            return nil
        }
    }

    private func followed(_ path: ObjectPath) throws(SystemError) -> stat? {
        do throws(SystemError) {
            let file = Descriptor(
                owning: try path.withPath { (path) throws(SystemError) in try open(path, O_PATH) })
            let status = try Syscalls.stat(file.raw)
            return status.isFile ? status : nil
        } catch {
            guard error.isAbsent || error.isEscape else { throw error }
            return nil
        }
    }
}
