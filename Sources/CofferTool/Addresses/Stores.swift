import Coffer
import Synchronization

/// Opens each store once, however many addresses lie in it.
actor Stores {
    private var opened: [Identity: Task<Store, any Error>] = [:]
    private let environment: [String: String]

    private struct Identity: Hashable {
        let url: String
        let options: [String: String]
    }

    init(environment: [String: String]) { self.environment = environment }

    /// The store of an address.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - options: Settings beside those in its URL.
    func store(_ address: Address, options: [String: String]) async throws -> Store {
        let identity = Identity(url: address.storeURL, options: options)
        if let task = opened[identity] { return try await task.value }
        let environment = environment
        let task = Task { try await Store.open(address.storeURL, options: options, environment: environment) }
        opened[identity] = task
        return try await task.value
    }

    /// Closes all.
    func close() async {
        for task in opened.values { if let store = try? await task.value { await store.close() } }
        opened = [:]
    }
}

/// The settings that `-o` gives, sorted to the drivers that know them.
struct StoreOptions: Sendable {
    /// For every store whose driver knows them.
    let shared: [String: String]
    /// For one side of a copy only.
    let own: [String: String]

    /// The settings for a driver.
    ///
    /// - Parameters:
    ///   - driver: The driver's name.
    ///   - drivers: All drivers of the command: an option that only another one knows is left to that.
    ///   - makesPlace: Whether a missing root may be made, by drivers that do this (the setting `create`).
    func settings(
        for driver: String, among drivers: Set<String>, makesPlace: Bool = true
    ) throws(StoreError) -> [String: String] {
        let known = try Self.names(driver)
        var result: [String: String] = [:]
        // A mistyped directory must not come into being because somebody wanted to look into it.
        if !makesPlace && known.contains("create") { result["create"] = "false" }
        for (name, value) in shared {
            if known.contains(name) {
                result[name] = value
                continue
            }
            var others: Set<String> = []
            for other in drivers { others.formUnion(try Self.names(other)) }
            if !others.contains(name) { throw Self.unknown(name, driver, known) }
        }
        for (name, value) in own {
            if !known.contains(name) { throw Self.unknown(name, driver, known) }
            result[name] = value
        }
        return result
    }

    private static func names(_ driver: String) throws(StoreError) -> Set<String> {
        Set(try DriverRegistry.descriptor(named: driver).fullSchema.keys.map(\.name))
    }

    private static func unknown(_ name: String, _ driver: String, _ known: Set<String>) -> StoreError {
        let names = known.sorted()
        let remedy =
            Suggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
            ?? "the options are \(names.joined(separator: ", "))"
        return StoreError(
            .invalidConfiguration, "there is no option '\(name)'; \(remedy)", operation: .open, driver: driver)
    }
}
