import Coffer

/// What the configuration file says: `name = value` lines, `#` for comments.
public struct Settings: Sendable, Equatable {
    /// The driver's name.
    public var driver: String
    /// Its settings.
    public var options: [String: String]

    /// A line of the file that makes no sense.
    public struct Fault: Error, CustomStringConvertible {
        /// What is wrong, with the number of the line.
        public let description: String
    }

    /// Reads the text of a configuration file. Which drivers and settings there are, Coffer knows.
    public init(_ text: String) throws(Fault) {
        var options: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = Self.trimmed(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "=") else {
                throw Fault(description: "line \(index + 1) is not 'name = value'")
            }
            let name = String(Self.trimmed(line[..<equals]))
            if options.updateValue(String(Self.trimmed(line[line.index(after: equals)...])), forKey: name) != nil {
                throw Fault(description: "line \(index + 1) gives '\(name)' a second time")
            }
        }
        guard let driver = options.removeValue(forKey: "driver") else {
            throw Fault(description: "there is no line 'driver = ...'")
        }
        self.driver = driver
        self.options = options
    }

    /// Opens the store that the file names.
    public func open() async throws(StoreError) -> Store { try await Store.open(driver: driver, options: options) }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
