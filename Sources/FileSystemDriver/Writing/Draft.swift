import CCofferSupport
import Coffer
import Glibc

/// A temporary file beside its target: written, sealed, then published in one step, or thrown away.
///
/// The order is what makes a crash harmless: bytes, time, metadata, `fsync`, `close`, and only then the name. The
/// metadata is part of the file (or bound to it, see ``MetadataFiles``), so that it comes and goes with the bytes.
struct Draft: ~Copyable, Sendable {
    private let volume: Volume
    private let key: Key
    private let path: ObjectPath
    private let parent: Descriptor
    private let name: [UInt8]
    private let generation: UInt64
    private var file: Int32
    /// Whether the temporary name is still there.
    private var isNamed = true
    private var status: stat?
    /// Whether a metadata file was made for this draft.
    private var hasMetadataFile = false
    /// Whether directories were made for this draft.
    private let madeDirectories: Bool
    /// Ends a long write early.
    var interruption: Interruption?
    /// Told how far a long write is; ``Store`` tells it the end.
    var progress: Progress?
    private var written: Int64 = 0

    /// Makes the temporary file, and the directories on the way to it.
    ///
    /// - Parameters:
    ///   - volume: Where.
    ///   - key: The object's key.
    init(_ volume: Volume, _ key: Key) throws(StoreError) {
        let path = try ObjectPath(key)
        volume.announceWriter()
        var attempts = 0
        var made = false
        while true {
            let parent = try volume.makeParent(path, key, made: &made)
            let name = TemporaryName.make()
            do throws(SystemError) {
                let file = try name.withCString { (name, _) throws(SystemError) in
                    try Syscalls.open(
                        parent.raw, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY,
                        mode: volume.options.fileMode)
                }
                self.volume = volume
                self.key = key
                self.path = path
                self.parent = parent
                self.name = name
                self.file = file
                madeDirectories = made
                generation = Fork.generation
                return
            } catch {
                // The directory was empty, and somebody's delete removed it since.
                attempts += 1
                guard error.number == ENOENT && attempts < 100 else {
                    if made { volume.removeEmptyParents(path) }
                    throw error.storeError("make a temporary file for '\(key)'")
                }
            }
        }
    }

    deinit {
        if file >= 0 { close(file) }
        // A child of fork() has a copy of this value; the file is its parent's.
        guard generation == Fork.generation else { return }
        if isNamed {
            name.withUnsafeBytes { bytes in
                if let name = bytes.baseAddress { unlinkat(parent.raw, name.assumingMemoryBound(to: CChar.self), 0) }
            }
            if hasMetadataFile, let status { volume.removeMetadataFile(of: status) }
            if madeDirectories { volume.removeEmptyParents(path) }
        }
    }

    /// How much is written between two looks for a cancellation.
    private static let stepSize = 16 << 20

    /// Adds bytes at the end.
    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        guard var start = bytes.baseAddress else { return }
        var rest = bytes.count
        while rest > 0 {
            do throws(SystemError) {
                let count = try Syscalls.write(file, start, min(rest, Draft.stepSize))
                start += count
                rest -= count
            } catch {
                throw error.storeError("write '\(key)'")
            }
            if rest > 0 { try interruption?.check() }
        }
        written += Int64(bytes.count)
    }

    /// Adds all bytes of a payload.
    mutating func write(_ payload: Payload) throws(StoreError) {
        for (index, segment) in payload.segments.enumerated() {
            if index > 0 { try step() }
            switch segment {
            case .chunk(let chunk): try chunk.withUnsafeBytes { (bytes) throws(StoreError) in try write(bytes) }
            case .file(let region): try write(region)
            }
        }
    }

    private func step() throws(StoreError) {
        try interruption?.check()
        progress?.report(written)
    }

    /// Adds a part of a file, without its bytes passing through this process where the kernel can.
    mutating func write(_ region: FileRegion) throws(StoreError) {
        var position: Int64 = 0
        while position < region.count {
            if position > 0 { try step() }
            do throws(SystemError) {
                let count = try Syscalls.copyRange(
                    region.file.descriptor, at: region.offset + position, to: file,
                    Int(min(region.count - position, Int64(Draft.stepSize))))
                if count == 0 { break }
                position += Int64(count)
                written += Int64(count)
            } catch {
                switch error.number {
                case ENOSPC, EDQUOT, EIO, EFBIG, ENOMEM: throw error.storeError("write '\(key)'")
                // Different file systems, or one that cannot: by hand.
                default: return try copyByHand(region, from: position)
                }
            }
        }
        if position < region.count { try copyByHand(region, from: position) }
    }

    private mutating func copyByHand(_ region: FileRegion, from start: Int64) throws(StoreError) {
        var position = start
        let size = Int(min(region.count - start, 1 << 20))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        while position < region.count {
            if position > start { try step() }
            let count = try region.read(into: buffer, at: position)
            try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            position += Int64(count)
        }
    }

    /// Takes the contents of a whole file: shares its blocks where the file system can.
    mutating func clone(_ source: FileRegion) throws(StoreError) {
        do throws(SystemError) {
            try Syscalls.clone(source.file.descriptor, to: file)
        } catch {
            try write(source)
        }
    }

    /// Completes the file: after this only its name is missing.
    ///
    /// - Parameters:
    ///   - metadata: What is stored with the bytes.
    ///   - visibility: Who may read the object; nil for what the umask says.
    /// - Returns: The object's record.
    mutating func seal(
        _ metadata: ObjectMetadata, _ visibility: Visibility? = nil
    ) throws(StoreError) -> ObjectInfo {
        let file = file
        if let visibility {
            try reporting("set the mode of '\(key)'") { () throws(SystemError) in try visibility.set(on: file) }
        }
        let status = try reporting("complete the file of '\(key)'") { () throws(SystemError) in
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            try Syscalls.setTimes(file, time)
            return try Syscalls.stat(file)
        }
        self.status = status
        if !metadata.isEmpty {
            hasMetadataFile = try volume.store(metadata, in: file, status, key)
        }
        self.file = -1
        do throws(SystemError) {
            if volume.isDurable { try Syscalls.sync(file) }
        } catch {
            close(file)
            throw error.storeError("bring '\(key)' to the disk")
        }
        try reporting("close the file of '\(key)'") { () throws(SystemError) in try Syscalls.close(file) }
        return status.info(key, metadata)
    }

    /// Gives the sealed file its name.
    ///
    /// - Parameter condition: What has to be true of the object that is there.
    /// - Throws: `alreadyExists`, `preconditionFailed`, or what the system reports. After an error in the last
    ///   `fsync` the object is there, but may not survive a power loss.
    mutating func publish(_ condition: WriteCondition) throws(StoreError) {
        let doing = "publish '\(key)'"
        var replaced: stat?
        do {
            let cleansUp = volume.mayHaveMetadataFiles.load(ordering: .relaxed)
            let isConditional = if case .matches = condition { true } else { false }
            let lock = try reporting("lock '\(key)'") { () throws(SystemError) in
                try volume.lock(key, exclusive: isConditional || cleansUp)
            }
            defer { extendLifetime(lock) }
            if isConditional || cleansUp {
                replaced = try reporting(doing) { () throws(SystemError) in try volume.slot(parent, path).status }
                try condition.check(exists: replaced != nil, etag: replaced?.etag)
            }
            try place(noReplace: condition == .absent)
        }
        if let replaced { volume.removeMetadataFile(of: replaced) }
        if volume.isDurable {
            try reporting("bring the name of '\(key)' to the disk") { () throws(SystemError) in
                try Syscalls.sync(parent.raw)
            }
        }
    }

    private mutating func place(noReplace: Bool) throws(StoreError) {
        var attempts = 0
        while true {
            do throws(SystemError) {
                return try path.withLeaf { (leaf) throws(SystemError) in
                    try rename(to: parent.raw, leaf, noReplace: noReplace)
                }
            } catch {
                guard error.number == EISDIR || (noReplace && error.number == EEXIST) else {
                    throw error.storeError("publish '\(key)'")
                }
            }
            do throws(SystemError) {
                let inside = try volume.ownDirectory(parent, path)
                try rename(to: inside.raw, FileName.ownObject, noReplace: noReplace)
                if volume.isDurable { try Syscalls.sync(inside.raw) }
                return
            } catch {
                if noReplace && (error.number == EEXIST || error.number == ENOTDIR || error.number == ELOOP) {
                    try WriteCondition.absent.check(exists: true, etag: nil)
                }
                // The directory was removed since: the name is free again.
                attempts += 1
                guard error.isAbsent && attempts < 100 else { throw error.storeError("publish '\(key)'") }
            }
        }
    }

    private mutating func rename(
        to directory: Int32, _ target: UnsafePointer<CChar>, noReplace: Bool
    ) throws(SystemError) {
        let from = parent.raw
        let isGone = try name.withCString { (name, _) throws(SystemError) in
            do throws(SystemError) {
                try Syscalls.rename(
                    from, name, to: directory, target,
                    flags: noReplace ? COFFER_RENAME_NOREPLACE : 0)
                return true
            } catch {
                guard noReplace && error.isUnsupported else { throw error }
                try Syscalls.link(from, name, to: directory, target)
                return false
            }
        }
        if isGone {
            isNamed = false
        } else {
            hasMetadataFile = false
        }
    }
}
