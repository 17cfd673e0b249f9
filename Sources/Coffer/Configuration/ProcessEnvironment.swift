import Glibc

/// The environment variables of this process.
public enum ProcessEnvironment {
    /// All variables as they are now; those that are not UTF-8 are left out.
    public static func current() -> [String: String] {
        var result: [String: String] = [:]
        guard let start = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?(environ) else { return result }
        var entry = start
        while let text = entry.pointee {
            if let line = String(validatingCString: text), let equals = line.firstIndex(of: "=") {
                result[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }
}
