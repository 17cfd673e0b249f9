import Coffer
import Glibc

/// The kinds of directory entries that matter.
enum EntryKind: UInt8 {
    case file, directory, link, other, unknown

    /// - Parameter type: `d_type` of `getdents64`.
    init(type: UInt8) {
        switch Int(type) {
        case 8: self = .file
        case 4: self = .directory
        case 10: self = .link
        case 0: self = .unknown
        default: self = .other
        }
    }

    /// - Parameter status: What `stat` says.
    init(_ status: stat) {
        self = status.isFile ? .file : status.isDirectory ? .directory : status.isLink ? .link : .other
    }
}

extension Volume {
    /// Reads the names in a directory, without `.` and `..`, in the order in which the file system has them.
    ///
    /// - Parameters:
    ///   - directory: An open directory, at its beginning.
    ///   - body: Gets each name and its kind; returns whether to go on.
    func forEachName(
        in directory: Int32, _ body: (UnsafeRawBufferPointer, EntryKind) throws(SystemError) -> Bool
    ) throws(SystemError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try Syscalls.readDirectory(directory, into: buffer)
            if count == 0 { return }
            var offset = 0
            // struct linux_dirent64: inode (8), offset (8), record length (2), type (1), name. Source: getdents(2).
            while offset + 19 < count {
                let length = Int(buffer.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
                guard length > 19, offset + length <= count else { break }
                let field = UnsafeRawBufferPointer(rebasing: buffer[(offset + 19)..<(offset + length)])
                let name = UnsafeRawBufferPointer(rebasing: field[..<(field.firstIndex(of: 0) ?? field.count)])
                let type = buffer[offset + 18]
                offset += length
                if name[0] == UInt8(ascii: ".") && (name.count == 1 || (name.count == 2 && name[1] == name[0])) {
                    continue
                }
                if !(try body(name, EntryKind(type: type))) { return }
            }
        }
    }

    /// The kind of an entry whose directory does not say it, or of what a link leads to if links are followed.
    ///
    /// - Parameters:
    ///   - kind: What the directory says.
    ///   - directory: The open directory.
    ///   - name: The entry's name.
    ///   - path: The directory's path below the root, without a NUL.
    func settledKind(
        _ kind: EntryKind, _ directory: Int32, _ name: UnsafeRawBufferPointer, _ path: [UInt8]
    ) throws(SystemError) -> EntryKind {
        var kind = kind
        do throws(SystemError) {
            if kind == .unknown {
                kind = EntryKind(
                    try (Array(name) + [0]).withCString { (name, _) throws(SystemError) in
                        try Syscalls.stat(directory, name)
                    })
            }
            guard kind == .link else { return kind }
            guard options.symlinks == .followInside else { return .other }
            let target = Descriptor(owning: try open(joined(path, name) + [0], O_PATH))
            return EntryKind(try Syscalls.stat(target.raw))
        } catch {
            guard error.isAbsent || error.isEscape else { throw error }
            return .other
        }
    }

    /// A path below a directory, without a NUL.
    func joined(_ path: [UInt8], _ name: some Collection<UInt8>) -> [UInt8] {
        path.isEmpty ? Array(name) : path + [UInt8(ascii: "/")] + name
    }
}
