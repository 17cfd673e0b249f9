import CCofferSupport
import Coffer
import Glibc

extension Volume {
    /// Copies an object with its metadata.
    func copy(
        _ source: Key, to target: Key, _ options: CopyOptions, _ interruption: Interruption?
    ) throws(StoreError) -> ObjectInfo {
        try interruption?.check()
        let object = try openObject(source)
        try Volume.checkSource(options.ifSourceMatch, object.status)
        if options.condition != .none { try checkEarly(target, options.condition) }
        let status = object.status
        let metadata = options.metadata ?? object.metadata
        let file = OpenFile(owning: object.release(), path: source.string)
        var draft = try Draft(self, target)
        draft.interruption = interruption
        try draft.clone(FileRegion(file: file, offset: 0, count: Int64(status.st_size)))
        let now = try reporting("copy '\(source)'") { () throws(SystemError) in try Syscalls.stat(file.descriptor) }
        guard now.isSame(as: status) else { throw FileByteStream.changed(source.string) }
        let info = try draft.seal(metadata)
        try draft.publish(options.condition)
        return info
    }

    private static func checkSource(_ wanted: ETag?, _ status: stat) throws(StoreError) {
        guard let wanted, wanted.value != "*" && wanted != status.etag else { return }
        throw StoreError(
            .preconditionFailed,
            "the source's ETag is \(status.etag.quoted), not \(wanted.quoted); read it again and retry")
    }

    /// Moves an object with its metadata, by one rename.
    func move(_ source: Key, to target: Key, _ options: CopyOptions) throws(StoreError) -> ObjectInfo {
        let from = try ObjectPath(source)
        let to = try ObjectPath(target)
        for _ in 0..<100 {
            // Its metadata; and whether it is there at all, before directories are made for it.
            let metadata = try openObject(source).metadata
            var made = false
            let parent = try makeParent(to, target, made: &made)
            do throws(StoreError) {
                switch try move(source, from, to: target, to, parent, options, metadata) {
                case .moved(let info): return info
                case .targetVanished: continue
                case .crossesMount: return try moveByCopy(source, to: target, options)
                }
            } catch {
                if made { removeEmptyParents(to) }
                throw error
            }
        }
        throw StoreError(.conflict, "the directories of '\(target)' are removed again and again", isRetryable: true)
    }

    private enum MoveOutcome {
        case moved(ObjectInfo)
        /// The target's directory was removed meanwhile.
        case targetVanished
        /// The two lie on different file systems.
        case crossesMount
    }

    private func move(
        _ source: Key, _ from: ObjectPath, to target: Key, _ to: ObjectPath, _ targetParent: borrowing Descriptor,
        _ options: CopyOptions, _ metadata: ObjectMetadata
    ) throws(StoreError) -> MoveOutcome {
        let doing = "move '\(source)' to '\(target)'"
        var metadata = metadata
        let replaced: stat?
        let status: stat
        do {
            let locks = try reporting("lock '\(source)' and '\(target)'") { () throws(SystemError) in
                try lockBoth(source, target)
            }
            defer { extendLifetime(locks) }
            guard let sourceParent = try reporting(doing, { () throws(SystemError) in try existingParent(from) }) else {
                throw Volume.notFound(source)
            }
            let old = try reporting(doing) { () throws(SystemError) in try slot(sourceParent, from) }
            guard let found = old.status else { throw Volume.notFound(source) }
            try Volume.checkSource(options.ifSourceMatch, found)
            let new = try reporting(doing) { () throws(SystemError) in try slot(targetParent, to) }
            try options.condition.check(exists: new.status != nil, etag: new.status?.etag)
            status = found
            // Another write may have come between the first look and the lock.
            metadata = try openObject(source).metadata
            replaced = new.status.flatMap { $0.isSame(as: found) ? nil : $0 }
            do throws(SystemError) {
                if let present = new.status, present.st_ino == found.st_ino, present.st_dev == found.st_dev {
                    // Two names of one file: a rename would do nothing and leave both.
                    try unlink(old, sourceParent, from)
                } else {
                    try rename(old, sourceParent, from, new, targetParent, to, noReplace: options.condition == .absent)
                }
                if isDurable {
                    try Syscalls.sync(targetParent.raw)
                    if sourceParent.raw != targetParent.raw { try Syscalls.sync(sourceParent.raw) }
                }
            } catch {
                if error.number == ENOENT && error.call == .rename { return .targetVanished }
                if error.number == EXDEV && error.call == .rename { return .crossesMount }
                if error.number == EEXIST { try WriteCondition.absent.check(exists: true, etag: nil) }
                throw error.storeError(doing)
            }
        }
        if let replaced { removeMetadataFile(of: replaced) }
        removeEmptyParents(from)
        return .moved(status.info(target, metadata))
    }

    private func rename(
        _ old: borrowing Slot, _ oldParent: borrowing Descriptor, _ from: ObjectPath,
        _ new: borrowing Slot, _ newParent: borrowing Descriptor, _ to: ObjectPath, noReplace: Bool
    ) throws(SystemError) {
        var oldDirectory = oldParent.raw
        let isInside: Bool
        switch old.inside {
        case .some(let directory):
            oldDirectory = directory.raw
            isInside = true
        case .none: isInside = false
        }
        var newDirectory = newParent.raw
        var isTargetInside = false
        switch new.inside {
        case .some(let directory):
            newDirectory = directory.raw
            isTargetInside = true
        case .none: break
        }
        try from.withLeaf { (fromLeaf) throws(SystemError) in
            try to.withLeaf { (toLeaf) throws(SystemError) in
                let oldName = isInside ? FileName.ownObject : fromLeaf
                let newName = isTargetInside ? FileName.ownObject : toLeaf
                do throws(SystemError) {
                    try Syscalls.rename(
                        oldDirectory, oldName, to: newDirectory, newName,
                        flags: noReplace ? COFFER_RENAME_NOREPLACE : 0)
                } catch {
                    guard noReplace && error.isUnsupported else { throw error }
                    try Syscalls.rename(oldDirectory, oldName, to: newDirectory, newName)
                }
            }
            if isTargetInside && isDurable { try Syscalls.sync(newDirectory) }
            if isInside && !options.keepEmptyDirectories { unlinkat(oldParent.raw, fromLeaf, AT_REMOVEDIR) }
        }
    }

    /// Between two file systems mounted below the root: a copy, then a delete of what was copied.
    private func moveByCopy(_ source: Key, to target: Key, _ options: CopyOptions) throws(StoreError) -> ObjectInfo {
        let before = try stat(source, StatOptions())
        var options = options
        if options.ifSourceMatch == nil { options.ifSourceMatch = before.etag }
        let info = try copy(source, to: target, options, nil)
        try delete(source, ifMatch: options.ifSourceMatch)
        return info
    }
}
