import Coffer
import Glibc
import Synchronization

/// A file in `.coffer/writers` for each process that writes, from its first write until it closes the store.
///
/// One that is there without its process means that the process crashed: who opens the root next sweeps the tree
/// once. So a crash costs one walk, and an ordinary start a look into a small directory.
struct WriterMark: ~Copyable, Sendable {
    /// The fork generation in which the mark was made, plus one; 0 for none.
    fileprivate let generation = Atomic<UInt64>(0)
    fileprivate let name = ForkSafeLock<[UInt8]>([])

    static var directory: UnsafePointer<CChar> { FileName.cString(".coffer/writers") }
    static var path: [UInt8] { Array(".coffer/writers".utf8) + [0] }
}

extension Volume {
    /// Makes the mark before the first temporary file of this process.
    func announceWriter() {
        let generation = Fork.generation + 1
        guard writerMark.generation.load(ordering: .relaxed) != generation else { return }
        let name = TemporaryName.make()
        writerMark.name.withLock { $0 = name }
        writerMark.generation.store(generation, ordering: .relaxed)
        // Who may not write there cannot leave a mark; a listing sweeps too, where it passes.
        try? makeControlDirectory(FileName.control)
        try? makeControlDirectory(WriterMark.directory)
        guard let directory = writerDirectory() else { return }
        try? name.withCString { (name, _) throws(SystemError) in
            try Syscalls.close(
                try Syscalls.open(
                    directory.raw, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: options.fileMode))
        }
    }

    /// Removes the mark; what was written is complete by now, or has been given up.
    func removeWriterMark() {
        guard writerMark.generation.load(ordering: .relaxed) == Fork.generation + 1 else { return }
        writerMark.generation.store(0, ordering: .relaxed)
        let name = writerMark.name.withLock { $0 }
        guard let directory = writerDirectory() else { return }
        try? name.withCString { (name, _) throws(SystemError) in try Syscalls.unlink(directory.raw, name) }
    }

    /// Sweeps the tree if a process has crashed while it wrote there.
    func recoverFromCrashes() {
        guard let directory = writerDirectory() else { return }
        var stale: [[UInt8]] = []
        try? forEachName(in: directory.raw) { (name, _) throws(SystemError) in
            let mark = Array(name) + [0]
            if name.starts(with: NameCodec.temporary) && isStale(mark, directory.raw) { stale.append(mark) }
            return true
        }
        guard !stale.isEmpty else { return }
        sweepAll()
        // Last, so that a crash in between makes the next one begin again.
        for name in stale {
            try? name.withCString { (name, _) throws(SystemError) in try Syscalls.unlink(directory.raw, name) }
        }
    }

    private func writerDirectory() -> Descriptor? {
        guard let raw = try? open(WriterMark.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else { return nil }
        return Descriptor(owning: raw)
    }
}
