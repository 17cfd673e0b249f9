import Coffer

/// What a case throws if a driver does not behave.
public struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
    /// What was looked at.
    public let message: String
    /// What should have been there.
    public let expected: String
    /// What was there.
    public let actual: String
    /// The file of the suite that asked.
    public let file: String
    /// The line in it.
    public let line: Int

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - message: What was looked at.
    ///   - expected: What should have been there.
    ///   - actual: What was there.
    ///   - file: The file that asked.
    ///   - line: The line in it.
    public init(
        _ message: String, expected: String, actual: String, file: String = #fileID, line: Int = #line
    ) {
        self.message = message
        self.expected = expected
        self.actual = actual
        self.file = file
        self.line = line
    }

    /// One line.
    public var description: String { "\(file):\(line): \(message): expected \(expected), got \(actual)" }
}

func expect(
    _ condition: Bool, _ message: @autoclosure () -> String, file: String = #fileID, line: Int = #line
) throws {
    if !condition {
        throw ConformanceFailure(
            message(), expected: "that it holds", actual: "that it does not", file: file, line: line)
    }
}

func expectEqual<T: Equatable>(
    _ actual: T, _ expected: T, _ message: @autoclosure () -> String = "the value", file: String = #fileID,
    line: Int = #line
) throws {
    if actual != expected {
        throw ConformanceFailure(
            message(), expected: shortened(expected), actual: shortened(actual), file: file, line: line)
    }
}

/// Bodies and listings may be long; a failure is read by a person.
private func shortened(_ value: Any) -> String {
    let text = "\(value)"
    return text.utf8.count <= 600 ? text : text.prefix(300) + " … " + text.suffix(200)
}

/// Expects one of several errors.
@discardableResult
func expectError(
    _ codes: StoreError.Code..., file: String = #fileID, line: Int = #line, _ body: () async throws -> Void
) async throws -> StoreError {
    let expected = codes.map(\.name).joined(separator: " or ")
    do {
        try await body()
    } catch let error as StoreError {
        // What the driver does not claim is the runner's matter: it expects `unsupported` then.
        if codes.contains(error.code) { return error }
        if error.code == .unsupported { throw error }
        throw ConformanceFailure("the error", expected: expected, actual: "\(error)", file: file, line: line)
    }
    throw ConformanceFailure("the error", expected: expected, actual: "success", file: file, line: line)
}
