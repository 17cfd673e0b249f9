import Foundation

/// Runs a Python script of the `Oracle` folder and gives its lines.
enum PythonOracle {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The interpreter: of `COFFER_PYTHON`, else that of `.build/venv`, else `python3`.
    static var interpreter: [String] {
        if let named = ProcessInfo.processInfo.environment["COFFER_PYTHON"] { return [named] }
        let venv = root.appending(path: ".build/venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: venv) ? [venv] : ["/usr/bin/env", "python3"]
    }

    /// The package's root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Runs a script to its end.
    ///
    /// - Parameters:
    ///   - script: A file name in `Tests/S3DriverTests/Oracle`.
    ///   - arguments: Its arguments.
    /// - Returns: The lines of its standard output.
    /// - Throws: What it wrote to standard error, if it failed.
    static func lines(_ script: String, _ arguments: [String] = []) throws -> [Data] {
        let process = Process()
        let path = root.appending(path: "Tests/S3DriverTests/Oracle").appending(path: script).path
        process.executableURL = URL(filePath: interpreter[0])
        process.arguments = Array(interpreter.dropFirst()) + [path] + arguments
        let errors = FileManager.default.temporaryDirectory.appending(path: "oracle-\(UUID().uuidString).txt")
        try Data().write(to: errors)
        defer { try? FileManager.default.removeItem(at: errors) }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            throw Failure(
                description: "\(script) failed with status \(process.terminationStatus): \(text)\n"
                    + "Name a Python with botocore in COFFER_PYTHON, or: python3 -m venv .build/venv && "
                    + ".build/venv/bin/pip install botocore")
        }
        return data.split(separator: UInt8(ascii: "\n"))
    }
}
