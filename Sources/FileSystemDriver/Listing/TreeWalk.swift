import Coffer
import Glibc

/// A walk over the objects below a prefix in the order of their keys, common prefixes rolled up.
///
/// It holds the names of the directories on the way to where it stands, at most some ten thousand of each, and no
/// descriptor between pages.
struct TreeWalk: Sendable {
    /// How many names of a directory are held at the least.
    static let windowSize = 32 << 10
    /// How many directories on the way are open at once.
    private static let maxOpen = 8

    private struct Frame: Sendable {
        /// What all keys in it begin with.
        let keys: [UInt8]
        /// The directory's path, without a NUL.
        let path: [UInt8]
        var window: NameWindow
        var index = 0
        /// The last name before the window, if it is not the first window.
        var given: [UInt8]?
        /// The directory as it was when it was read.
        var status: stat
        var readAt: Timestamp
        /// Whether the names came from this directory alone.
        var isSimple: Bool
        /// The open directory, while a page is made.
        var file: OpenFile?
    }

    /// Unowned, as the volume keeps walks between pages; a walk is used by the volume's own methods only.
    private unowned let volume: Volume
    private let scope: ListScope
    private let delimiter: [UInt8]
    private var frames: [Frame] = []
    /// A common prefix that has been given: the rest of its keys is left out.
    private var skipped: [UInt8]?
    private var hasBegun = false
    private var undo: (depth: Int, index: Int, skipped: [UInt8]?)?

    /// - Parameters:
    ///   - volume: The tree.
    ///   - options: What to list.
    init(_ volume: Volume, _ options: ListOptions) throws(StoreError) {
        self.volume = volume
        delimiter = Array((options.delimiter ?? "").utf8)
        var after = Array((options.startAfter ?? "").utf8)
        if let token = options.pageToken {
            switch try ListToken(token) {
            case .after(let key):
                let key = Array(key.utf8)
                if ByteOrder.compare(key, after) > 0 { after = key }
            case .afterPrefix(let prefix):
                skipped = Array(prefix.utf8)
                if let skipped, ByteOrder.compare(skipped, after) > 0 { after = skipped }
            }
        }
        scope = ListScope(prefix: Array(options.prefix.utf8), after: after)
    }

    /// The next object or common prefix; nil at the end.
    mutating func next() throws(SystemError) -> ListEntry? {
        if !hasBegun {
            hasBegun = true
            if let path = startPath(), scope.isReachable { try enter(path, scope.start) }
        }
        while let top = frames.indices.last {
            if let skipped, ByteOrder.hasPrefix(frames[top].keys, skipped) {
                frames.removeLast()
                continue
            }
            if frames[top].file == nil, !(try reopen(top)) {
                frames.removeLast()
                continue
            }
            let index = frames[top].index
            guard index < frames[top].window.entries.count else {
                if frames[top].window.isComplete || index == 0 {
                    frames.removeLast()
                } else {
                    try refill(top)
                }
                continue
            }
            frames[top].index = index + 1
            let before = skipped
            if let entry = try visit(top, index) {
                undo = (frames.count, index, before)
                return entry
            }
        }
        undo = nil
        return nil
    }

    /// Takes the last entry back: the next call gives it again, if it is still there.
    mutating func stepBack() {
        guard let undo, undo.depth == frames.count else { return }
        frames[undo.depth - 1].index = undo.index
        skipped = undo.skipped
        self.undo = nil
    }

    /// Lets go of descriptors.
    mutating func suspend() {
        for index in frames.indices { frames[index].file = nil }
    }

    /// Opens a directory again after a pause, and reads it anew if it has changed.
    ///
    /// - Returns: Whether it is still there.
    private mutating func reopen(_ index: Int) throws(SystemError) -> Bool {
        guard let file = try open(frames[index].path) else { return false }
        frames[index].file = file
        let status = try Syscalls.stat(file.descriptor)
        let old = frames[index].status
        let age = frames[index].readAt.timeIntervalSince1970 - old.lastModified.timeIntervalSince1970
        // A change within the same tick of the kernel's clock would not show in the time.
        if !(frames[index].isSimple && status.isSame(as: old) && age > 0.05) { try refill(index) }
        return true
    }

    // MARK: - Directories

    private func startPath() -> [UInt8]? {
        let keys = scope.start
        guard !keys.isEmpty else { return [] }
        return keys.dropLast().withUnsafeBytes { bytes -> [UInt8]? in
            // "/" alone is the directory of the empty segment.
            if bytes.isEmpty { return NameCodec.empty }
            return ObjectPath.spell(bytes).map { Array($0.bytes.dropLast()) }
        }
    }

    private func open(_ path: [UInt8]) throws(SystemError) -> OpenFile? {
        guard let directory = try volume.directoryForReading(path) else { return nil }
        return OpenFile(owning: directory.release(), path: String(decoding: path, as: UTF8.self))
    }

    private mutating func enter(_ path: [UInt8], _ keys: [UInt8]) throws(SystemError) {
        guard let file = try open(path) else { return }
        let status = try Syscalls.stat(file.descriptor)
        // A link that is followed may lead back to a directory on the way.
        if frames.contains(where: { $0.status.st_ino == status.st_ino && $0.status.st_dev == status.st_dev }) { return }
        var frame = Frame(
            keys: keys, path: path, window: NameWindow(capacity: Self.windowSize), status: status, readAt: .now(),
            isSimple: true, file: file)
        frame.isSimple = !(try volume.readNames(file.descriptor, path, scope.local(keys), into: &frame.window))
        frames.append(frame)
        // A deep tree must not use up the descriptors.
        if frames.count > Self.maxOpen { frames[frames.count - 1 - Self.maxOpen].file = nil }
    }

    /// Reads the names behind those that have been given.
    private mutating func refill(_ index: Int) throws(SystemError) {
        if frames[index].index > 0 {
            frames[index].given = Array(frames[index].window.text(frames[index].index - 1))
        }
        frames[index].window = NameWindow(capacity: Self.windowSize)
        frames[index].index = 0
        guard let file = try open(frames[index].path) else { return }
        frames[index].file = file
        frames[index].status = try Syscalls.stat(file.descriptor)
        frames[index].readAt = .now()
        var local = scope.local(frames[index].keys)
        local.given = frames[index].given
        frames[index].isSimple =
            !(try volume.readNames(
                file.descriptor, frames[index].path, local, into: &frames[index].window))
    }

    // MARK: - Entries

    private mutating func visit(_ top: Int, _ index: Int) throws(SystemError) -> ListEntry? {
        let kind = frames[top].window.entries[index].kind
        let key = frames[top].keys + frames[top].window.text(index)
        if let skipped, ByteOrder.hasPrefix(key, skipped) { return nil }
        let rolled = commonPrefix(of: key)
        if kind == .directory {
            let isCut = ByteOrder.hasPrefix(scope.after, key)
            let path = directoryPath(top, index)
            if let rolled, !isCut {
                guard let text = String(validating: rolled, as: UTF8.self), try volume.hasObject(below: path) else {
                    return nil
                }
                skipped = rolled
                return .prefix(text)
            }
            try enter(path, key)
            return nil
        }
        guard key.count <= Key.maxBytes, let text = String(validating: key, as: UTF8.self),
            let status = try status(top, index, kind)
        else { return nil }
        if let rolled, let prefix = String(validating: rolled, as: UTF8.self) {
            skipped = rolled
            return .prefix(prefix)
        }
        return .object(status.info(Key(text)))
    }

    private func commonPrefix(of key: [UInt8]) -> [UInt8]? {
        guard !delimiter.isEmpty, key.count > scope.prefix.count,
            let start = ByteOrder.find(delimiter, in: key, from: scope.prefix.count)
        else { return nil }
        return Array(key[..<(start + delimiter.count)])
    }

    private func directoryPath(_ top: Int, _ index: Int) -> [UInt8] {
        spelled(top, frames[top].window.text(index).dropLast())
    }

    private func spelled(_ top: Int, _ segment: ArraySlice<UInt8>) -> [UInt8] {
        var path = frames[top].path
        if !path.isEmpty { path.append(UInt8(ascii: "/")) }
        segment.withUnsafeBytes { NameCodec.append($0, to: &path) }
        return path
    }

    /// What lies there now; nil if it is no object any more.
    private func status(_ top: Int, _ index: Int, _ kind: NameWindow.Kind) throws(SystemError) -> stat? {
        let window = frames[top].window
        let segment = window.text(index)
        do throws(SystemError) {
            if kind == .file, let file = frames[top].file,
                segment.withUnsafeBytes({ !$0.isEmpty && $0.count <= NameCodec.maxName && !NameCodec.isReserved($0) })
            {
                let status = try window.withName(index) { (name) throws(SystemError) in
                    try Syscalls.stat(file.descriptor, name)
                }
                if !status.isLink { return status.isFile ? status : nil }
                guard volume.options.symlinks == .followInside else { return nil }
            }
            var path = spelled(top, segment)
            if kind == .ownObject { path += [UInt8(ascii: "/")] + NameCodec.ownObject }
            let file = Descriptor(owning: try volume.open(path + [0], O_PATH))
            let status = try Syscalls.stat(file.raw)
            return status.isFile ? status : nil
        } catch {
            guard error.isAbsent || error.isEscape else { throw error }
            return nil
        }
    }
}
