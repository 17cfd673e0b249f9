import Coffer

/// Where an object or a tree is: a store, and a key or prefix in it.
struct Address: Sendable, Hashable {
    /// The store's URL with its options, as `Store.open` takes it.
    var storeURL: String
    /// The driver's name.
    var driver: String
    /// The key; for a tree the prefix, which is empty or ends with `/`.
    var key: String

    /// The address for messages: without options, which may hold secrets.
    var display: String { storeDisplay + (key.isEmpty ? "" : separator + key) }

    /// The store for messages.
    var storeDisplay: String { String(Substring(storeURL.utf8.prefix { $0 != UInt8(ascii: "?") })) }

    private var separator: String { storeDisplay.utf8.last == UInt8(ascii: "/") ? "" : "/" }

    /// Whether the URL itself gives a setting.
    func gives(_ option: String) -> Bool {
        storeURL.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst().split(separator: UInt8(ascii: "&"))
            .contains { $0.starts(with: "\(option)=".utf8) }
    }

    /// The same store, another key.
    func with(key: String) -> Address {
        var copy = self
        copy.key = key
        return copy
    }
}

/// Splits what the user wrote into a store and a key. The rules are in README.md ("Addresses").
struct AddressParser: Sendable {
    /// What an address names.
    enum Use: Sendable {
        /// One object.
        case object
        /// Everything below a directory.
        case tree
        /// Everything that begins with a text.
        case listing
    }

    /// The store of plain keys; nil if none was given.
    let store: String?
    /// Settings given beside the address.
    let options: [String: String]

    /// Reads an address.
    ///
    /// - Throws: ``UsageError`` for a key without a store, `StoreError` for a URL that cannot be one.
    func parse(_ text: String, _ use: Use) throws -> Address {
        if Self.isURL(text) { return try split(text, use) }
        guard let store else {
            throw UsageError(
                "'\(text)' is a key without a store; write driver://…/\(text), or give --store URL (or COFFER_STORE)")
        }
        // `./` is never part of a key, so it can mark one that looks like a URL.
        let key = text.utf8.starts(with: "./".utf8) ? String(text.dropFirst(2)) : text
        return Address(storeURL: store, driver: Self.driver(of: store), key: Self.directory(key, use))
    }

    /// Whether a text begins with `name://`.
    static func isURL(_ text: String) -> Bool {
        let name = text.utf8.prefix { byte in
            (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte == 45
        }
        return !name.isEmpty && text.utf8.dropFirst(name.count).starts(with: "://".utf8)
    }

    private static func driver(of url: String) -> String {
        String(Substring(url.utf8.prefix { $0 != UInt8(ascii: ":") }))
    }

    private static func directory(_ key: String, _ use: Use) -> String {
        use == .tree && !key.isEmpty && key.utf8.last != UInt8(ascii: "/") ? key + "/" : key
    }

    private func split(_ text: String, _ use: Use) throws -> Address {
        let driver = Self.driver(of: text)
        let schema = try DriverRegistry.descriptor(named: driver).fullSchema
        let bytes = Array(text.utf8)
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
        let query = string(bytes[mark...])
        let start = driver.utf8.count + 3
        let slash = bytes[start..<mark].firstIndex(of: UInt8(ascii: "/")) ?? mark
        let host = string(bytes[..<slash])
        let path = bytes[slash..<mark]

        func address(_ storePath: ArraySlice<UInt8>, _ key: ArraySlice<UInt8>) throws -> Address {
            Address(
                storeURL: host + string(storePath) + query, driver: driver,
                key: Self.directory(try PercentEncoding.decode(string(key)), use))
        }

        // A `.` segment is in no key: it can mark where the key begins, for every driver.
        if let dot = firstDotSegment(path) { return try address(path[..<dot], path[(dot + 3)...]) }
        guard let location = schema.pathKey, location != "prefix" else {
            return try address([], path.dropFirst())
        }
        // The path itself is a setting: the root of a file system.
        if let given = try root(location, query) {
            let decoded = try PercentEncoding.decode(string(path))
            let base = given.utf8.last == UInt8(ascii: "/") ? given : given + "/"
            if decoded == given || decoded + "/" == base || path.isEmpty {
                return Address(storeURL: host + query, driver: driver, key: "")
            }
            guard decoded.utf8.starts(with: base.utf8) else {
                throw StoreError(
                    .invalidArgument,
                    "'\(decoded)' does not lie in the \(location) '\(given)'; give an address below it", driver: driver)
            }
            let key = String(Substring(decoded.utf8.dropFirst(base.utf8.count)))
            return Address(storeURL: host + query, driver: driver, key: Self.directory(key, use))
        }
        if use != .object { return try address(trimmed(path), []) }
        guard let last = path.lastIndex(of: UInt8(ascii: "/")) else { return try address(path, []) }
        return try address(last == path.startIndex ? path[...last] : path[..<last], path[(last + 1)...])
    }

    /// The location that is given as an option, in the URL or beside it.
    private func root(_ location: String, _ query: String) throws -> String? {
        if let value = options[location] { return value }
        for pair in query.utf8.dropFirst().split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, try PercentEncoding.decode(String(Substring(parts[0]))) == location {
                return try PercentEncoding.decode(String(Substring(parts[1])))
            }
        }
        return nil
    }

    private func firstDotSegment(_ path: ArraySlice<UInt8>) -> Int? {
        let pattern = Array("/./".utf8)
        guard path.count >= 3 else { return nil }
        return (path.startIndex...(path.endIndex - 3)).first { path[$0..<($0 + 3)].elementsEqual(pattern) }
    }

    private func trimmed(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var path = path
        while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
        return path
    }

    private func string(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
