import CCofferSupport
import Coffer
import Glibc

/// Lock files that are open and not in use, of the process that opened them.
struct LockFiles: Sendable {
    var generation: UInt64 = 0
    var free: [Int32] = []
}

/// A lock on one key, held across threads and processes; the kernel lets go of it when its holder dies.
///
/// It is a lock on one byte of `.coffer/locks`, at an offset that is a hash of the key. Each holder has an open file
/// of its own, so that the kernel tells threads apart as it does processes.
struct KeyLock: ~Copyable {
    private let volume: Volume
    private let file: Int32
    private let offset: Int64

    fileprivate init(_ volume: Volume, _ file: Int32, _ offset: Int64) {
        self.volume = volume
        self.file = file
        self.offset = offset
    }

    deinit {
        guard file >= 0 else { return }
        if coffer_fs_lock_byte(file, COFFER_LOCK_RELEASE, offset) == 0 {
            volume.giveBack(lockFile: file)
        } else {
            close(file)
        }
    }

    /// Where the byte of a key lies: the FNV-1a hash of its bytes, without its lowest two bits.
    static func offset(of key: Key) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key.string.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int64(hash >> 2)
    }
}

extension Volume {
    private static let maxFreeLockFiles = 32

    /// Locks a key; waits while others hold it.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - exclusive: Whether nobody else may write the key meanwhile. Writes that depend on what is there need it;
    ///     a plain write holds a shared lock, so that it does not come between the look and the write of another.
    /// - Throws: What keeps an exclusive lock from being had. A shared one is done without where it cannot be had:
    ///   nobody can hold an exclusive one there.
    func lock(_ key: Key, exclusive: Bool) throws(SystemError) -> KeyLock {
        try lock(at: KeyLock.offset(of: key), exclusive: exclusive)
    }

    /// Locks two keys, in an order that makes a deadlock impossible.
    func lockBoth(_ a: Key, _ b: Key) throws(SystemError) -> (KeyLockPair) {
        let first = KeyLock.offset(of: a)
        let second = KeyLock.offset(of: b)
        let low = try lock(at: min(first, second), exclusive: true)
        if first == second { return KeyLockPair(low: low, high: nil) }
        return KeyLockPair(low: low, high: try lock(at: max(first, second), exclusive: true))
    }

    private func lock(at offset: Int64, exclusive: Bool) throws(SystemError) -> KeyLock {
        do throws(SystemError) {
            let file = try takeLockFile()
            do throws(SystemError) {
                let how = exclusive ? COFFER_LOCK_EXCLUSIVE : COFFER_LOCK_SHARED
                try Syscalls.lock(file, how, at: offset)
            } catch {
                close(file)
                throw error
            }
            return KeyLock(self, file, offset)
        } catch {
            if exclusive || error.number == EMFILE || error.number == ENFILE || error.number == EIO { throw error }
            return KeyLock(self, -1, offset)
        }
    }

    private func takeLockFile() throws(SystemError) -> Int32 {
        let generation = Fork.generation
        let (file, inherited): (Int32?, [Int32]) = lockFiles.withLock { files in
            if files.generation == generation { return (files.free.popLast(), []) }
            // After a fork the parent's files are open here too; a lock on one of them would be the parent's as well.
            let inherited = files.free
            files = LockFiles(generation: generation)
            return (nil, inherited)
        }
        for file in inherited { close(file) }
        if let file { return file }
        return try openLockFile()
    }

    private func openLockFile() throws(SystemError) -> Int32 {
        let path = Array(".coffer/locks".utf8) + [0]
        do throws(SystemError) {
            return try open(path, O_RDWR | O_CREAT | O_NOCTTY, mode: options.fileMode)
        } catch {
            switch error.number {
            case ENOENT:
                try makeControlDirectory(FileName.control)
                return try open(path, O_RDWR | O_CREAT | O_NOCTTY, mode: options.fileMode)
            case EACCES, EPERM, EROFS: return try open(path, O_RDONLY | O_NOCTTY)
            default: throw error
            }
        }
    }

    /// Makes a directory for the driver's own files; one that is there is fine.
    func makeControlDirectory(_ name: UnsafePointer<CChar>) throws(SystemError) {
        do throws(SystemError) {
            try Syscalls.makeDirectory(root, name, mode: options.directoryMode)
        } catch {
            if error.number != EEXIST { throw error }
        }
    }

    fileprivate func giveBack(lockFile file: Int32) {
        let generation = Fork.generation
        let isKept = lockFiles.withLock { files in
            guard files.generation == generation && files.free.count < Self.maxFreeLockFiles else { return false }
            files.free.append(file)
            return true
        }
        if !isKept { close(file) }
    }

    /// Closes the lock files that are not in use.
    func closeLockFiles() {
        let files = lockFiles.withLock { files in
            defer { files.free = [] }
            return files.free
        }
        for file in files { close(file) }
    }
}

/// Locks on one or two keys.
struct KeyLockPair: ~Copyable {
    private let low: KeyLock
    private let high: KeyLock?

    init(low: consuming KeyLock, high: consuming KeyLock?) {
        self.low = low
        self.high = high
    }
}
