/// The settings that every driver takes, because a layer carries them out.
public enum CommonOptions {
    /// The settings.
    ///
    /// - Parameter defaults: Values that a driver prefers.
    static func keys(defaults: [String: String]) -> [ConfigurationKey] {
        [
            ConfigurationKey(
                "prefix", .string, "A text that is put before every key; usually ends with '/'."),
            ConfigurationKey(
                "retry_attempts", .integer(1...100), default: "1",
                environment: [], "How often an operation is tried in all; 1 for no retries."),
            ConfigurationKey(
                "timeout", .duration, default: "0",
                "The longest that one attempt of an operation without a stream may take; 0 for no limit."),
            ConfigurationKey(
                "stall_timeout", .duration, default: "0",
                "The longest that a stream may go without a byte; 0 for no limit."),
            ConfigurationKey(
                "max_concurrency", .integer(0...100_000), default: "0",
                "The most requests at the same time; further ones wait. 0 for no limit."),
            ConfigurationKey(
                "memory_budget", .size, default: "256MiB",
                "The memory that parts on their way, up and down, may take together; further ones wait."),
        ].map { key in
            var key = key
            if let value = defaults[key.name] { key.defaultValue = value }
            return key
        }
    }

    /// The layers that the settings ask for, innermost first.
    ///
    /// - Parameter configuration: The store's settings.
    static func layers(_ configuration: Configuration) -> [any Layer] {
        var layers: [any Layer] = []
        if let limit = configuration.integer("max_concurrency"), limit > 0 {
            layers.append(ConcurrencyLimitLayer(limit: Int(limit)))
        }
        let total = configuration.duration("timeout") ?? .zero
        let stall = configuration.duration("stall_timeout") ?? .zero
        if total > .zero || stall > .zero {
            layers.append(TimeoutLayer(perAttempt: total > .zero ? total : nil, stall: stall > .zero ? stall : nil))
        }
        if let attempts = configuration.integer("retry_attempts"), attempts > 1 {
            layers.append(RetryLayer(policy: RetryPolicy(maxAttempts: Int(attempts))))
        }
        if let prefix = configuration.string("prefix"), !prefix.isEmpty {
            layers.append(PrefixLayer(prefix: prefix))
        }
        return layers
    }
}
