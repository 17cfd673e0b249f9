import Coffer
import Glibc

extension Volume {
    /// Deletes objects and waits for the disk once for each directory.
    ///
    /// - Parameters:
    ///   - keys: The objects.
    ///   - interruption: Ends it early: what has not been deleted by then gets the outcome `cancelled`.
    /// - Returns: An outcome for each, in order.
    func deleteBatch(_ keys: [Key], _ interruption: Interruption?) -> [DeleteOutcome] {
        var outcomes: [DeleteOutcome] = []
        outcomes.reserveCapacity(keys.count)
        var directories: [[UInt8]: [Int]] = [:]
        for (index, key) in keys.enumerated() {
            do throws(StoreError) {
                try interruption?.check()
                let isGone = try delete(key, ifMatch: nil, sync: false)
                if isGone && isDurable { directories[try ObjectPath(key).parent, default: []].append(index) }
                outcomes.append(DeleteOutcome(key: key))
            } catch {
                outcomes.append(DeleteOutcome(key: key, error: error))
            }
        }
        for (path, indices) in directories {
            do throws(SystemError) {
                let directory = Descriptor(owning: try open(path, O_RDONLY | O_DIRECTORY))
                try Syscalls.sync(directory.raw)
            } catch {
                // The directory was empty and has been removed: then its own name is what counts.
                if error.isAbsent || error.isEscape {
                    syncNearest(path)
                    continue
                }
                for index in indices {
                    outcomes[index] = DeleteOutcome(
                        key: keys[index], error: error.storeError("bring the deletion of '\(keys[index])' to the disk"))
                }
            }
        }
        return outcomes
    }

    /// Brings the removal of a directory to the disk: the nearest one above it that is still there.
    private func syncNearest(_ path: [UInt8]) {
        var path = Array(path.dropLast())
        while let slash = path.lastIndex(of: UInt8(ascii: "/")) {
            path.removeSubrange(slash...)
            if let raw = try? open(path + [0], O_RDONLY | O_DIRECTORY) {
                let directory = Descriptor(owning: raw)
                try? Syscalls.sync(directory.raw)
                return
            }
        }
        try? Syscalls.sync(root)
    }
}
