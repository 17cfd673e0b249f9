import Coffer
import Glibc

extension Volume {
    /// Stores a whole object.
    func put(
        _ key: Key, _ payload: Payload, _ options: WriteOptions, _ interruption: Interruption?
    ) throws(StoreError) -> ObjectInfo {
        try interruption?.check()
        if options.condition != .none { try checkEarly(key, options.condition) }
        var draft = try Draft(self, key)
        draft.interruption = interruption
        draft.progress = options.progress
        try draft.write(payload)
        let info = try draft.seal(options.metadata, options.visibility)
        try draft.publish(options.condition)
        return info
    }

    /// Looks whether a condition fails already, before bytes are written in vain. What counts is the look when the
    /// object is published.
    func checkEarly(_ key: Key, _ condition: WriteCondition) throws(StoreError) {
        let path = try ObjectPath(key)
        let status = try reporting("examine '\(key)'") { () throws(SystemError) -> stat? in
            guard let parent = try existingParent(path) else { return nil }
            return try slot(parent, path).status
        }
        try condition.check(exists: status != nil, etag: status?.etag)
    }

    /// Deletes an object.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - ifMatch: The ETag that it has to have.
    ///   - sync: Whether the disk is waited for; false if the caller does it for many.
    /// - Returns: Whether there was an object.
    @discardableResult
    func delete(_ key: Key, ifMatch: ETag?, sync: Bool = true) throws(StoreError) -> Bool {
        let path = try ObjectPath(key)
        let doing = "delete '\(key)'"
        guard let parent = try reporting(doing, { () throws(SystemError) in try existingParent(path) }) else {
            if let ifMatch { try WriteCondition.matches(ifMatch).check(exists: false, etag: nil) }
            return false
        }
        let removed: stat
        do {
            let lock = try reporting("lock '\(key)'") { () throws(SystemError) in
                try self.lock(key, exclusive: true)
            }
            defer { extendLifetime(lock) }
            let slot = try reporting(doing) { () throws(SystemError) -> Slot in try self.slot(parent, path) }
            if let ifMatch {
                try WriteCondition.matches(ifMatch).check(exists: slot.status != nil, etag: slot.status?.etag)
            }
            guard let status = slot.status else { return false }
            try reporting(doing) { () throws(SystemError) in try unlink(slot, parent, path) }
            removed = status
        }
        removeMetadataFile(of: removed)
        if sync && isDurable {
            try reporting("bring the deletion of '\(key)' to the disk") { () throws(SystemError) in
                try Syscalls.sync(parent.raw)
            }
        }
        removeEmptyParents(path)
        return true
    }

    /// Removes the name of an object; one that has gone meanwhile is fine.
    func unlink(
        _ slot: borrowing Slot, _ parent: borrowing Descriptor, _ path: ObjectPath
    ) throws(SystemError) {
        do throws(SystemError) {
            switch slot.inside {
            case .some(let directory):
                try Syscalls.unlink(directory.raw, FileName.ownObject)
                if isDurable { try Syscalls.sync(directory.raw) }
                // The last object of the directory of its own name: that goes too, if it is empty.
                if !options.keepEmptyDirectories {
                    _ = path.withLeaf { unlinkat(parent.raw, $0, AT_REMOVEDIR) }
                }
            case .none:
                try path.withLeaf { (leaf) throws(SystemError) in try Syscalls.unlink(parent.raw, leaf) }
            }
        } catch {
            guard error.number == ENOENT else { throw error }
        }
    }
}
