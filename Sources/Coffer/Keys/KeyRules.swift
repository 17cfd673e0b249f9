extension Key {
    /// The longest key, in bytes of UTF-8, that any store takes: the limit of S3.
    public static let maxBytes = 1024

    /// Refuses what can be a key nowhere: the empty key, NUL, `.` and `..` segments, too many bytes.
    ///
    /// Segments are what lies between slashes. Empty segments are allowed: `a//b`, `/a` and `a/` are keys.
    ///
    /// - Parameter maxBytes: The driver's own limit, where it is lower.
    /// - Throws: `invalidKey`, naming the fault.
    /// - Complexity: O(n) in the bytes of the key, without allocation.
    public func validate(maxBytes: Int = Key.maxBytes) throws(StoreError) {
        if let fault = KeyRules.fault(in: string, maxBytes: maxBytes) {
            throw StoreError(.invalidKey, fault, key: string)
        }
        if string.utf8.isEmpty { throw StoreError(.invalidKey, "the key is empty; a key has at least one byte") }
    }
}

/// The rules that keys and prefixes share.
enum KeyRules {
    /// What is wrong with a key, or nil. A prefix may be empty and its last segment may be the start of a name.
    static func fault(in text: String, maxBytes: Int, isPrefix: Bool = false) -> String? {
        var text = text
        return text.withUTF8 { bytes -> String? in
            if bytes.count > maxBytes {
                return "the key has \(bytes.count) bytes; the limit is \(maxBytes)"
            }
            var start = 0
            var dotsOnly = true
            for index in 0...bytes.count {
                let atEnd = index == bytes.count
                if atEnd && isPrefix { break }
                let byte = atEnd ? UInt8(ascii: "/") : bytes[index]
                if byte == 0 { return "the key contains a NUL byte at offset \(index)" }
                if byte == UInt8(ascii: "/") {
                    let length = index - start
                    if dotsOnly && (length == 1 || length == 2) {
                        return "the key contains a '.' or '..' segment, which no store accepts"
                    }
                    start = index + 1
                    dotsOnly = true
                } else if byte != UInt8(ascii: ".") {
                    dotsOnly = false
                }
            }
            return nil
        }
    }
}
