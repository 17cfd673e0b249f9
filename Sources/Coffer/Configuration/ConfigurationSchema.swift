/// One setting of a driver, described so that a program can ask for it and a person can read it.
public struct ConfigurationKey: Sendable, Hashable {
    /// What values a setting takes.
    public enum Kind: Sendable, Hashable {
        /// Any text.
        case string
        /// A whole number between two others.
        case integer(ClosedRange<Int64>)
        /// `true`, `false`, `1`, `0`, `yes`, `no`, `on` or `off`.
        case boolean
        /// A number with `ms`, `s`, `m` or `h`; without a unit: seconds.
        case duration
        /// A number of bytes, with or without `KiB`, `MiB`, `GiB`, `TiB`, `KB`, `MB`, `GB`, `TB`.
        case size
        /// One of several words.
        case choice([String])
    }

    /// The name, in `snake_case`.
    public var name: String
    /// What values it takes.
    public var kind: Kind
    /// The value that counts if none is given; nil for none.
    public var defaultValue: String?
    /// Whether a store cannot be opened without it.
    public var isRequired: Bool
    /// Whether its value must never be shown.
    public var isSecret: Bool
    /// One sentence that says what it does.
    public var summary: String
    /// Environment variables that give it, after `COFFER_<DRIVER>_<NAME>`, in order.
    public var environment: [String]

    /// Makes a description.
    ///
    /// - Parameters:
    ///   - name: The name, in `snake_case`.
    ///   - kind: What values it takes.
    ///   - defaultValue: The value that counts if none is given.
    ///   - isRequired: Whether a store cannot be opened without it.
    ///   - isSecret: Whether its value must never be shown.
    ///   - environment: Environment variables that give it.
    ///   - summary: One sentence that says what it does.
    public init(
        _ name: String, _ kind: Kind = .string, default defaultValue: String? = nil, isRequired: Bool = false,
        isSecret: Bool = false, environment: [String] = [], _ summary: String
    ) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.isSecret = isSecret
        self.summary = summary
        self.environment = environment
    }
}

/// All settings of a driver, and how its URL maps to them.
public struct ConfigurationSchema: Sendable, Hashable {
    /// The settings.
    public var keys: [ConfigurationKey]
    /// The setting that the URL's host (between `//` and the next `/`) gives; nil if there must be none.
    public var hostKey: String?
    /// The setting that the URL's path gives; nil if there must be none.
    public var pathKey: String?
    /// Whether the slash before the path belongs to it (`fs:///var/data`) or not (`s3://bucket/prefix`).
    public var keepsLeadingSlash: Bool

    /// Makes a schema.
    ///
    /// - Parameters:
    ///   - keys: The settings.
    ///   - hostKey: The setting that the URL's host gives.
    ///   - pathKey: The setting that the URL's path gives.
    ///   - keepsLeadingSlash: Whether the slash before the path belongs to it.
    public init(
        _ keys: [ConfigurationKey], hostKey: String? = nil, pathKey: String? = nil, keepsLeadingSlash: Bool = false
    ) {
        self.keys = keys
        self.hostKey = hostKey
        self.pathKey = pathKey
        self.keepsLeadingSlash = keepsLeadingSlash
    }
}
