import Glibc

/// `~`, `$NAME` and `${NAME}` in the paths of profile files.
enum PathExpansion {
    /// Expands a path; what is unknown stays as it is.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - environment: The variables; `HOME` is the home directory, else the user database knows it.
    static func expand(_ path: String, _ environment: [String: String]) -> String {
        let expanded = variables(path, environment)
        guard expanded == "~" || expanded.hasPrefix("~/") else { return expanded }
        guard let home = environment["HOME"].flatMap({ $0.isEmpty ? nil : $0 }) ?? userHome() else { return expanded }
        return home + expanded.dropFirst()
    }

    private static func variables(_ path: String, _ environment: [String: String]) -> String {
        var result = ""
        var rest = path[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            var name = rest.dropFirst()
            let isBraced = name.first == "{"
            if isBraced {
                name = name.dropFirst().prefix { $0 != "}" }
                // An unclosed brace is no variable.
                if name.endIndex == rest.endIndex { name = "" }
            } else {
                name = name.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
            }
            if let value = environment[String(name)], !name.isEmpty {
                result += value
                rest = rest[name.endIndex...].dropFirst(isBraced ? 1 : 0)
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static func userHome() -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16384) { buffer in
            guard let memory = buffer.baseAddress,
                getpwuid_r(getuid(), &entry, memory, buffer.count, &found) == 0, found != nil
            else { return nil }
            return entry.pw_dir.flatMap { String(validatingCString: $0) }
        }
    }
}
