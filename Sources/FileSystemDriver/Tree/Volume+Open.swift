import CCofferSupport
import Coffer
import Glibc

extension Volume {
    /// Opens what lies at a path below the root; never what lies elsewhere.
    ///
    /// - Parameters:
    ///   - path: Names with slashes between them, a NUL behind them; empty for the root.
    ///   - flags: Those of `open`.
    ///   - mode: The mode of a new file.
    /// - Throws: `ELOOP` or `EXDEV` if the path goes through a refused symbolic link or leads out.
    func open(_ path: UnsafeBufferPointer<CChar>, _ flags: Int32, mode: UInt32 = 0) throws(SystemError) -> Int32 {
        guard let base = path.baseAddress, path.count > 0 else {
            return try Syscalls.open(root, FileName.here, flags, mode: mode)
        }
        if path.count < Volume.pathLimit { return try resolve(root, base, flags, mode) }
        return try openLong(path, flags, mode)
    }

    /// Opens a path that is held as bytes with a NUL at the end.
    func open(_ path: [UInt8], _ flags: Int32, mode: UInt32 = 0) throws(SystemError) -> Int32 {
        try path.withCString { (start, count) throws(SystemError) in
            try open(UnsafeBufferPointer(start: start, count: count - 1), flags, mode: mode)
        }
    }

    /// The kernel takes paths of up to 4,095 bytes; an escaped key can be longer.
    private static let pathLimit = 4000

    private func openLong(
        _ path: UnsafeBufferPointer<CChar>, _ flags: Int32, _ mode: UInt32
    ) throws(SystemError) -> Int32 {
        var directory = Descriptor(lending: root)
        var rest = path[...]
        while rest.count >= Volume.pathLimit {
            guard let cut = rest.prefix(Volume.pathLimit).lastIndex(of: CChar(UInt8(ascii: "/"))) else {
                throw SystemError(number: ENAMETOOLONG, call: .open)
            }
            let piece = rest[..<cut].map { UInt8(bitPattern: $0) } + [0]
            let next = try piece.withCString { (piece, _) throws(SystemError) in
                try resolve(directory.raw, piece, O_PATH | O_DIRECTORY, 0)
            }
            directory = Descriptor(owning: next)
            rest = rest[(cut + 1)...]
        }
        guard let base = path.baseAddress else { throw SystemError(number: ENOENT, call: .open) }
        return try resolve(directory.raw, base + rest.startIndex, flags, mode)
    }

    private func resolve(
        _ directory: Int32, _ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: UInt32
    ) throws(SystemError) -> Int32 {
        guard resolvesBeneath else { return try walk(directory, path, flags, mode) }
        var how = COFFER_RESOLVE_BENEATH | COFFER_RESOLVE_NO_MAGICLINKS
        if options.symlinks == .refuse { how |= COFFER_RESOLVE_NO_SYMLINKS }
        var attempts = 0
        while true {
            do throws(SystemError) {
                return try Syscalls.open(directory, path, flags, mode: mode, resolve: how)
            } catch {
                // A link with `..` in it, while somebody renames something, anywhere: the kernel asks to try again. It may
                // have to be asked often on a busy machine, so give the others a turn in between.
                attempts += 1
                guard error.number == EAGAIN && attempts < 2000 else { throw error }
                if attempts > 20 { usleep(200) }
            }
        }
    }

    /// Name by name, without following any link: what `openat2` does at once.
    private func walk(
        _ start: Int32, _ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: UInt32
    ) throws(SystemError) -> Int32 {
        var directory = Descriptor(lending: start)
        let names = UnsafeBufferPointer(start: path, count: strlen(path)).map { UInt8(bitPattern: $0) }
            .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            if name.elementsEqual([UInt8(ascii: "."), UInt8(ascii: ".")]) {
                throw SystemError(number: EXDEV, call: .open)
            }
            let next = try (Array(name) + [0]).withCString { (name, _) throws(SystemError) in
                try Syscalls.open(
                    directory.raw, name, (isLast ? flags : O_PATH | O_DIRECTORY) | O_NOFOLLOW, mode: mode)
            }
            if isLast { return next }
            directory = Descriptor(owning: next)
        }
        throw SystemError(number: ENOENT, call: .open)
    }
}
