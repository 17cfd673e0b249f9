extension ByteBuffer {
    /// Appends the canonical form of a path.
    ///
    /// - Parameters:
    ///   - path: The path as it is sent; empty means `/`.
    ///   - rules: How the service wants it.
    mutating func append(canonicalPath path: String, _ rules: SigningRules.Path) {
        if path.utf8.isEmpty {
            append(UInt8(ascii: "/"))
            return
        }
        switch rules {
        case .asSent: append(path)
        case .encodedAgain(normalized: false): append(encoding: path, .unreservedAndSlash)
        case .encodedAgain(normalized: true):
            append(encoding: CanonicalPath.normalized(path), .unreservedAndSlash)
        }
    }
}

/// Paths of services other than S3.
enum CanonicalPath {
    /// The path without empty, `.` and `..` segments; a slash at the end stays. Source: RFC 3986, section 5.2.4.
    static func normalized(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        let last = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let isDirectory = last.isEmpty || last == "." || last == ".."
        return "/" + segments.joined(separator: "/") + (isDirectory && !segments.isEmpty ? "/" : "")
    }
}
