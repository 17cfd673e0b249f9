/// The one portable front of all drivers: it checks what can be checked, fills in what a driver lacks, and hands the
/// rest on.
///
/// A store may be used from any number of tasks at once. Every verb throws ``StoreError``.
///
/// ```swift
/// let store = try await Store.open("memory://")
/// try await store.put("greeting.txt", "hello")
/// let (info, bytes) = try await store.get("greeting.txt")
/// ```
public final class Store: Sendable {
    /// The driver with its layers.
    public let driver: any Driver
    /// What the driver can do.
    public let capabilities: Capabilities
    let facets: DriverFacets
    /// The driver, if no layer is around it and it never waits.
    let immediate: (any ImmediateDriver)?
    let driverName: String
    let lifecycle = Lifecycle()
    /// What parts on their way may take together.
    let memory: MemoryBudget

    /// The memory, in bytes, that the parts on their way of all transfers of a store may take together if nobody says
    /// otherwise.
    public static let defaultMemoryBudget: Int64 = 256 << 20

    /// Makes a store of a driver.
    ///
    /// - Parameters:
    ///   - driver: The driver.
    ///   - layers: What is put around it, innermost first.
    ///   - memoryBudget: The memory, in bytes, that the parts on their way of all transfers may take together.
    public convenience init(
        driver: any Driver, layers: [any Layer] = [], memoryBudget: Int64 = Store.defaultMemoryBudget
    ) {
        self.init(driver, layers, MemoryBudget(memoryBudget))
    }

    private init(_ driver: any Driver, _ layers: [any Layer], _ memory: MemoryBudget) {
        let wrapped = layers.reduce(driver) { $1.wrap($0) }
        self.driver = wrapped
        capabilities = wrapped.capabilities
        facets = wrapped.facets
        immediate = wrapped as? any ImmediateDriver
        driverName = wrapped.name
        self.memory = memory
    }

    /// A store of the same driver with further layers around it; closing either closes the driver.
    ///
    /// - Parameter layers: The layers, innermost first.
    public func layered(_ layers: any Layer...) -> Store { Store(driver, layers, memory) }

    /// Opens a store by a URL: `driver://host/path?option=value`.
    ///
    /// - Parameters:
    ///   - url: The address, for instance `s3://bucket/prefix?region=eu-central-1`, `fs:///var/data` or `memory://`.
    ///   - options: Further settings.
    ///   - environment: The environment variables; nil for those of the process.
    /// - Throws: `invalidConfiguration`, naming the driver or setting; what the driver throws.
    @concurrent public static func open(
        _ url: String, options: [String: String] = [:], environment: [String: String]? = nil
    ) async throws(StoreError) -> Store {
        let parsed = try StoreURL(url)
        let descriptor = try DriverRegistry.descriptor(named: parsed.driver)
        var settings = try parsed.settings(descriptor.fullSchema)
        for (name, value) in options {
            if settings.updateValue(value, forKey: name) != nil {
                throw StoreError(
                    .invalidConfiguration, "option '\(name)' is given twice: in the URL and beside it",
                    operation: .open,
                    driver: parsed.driver)
            }
        }
        return try await open(driver: parsed.driver, options: settings, environment: environment)
    }

    /// Opens a store by a driver's name.
    ///
    /// - Parameters:
    ///   - name: The driver's name.
    ///   - options: Its settings; what is left out comes from the environment or is the default.
    ///   - environment: The environment variables; nil for those of the process.
    /// - Throws: `invalidConfiguration`, naming the driver or setting; what the driver throws.
    @concurrent public static func open(
        driver name: String, options: [String: String] = [:], environment: [String: String]? = nil
    ) async throws(StoreError) -> Store {
        try await open(try DriverRegistry.descriptor(named: name), options: options, environment: environment)
    }

    /// Opens a store of a driver that need not be registered, or that the program has changed.
    ///
    /// - Parameters:
    ///   - descriptor: The driver.
    ///   - options: Its settings; what is left out comes from the environment or is the default.
    ///   - environment: The environment variables; nil for those of the process.
    /// - Throws: `invalidConfiguration`, naming the setting; what the driver throws.
    @concurrent public static func open(
        _ descriptor: DriverDescriptor, options: [String: String] = [:], environment: [String: String]? = nil
    ) async throws(StoreError) -> Store {
        let configuration = try Configuration(
            options, driver: descriptor.name, schema: descriptor.fullSchema,
            environment: environment ?? ProcessEnvironment.current())
        do throws(StoreError) {
            let driver = try await descriptor.make(configuration)
            return Store(
                driver: driver, layers: CommonOptions.layers(configuration),
                memoryBudget: configuration.size("memory_budget") ?? defaultMemoryBudget)
        } catch {
            throw error.filling(operation: .open, driver: descriptor.name)
        }
    }

    /// Closes the store: no verb starts afterwards, those that run are waited for, then the driver lets go of what it
    /// holds. Safe to call twice.
    @concurrent public func close() async {
        guard await lifecycle.close() else { return }
        await driver.close()
    }

    /// Runs a verb: refuses it on a closed store, and completes its errors.
    func perform<R: Sendable>(
        _ operation: Operation, _ key: Key?, _ body: () async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        guard lifecycle.enter() else { throw closed(operation, key) }
        defer { lifecycle.leave() }
        do throws(StoreError) {
            return try await body()
        } catch {
            throw error.filling(operation: operation, key: key?.string, driver: driverName)
        }
    }

    func closed(_ operation: Operation, _ key: Key?) -> StoreError {
        StoreError(
            .closed, "the store has been closed; open it again", operation: operation, key: key?.string,
            driver: driverName)
    }

    func check(_ key: Key) throws(StoreError) { try key.validate(maxBytes: capabilities.maxKeyBytes) }
}
