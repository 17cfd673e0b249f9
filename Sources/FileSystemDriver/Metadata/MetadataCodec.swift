import Coffer

/// How metadata is written down: lines of text, as `getfattr -n user.coffer.metadata` shows them.
///
/// The first line is `coffer 1`; each further one is `name: value`, the user's pairs with `x-` before the name. Values
/// have no control characters, as ``Store`` sees to.
enum MetadataCodec {
    private static let header = "coffer 1\n"
    /// The whole value where the metadata is in a file of its own.
    static let elsewhere = Array("coffer 1\n@file\n".utf8)

    /// Writes metadata down.
    ///
    /// - Parameters:
    ///   - metadata: The metadata.
    ///   - key: The object's key, for the error.
    /// - Throws: `invalidArgument` for a value with a line break or a name that is none.
    static func encode(_ metadata: ObjectMetadata, _ key: Key) throws(StoreError) -> [UInt8] {
        var text = header
        func add(_ name: String, _ value: String?) throws(StoreError) {
            guard let value else { return }
            if value.utf8.contains(UInt8(ascii: "\n")) || name.utf8.contains(where: { $0 == 0x0A || $0 == 0x3A }) {
                throw StoreError(.invalidArgument, "the metadata '\(name)' has a line break or a colon in its name")
            }
            text += "\(name): \(value)\n"
        }
        try add("content-type", metadata.contentType)
        try add("content-disposition", metadata.contentDisposition)
        try add("content-encoding", metadata.contentEncoding)
        try add("content-language", metadata.contentLanguage)
        try add("cache-control", metadata.cacheControl)
        for name in metadata.user.keys.sorted() { try add("x-" + name, metadata.user[name]) }
        return Array(text.utf8)
    }

    /// Reads metadata; lines that this version does not know are left out.
    ///
    /// - Parameter bytes: What was written down.
    /// - Returns: Nil if it was not written by this driver.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> ObjectMetadata? {
        guard bytes.starts(with: header.utf8), let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var metadata = ObjectMetadata()
        for line in text.utf8.split(separator: UInt8(ascii: "\n")).dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let rest = line[line.index(after: colon)...]
            guard rest.first == UInt8(ascii: " ") else { continue }
            let name = String(Substring(line[..<colon]))
            let value = String(Substring(rest.dropFirst()))
            switch name {
            case "content-type": metadata.contentType = value
            case "content-disposition": metadata.contentDisposition = value
            case "content-encoding": metadata.contentEncoding = value
            case "content-language": metadata.contentLanguage = value
            case "cache-control": metadata.cacheControl = value
            default:
                if name.utf8.starts(with: "x-".utf8) { metadata.user[String(name.dropFirst(2))] = value }
            }
        }
        return metadata
    }
}
