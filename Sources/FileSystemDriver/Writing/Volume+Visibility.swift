import Coffer
import Glibc

extension Volume {
    /// Who may read an object.
    func visibility(of key: Key) throws(StoreError) -> Visibility {
        try openObject(key).status.st_mode & S_IROTH == 0 ? .private : .public
    }

    /// Says who may read an object.
    func setVisibility(_ visibility: Visibility, of key: Key) throws(StoreError) {
        let object = try openObject(key)
        try reporting("set the mode of '\(key)'") { () throws(SystemError) in
            try visibility.set(on: object.file.raw)
            if isDurable { try Syscalls.sync(object.file.raw) }
        }
    }
}

extension Visibility {
    /// Sets the mode of a file: everybody may read it, or its owner alone. What the owner may do stays.
    ///
    /// The umask does not count: who says so explicitly means it. Directories stay as they are.
    func set(on file: Int32) throws(SystemError) {
        let mode = try Syscalls.stat(file).st_mode & 0o7777
        switch self {
        case .public: try Syscalls.setMode(file, mode | S_IRGRP | S_IROTH)
        case .private: try Syscalls.setMode(file, mode & ~(S_IRWXG | S_IRWXO))
        }
    }
}
