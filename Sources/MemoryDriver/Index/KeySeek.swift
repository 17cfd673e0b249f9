/// A place in the order of keys where a listing begins; what is nil sets no bound.
struct KeySeek {
    /// At this key or behind it.
    var atLeast: [UInt8]?
    /// Behind this key.
    var after: [UInt8]?
    /// Behind all keys that begin with this.
    var afterPrefix: [UInt8]?

    /// Whether a key lies before the place. True for a first part of all keys, false for the rest.
    func isBefore(_ key: UnsafeRawBufferPointer) -> Bool {
        if let atLeast, atLeast.withUnsafeBytes({ KeyBytes.compare(key, $0) < 0 }) { return true }
        if let after, after.withUnsafeBytes({ KeyBytes.compare(key, $0) <= 0 }) { return true }
        if let afterPrefix {
            return afterPrefix.withUnsafeBytes { KeyBytes.compare(key, $0) < 0 || KeyBytes.hasPrefix(key, $0) }
        }
        return false
    }
}
