/// Which keys a listing is about: those with a prefix, behind a key.
struct ListScope: Sendable {
    /// All keys begin with this.
    let prefix: [UInt8]
    /// All keys sort behind this.
    let after: [UInt8]

    /// The part of the scope that concerns one directory.
    struct Local: Sendable {
        /// Names begin with this; a directory may also be the beginning of it.
        var prefix: [UInt8]
        /// Names sort behind this, the empty one too; a directory may also be the beginning of it. Nil for no limit.
        var after: [UInt8]?
        /// Names sort behind this, directories too: what has been given already.
        var given: [UInt8]?

        /// Whether a name can contribute to the listing.
        ///
        /// - Parameters:
        ///   - text: The segment, with a slash behind it for a directory.
        ///   - isDirectory: Whether it stands for the keys below it.
        func contains(_ text: UnsafeRawBufferPointer, isDirectory: Bool) -> Bool {
            if !prefix.isEmpty {
                let fits = prefix.withUnsafeBytes { prefix in
                    hasPrefix(text, prefix) || (isDirectory && hasPrefix(prefix, text))
                }
                if !fits { return false }
            }
            if let after {
                let isBehind = after.withUnsafeBytes { after in
                    ByteOrder.compare(text, after) > 0 || (isDirectory && hasPrefix(after, text))
                }
                if !isBehind { return false }
            }
            guard let given else { return true }
            return given.withUnsafeBytes { ByteOrder.compare(text, $0) > 0 }
        }

        private func hasPrefix(_ text: UnsafeRawBufferPointer, _ prefix: UnsafeRawBufferPointer) -> Bool {
            text.count >= prefix.count
                && ByteOrder.compare(UnsafeRawBufferPointer(rebasing: text[..<prefix.count]), prefix) == 0
        }
    }

    /// The scope inside a directory.
    ///
    /// - Parameter keys: What all keys in it begin with: empty, or with a slash at the end.
    func local(_ keys: [UInt8]) -> Local {
        Local(
            prefix: prefix.count > keys.count ? Array(prefix[keys.count...]) : [],
            after: ByteOrder.hasPrefix(after, keys) ? Array(after[keys.count...]) : nil)
    }

    /// The deepest directory that holds all keys with the prefix, as what its keys begin with.
    var start: [UInt8] {
        guard let slash = prefix.lastIndex(of: UInt8(ascii: "/")) else { return [] }
        return Array(prefix[...slash])
    }

    /// Whether a key with the prefix can sort behind `after`.
    var isReachable: Bool { ByteOrder.compare(after, prefix) <= 0 || ByteOrder.hasPrefix(after, prefix) }
}
