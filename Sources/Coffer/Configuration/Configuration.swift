/// The settings of one store, checked against a schema: every name is known and every value can be read.
public struct Configuration: Sendable {
    /// The driver's name, for messages.
    public let driver: String
    private let schema: ConfigurationSchema
    private let values: [String: String]
    private let given: Set<String>
    /// The environment as it was when the store was opened: for what a driver reads beyond its own settings
    /// (`AWS_*`, proxies). Injectable, so that tests need not change the process.
    public let environment: [String: String]

    /// Checks settings and fills in the blanks: given values first, then the environment, then defaults.
    ///
    /// - Parameters:
    ///   - given: What the caller said.
    ///   - driver: The driver's name.
    ///   - schema: The driver's settings.
    ///   - environment: The environment variables.
    /// - Throws: `invalidConfiguration`, naming the setting (and what is known, if the name is not).
    public init(
        _ given: [String: String], driver: String, schema: ConfigurationSchema, environment: [String: String]
    ) throws(StoreError) {
        var values: [String: String] = [:]
        var known: Set<String> = []
        for key in schema.keys {
            known.insert(key.name)
            var source = "option '\(key.name)'"
            var value = given[key.name]
            if value == nil {
                let own = "COFFER_\(driver.uppercased())_\(key.name.uppercased())"
                for variable in [own] + key.environment {
                    if let text = environment[variable], !text.isEmpty {
                        value = text
                        source = "environment variable \(variable)"
                        break
                    }
                }
            }
            guard let text = value ?? key.defaultValue else {
                if key.isRequired {
                    throw StoreError(
                        .invalidConfiguration,
                        "option '\(key.name)' is missing; \(key.summary.prefix(1).lowercased() + key.summary.dropFirst())",
                        operation: .open, driver: driver)
                }
                continue
            }
            guard key.kind.accepts(text) else {
                let shown = key.isSecret ? "the value" : "'\(text)'"
                throw StoreError(
                    .invalidConfiguration, "\(source): \(shown) is not \(key.kind.expectation)", operation: .open,
                    driver: driver)
            }
            values[key.name] = text
        }
        if let unknown = given.keys.filter({ !known.contains($0) }).min() {
            throw StoreError(
                .invalidConfiguration,
                "there is no option '\(unknown)'; the options are \(known.sorted().joined(separator: ", "))",
                operation: .open, driver: driver)
        }
        self.driver = driver
        self.schema = schema
        self.values = values
        self.given = Set(given.keys)
        self.environment = environment
    }

    /// Whether the caller gave the setting (rather than the environment or a default).
    ///
    /// - Parameter name: A setting of the schema.
    public func isGiven(_ name: String) -> Bool { given.contains(name) }

    /// The text of a setting, or nil.
    ///
    /// - Parameter name: A setting of the schema.
    public func string(_ name: String) -> String? { values[name] }

    /// The number of an integer setting, or nil.
    ///
    /// - Parameter name: A setting of the schema.
    public func integer(_ name: String) -> Int64? { values[name].flatMap { Int64($0) } }

    /// The value of a boolean setting; false if there is none.
    ///
    /// - Parameter name: A setting of the schema.
    public func boolean(_ name: String) -> Bool { values[name].flatMap(ConfigurationValues.boolean) ?? false }

    /// The value of a duration setting, or nil.
    ///
    /// - Parameter name: A setting of the schema.
    public func duration(_ name: String) -> Duration? { values[name].flatMap(ConfigurationValues.duration) }

    /// The bytes of a size setting, or nil.
    ///
    /// - Parameter name: A setting of the schema.
    public func size(_ name: String) -> Int64? { values[name].flatMap(ConfigurationValues.size) }

    /// The error for a setting whose value turns out not to fit.
    ///
    /// - Parameters:
    ///   - name: The setting.
    ///   - message: What is wrong with it, without its value if that is secret.
    public func fault(_ name: String, _ message: String) -> StoreError {
        StoreError(.invalidConfiguration, "option '\(name)': \(message)", operation: .open, driver: driver)
    }
}

extension Configuration: CustomStringConvertible, CustomReflectable {
    /// The settings, with `***` for secrets.
    public var description: String {
        let lines = schema.keys.compactMap { key in values[key.name].map { "\(key.name)=\(key.isSecret ? "***" : $0)" }
        }
        return "\(driver)(\(lines.joined(separator: ", ")))"
    }

    /// Only the description: reflection would show secrets.
    public var customMirror: Mirror { Mirror(self, children: ["settings": description]) }
}
