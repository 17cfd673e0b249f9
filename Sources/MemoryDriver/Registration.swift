import Coffer

extension MemoryDriver {
    /// How the driver presents itself: `memory://` is a store of its own, `memory://name` one that is shared by name.
    public static let descriptor = DriverDescriptor(
        name: name,
        summary: "Keeps objects in this process's memory; they are gone when it ends.",
        schema: ConfigurationSchema(
            [
                ConfigurationKey(
                    "name", .string,
                    "Stores of the same name in one process share their objects; without a name a store has its own."),
                ConfigurationKey(
                    "max_bytes", .size, "The most bytes that the store holds; beyond it writes fail with tooLarge."),
            ],
            hostKey: "name")
    ) { configuration throws(StoreError) in
        try MemoryDriver(sharing: configuration.string("name") ?? "", maxBytes: configuration.size("max_bytes"))
    }
}

/// Makes the driver known to the registry by being linked.
@section("coffer_drivers") @used
let memoryDriverRegistration: @convention(c) () -> Void = { DriverRegistry.registerLinked(MemoryDriver.descriptor) }
