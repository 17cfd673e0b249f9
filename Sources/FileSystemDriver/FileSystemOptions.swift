import Coffer

/// How a file-system store is set up.
public struct FileSystemOptions: Sendable, Hashable {
    /// What a write waits for.
    public enum Durability: String, Sendable, Hashable, CaseIterable {
        /// The data, the name and new directories are on the disk when a write returns (`fsync`).
        case full
        /// The kernel writes them later: a power loss may undo the last seconds, a crash of the program undoes nothing.
        case relaxed
    }

    /// What is done with symbolic links below the root.
    public enum Symlinks: String, Sendable, Hashable, CaseIterable {
        /// They are no objects, and no path goes through one.
        case refuse
        /// They are followed as long as they stay below the root.
        case followInside = "follow-inside"
    }

    /// The directory that holds the objects.
    public var root: String
    /// What a write waits for.
    public var durability: Durability
    /// Whether a missing root is created, its parents too.
    public var create: Bool
    /// What is done with symbolic links below the root.
    public var symlinks: Symlinks
    /// The mode of new files, before the process's umask.
    public var fileMode: UInt32
    /// The mode of new directories, before the process's umask.
    public var directoryMode: UInt32
    /// Whether a directory stays when the last object in it is deleted.
    public var keepEmptyDirectories: Bool

    /// Makes options.
    ///
    /// - Parameters:
    ///   - root: The directory that holds the objects.
    ///   - durability: What a write waits for.
    ///   - create: Whether a missing root is created.
    ///   - symlinks: What is done with symbolic links below the root.
    ///   - fileMode: The mode of new files, before the umask.
    ///   - directoryMode: The mode of new directories, before the umask.
    ///   - keepEmptyDirectories: Whether a directory stays when the last object in it is deleted.
    public init(
        root: String, durability: Durability = .full, create: Bool = true, symlinks: Symlinks = .refuse,
        fileMode: UInt32 = 0o666, directoryMode: UInt32 = 0o777, keepEmptyDirectories: Bool = false
    ) {
        self.root = root
        self.durability = durability
        self.create = create
        self.symlinks = symlinks
        self.fileMode = fileMode
        self.directoryMode = directoryMode
        self.keepEmptyDirectories = keepEmptyDirectories
    }
}
