import Coffer

extension FileSystemDriver {
    /// How the driver presents itself to the registry.
    public static let descriptor = DriverDescriptor(
        name: driverName,
        summary: "Objects as files in a directory tree.",
        schema: ConfigurationSchema(
            [
                ConfigurationKey("root", .string, isRequired: true, "The directory that holds the objects."),
                ConfigurationKey(
                    "durability", .choice(FileSystemOptions.Durability.allCases.map(\.rawValue)), default: "full",
                    "Whether a write waits for the disk (full) or leaves that to the kernel (relaxed)."),
                ConfigurationKey(
                    "create", .boolean, default: "true", "Whether a missing root directory is made, its parents too."),
                ConfigurationKey(
                    "symlinks", .choice(FileSystemOptions.Symlinks.allCases.map(\.rawValue)), default: "refuse",
                    "Whether symbolic links are no objects (refuse) or followed below the root (follow-inside)."),
                ConfigurationKey(
                    "file_mode", .string, default: "666", "The mode of new files before the umask, in base 8."),
                ConfigurationKey(
                    "directory_mode", .string, default: "777",
                    "The mode of new directories before the umask, in base 8."),
                ConfigurationKey(
                    "keep_empty_directories", .boolean, default: "false",
                    "Whether a directory stays when the last object in it is deleted."),
            ], pathKey: "root", keepsLeadingSlash: true),
        make: { configuration async throws(StoreError) in
            let options = try FileSystemOptions(configuration)
            return try await BlockingPool.run { () throws(StoreError) in try FileSystemDriver(options) }
        })
}

extension FileSystemOptions {
    /// Reads the options of a store's configuration.
    ///
    /// - Parameter configuration: Settings that fit ``FileSystemDriver/descriptor``.
    /// - Throws: `invalidConfiguration` for a mode that is none.
    public init(_ configuration: Configuration) throws(StoreError) {
        self.init(
            root: configuration.string("root") ?? "",
            durability: configuration.string("durability").flatMap(Durability.init(rawValue:)) ?? .full,
            create: configuration.boolean("create"),
            symlinks: configuration.string("symlinks").flatMap(Symlinks.init(rawValue:)) ?? .refuse,
            fileMode: try Self.mode("file_mode", configuration),
            directoryMode: try Self.mode("directory_mode", configuration),
            keepEmptyDirectories: configuration.boolean("keep_empty_directories"))
    }

    private static func mode(_ name: String, _ configuration: Configuration) throws(StoreError) -> UInt32 {
        guard let text = configuration.string(name), let mode = UInt32(text, radix: 8), mode <= 0o7777 else {
            throw configuration.fault(name, "is not a mode in base 8, such as 640")
        }
        return mode
    }
}

/// Makes the driver known to every program that is linked with it.
@section("coffer_drivers")
@used
let registration: @convention(c) () -> Void = { DriverRegistry.registerLinked(FileSystemDriver.descriptor) }
