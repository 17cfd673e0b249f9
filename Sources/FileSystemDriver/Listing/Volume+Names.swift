import Coffer
import Glibc

extension Volume {
    /// Reads a directory for a listing.
    ///
    /// - Parameters:
    ///   - directory: The open directory, at its beginning.
    ///   - path: Its path below the root, without a NUL.
    ///   - scope: Which names are wanted.
    ///   - window: Where they go.
    /// - Returns: Whether other directories were read too, because long segments continue there.
    func readNames(
        _ directory: Int32, _ path: [UInt8], _ scope: ListScope.Local, into window: inout NameWindow
    ) throws(SystemError) -> Bool {
        var reader = NameReader(volume: self, scope: scope, window: window)
        try reader.read(directory, path, pieces: [])
        window = reader.window
        window.finish()
        return reader.hasParts
    }

    /// Whether a directory has an object at any depth; stops at the first.
    ///
    /// - Parameter path: Its path below the root, without a NUL.
    func hasObject(below path: [UInt8]) throws(SystemError) -> Bool {
        var open: [(path: [UInt8], pieces: [UInt8])] = [(path, [])]
        var seen: Set<[UInt64]> = []
        while let next = open.popLast() {
            guard let directory = try directoryForReading(next.path) else { continue }
            let status = try Syscalls.stat(directory.raw)
            guard seen.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else { continue }
            var found = false
            try forEachName(in: directory.raw) { (name, kind) throws(SystemError) in
                var decoded: [UInt8] = []
                let meaning = NameCodec.read(name, after: next.pieces, decoded: &decoded)
                switch meaning {
                case .temporary, .other: return true
                case .ownObject:
                    // The key of the directory itself, not one below it; that of a deeper one counts.
                    if next.path == path { return true }
                case .segment, .escaped, .part: break
                }
                guard String(validating: name, as: UTF8.self) != nil else { return true }
                if meaning == .escaped && !isCanonical(decoded, name, next.pieces) { return true }
                switch try settledKind(kind, directory.raw, name, next.path) {
                case .directory: open.append((joined(next.path, name), meaning == .part ? decoded : []))
                case .file: if meaning != .part { found = true }
                default: break
                }
                return !found
            }
            if found { return true }
        }
        return false
    }

    /// Opens a directory for reading its names; nil if there is none, or one that must not be entered.
    func directoryForReading(_ path: [UInt8]) throws(SystemError) -> Descriptor? {
        do throws(SystemError) {
            return Descriptor(owning: try open(path + [0], O_RDONLY | O_DIRECTORY))
        } catch {
            guard error.isAbsent || error.isEscape else { throw error }
            return nil
        }
    }

    /// Whether a segment is spelled by exactly this name: what other programs make up is not listed twice.
    func isCanonical(_ segment: [UInt8], _ name: UnsafeRawBufferPointer, _ pieces: [UInt8]) -> Bool {
        var spelled: [UInt8] = []
        segment.withUnsafeBytes { NameCodec.append($0, to: &spelled) }
        let last = spelled[((spelled.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
        return last.elementsEqual(name)
    }
}

/// Reads the names of a directory, and those of the directories in which its long segments continue.
private struct NameReader {
    let volume: Volume
    let scope: ListScope.Local
    var window: NameWindow
    var hasParts = false
    var text: [UInt8] = []

    mutating func read(_ directory: Int32, _ path: [UInt8], pieces: [UInt8]) throws(SystemError) {
        var parts: [(path: [UInt8], pieces: [UInt8])] = []
        var temporaries: [[UInt8]] = []
        var decoded: [UInt8] = []
        let volume = volume
        try volume.forEachName(in: directory) { (name, kind) throws(SystemError) in
            switch NameCodec.read(name, after: pieces, decoded: &decoded) {
            case .segment:
                let kind =
                    kind == .file || kind == .directory
                    ? kind : try volume.settledKind(kind, directory, name, path)
                add(name, kind)
            case .escaped:
                guard volume.isCanonical(decoded, name, pieces) else { return true }
                let kind = try volume.settledKind(kind, directory, name, path)
                decoded.withUnsafeBytes { add($0, kind) }
            case .part: parts.append((volume.joined(path, name), decoded))
            case .temporary: temporaries.append(Array(name) + [0])
            case .ownObject, .other: break
            }
            return true
        }
        if !temporaries.isEmpty { volume.sweep(temporaries, in: directory) }
        for part in parts {
            hasParts = true
            guard let directory = try volume.directoryForReading(part.path) else { continue }
            try read(directory.raw, part.path, pieces: part.pieces)
        }
    }

    private mutating func add(_ segment: UnsafeRawBufferPointer, _ kind: EntryKind) {
        switch kind {
        case .file:
            if scope.contains(segment, isDirectory: false) { window.add(segment, .file) }
        case .directory:
            if scope.contains(segment, isDirectory: false) { window.add(segment, .ownObject) }
            text.removeAll(keepingCapacity: true)
            text.append(contentsOf: segment)
            text.append(UInt8(ascii: "/"))
            text.withUnsafeBytes { text in
                if scope.contains(text, isDirectory: true) { window.add(text, .directory) }
            }
        default: break
        }
    }
}
