import Coffer

/// How keys become file names and back.
enum LocalNames {
    /// The last name of a path or key: what follows the last slash.
    static func last(_ path: String) -> String {
        var bytes = Substring(path).utf8
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return String(Substring(bytes)) }
        return String(Substring(bytes[bytes.index(after: slash)...]))
    }

    /// The path of a file for the rest of a key, below a directory.
    ///
    /// - Throws: `invalidKey` for a key that would lie elsewhere or be some other key's file: empty, `.` or `..`
    ///   segments, NUL.
    static func path(for key: String, below directory: String) throws(StoreError) -> String {
        let segments = key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for segment in segments {
            if segment.isEmpty || segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8)
                || segment.contains(0)
            {
                throw StoreError(
                    .invalidKey,
                    "it cannot be a file name below '\(directory)'; fetch it alone, under a name you choose",
                    key: key)
            }
        }
        return directory.utf8.last == UInt8(ascii: "/") ? directory + key : "\(directory)/\(key)"
    }
}
