import Glibc

/// A file descriptor with one owner; closed when the owner goes.
struct Descriptor: ~Copyable, Sendable {
    /// The descriptor.
    let raw: Int32
    private let isOwned: Bool

    /// Takes over a descriptor.
    init(owning raw: Int32) {
        self.raw = raw
        isOwned = true
    }

    /// Lends a descriptor that somebody else keeps open for longer.
    init(lending raw: Int32) {
        self.raw = raw
        isOwned = false
    }

    /// Closes the descriptor and reports what `close` reports: on NFS, that written data is lost.
    consuming func close() throws(SystemError) {
        let raw = raw
        let isOwned = isOwned
        discard self
        if isOwned { try Syscalls.close(raw) }
    }

    /// Gives the descriptor to somebody else, who closes it.
    consuming func release() -> Int32 {
        let raw = raw
        discard self
        return raw
    }

    deinit {
        if isOwned { _ = Glibc.close(raw) }
    }
}
