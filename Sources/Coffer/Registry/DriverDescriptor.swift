/// How a driver presents itself to the registry: its name, its settings, and how it is made.
public struct DriverDescriptor: Sendable {
    /// The name: lower-case ASCII letters, digits and `-`, beginning with a letter.
    public var name: String
    /// One sentence that says what it stores in.
    public var summary: String
    /// Its settings.
    public var schema: ConfigurationSchema
    /// Values for the settings that all drivers share (``CommonOptions``), where they differ from those of others.
    public var commonDefaults: [String: String]
    /// Makes a driver. Must not need the network.
    public var make: @Sendable (Configuration) async throws(StoreError) -> any Driver

    /// Makes a descriptor.
    ///
    /// - Parameters:
    ///   - name: The driver's name.
    ///   - summary: What it stores in.
    ///   - schema: Its settings.
    ///   - commonDefaults: Defaults for the settings that all drivers share.
    ///   - make: Makes a driver.
    public init(
        name: String, summary: String, schema: ConfigurationSchema, commonDefaults: [String: String] = [:],
        make: @escaping @Sendable (Configuration) async throws(StoreError) -> any Driver
    ) {
        self.name = name
        self.summary = summary
        self.schema = schema
        self.commonDefaults = commonDefaults
        self.make = make
    }

    /// The driver's settings and those that all drivers share.
    public var fullSchema: ConfigurationSchema {
        var schema = schema
        let own = Set(schema.keys.map(\.name))
        schema.keys += CommonOptions.keys(defaults: commonDefaults).filter { !own.contains($0.name) }
        return schema
    }
}
