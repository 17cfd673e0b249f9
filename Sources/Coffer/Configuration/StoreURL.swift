/// A store's address: `driver://host/path?key=value&…`.
struct StoreURL {
    var driver: String
    var host: String
    var path: String
    var options: [String: String]

    /// Reads a URL; percent-escapes are decoded, everything else is kept as given.
    ///
    /// - Throws: `invalidConfiguration` if it is not of that form. The message never repeats the options.
    init(_ text: String) throws(StoreError) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            text[text.index(after: colon)...].hasPrefix("//"), colon != text.startIndex
        else {
            throw StoreError(
                .invalidConfiguration, "a store's URL has the form driver://host/path?option=value", operation: .open)
        }
        driver = String(text[..<colon])
        let afterSlashes = text.index(colon, offsetBy: 3)
        let main: Substring
        var query: Substring = ""
        if let mark = text[afterSlashes...].firstIndex(of: "?") {
            main = text[afterSlashes..<mark]
            query = text[text.index(after: mark)...]
        } else {
            main = text[afterSlashes...]
        }
        if let slash = main.firstIndex(of: "/") {
            host = try Self.decode(main[..<slash])
            path = try Self.decode(main[slash...])
        } else {
            host = try Self.decode(main)
            path = ""
        }
        options = [:]
        for pair in query.split(separator: "&") {
            guard let equals = pair.firstIndex(of: "=") else {
                throw StoreError(
                    .invalidConfiguration, "the URL's option '\(pair)' has no value; write option=value",
                    operation: .open)
            }
            let name = try Self.decode(pair[..<equals])
            let value = try Self.decode(pair[pair.index(after: equals)...])
            if options.updateValue(value, forKey: name) != nil {
                throw StoreError(.invalidConfiguration, "the URL gives option '\(name)' twice", operation: .open)
            }
        }
    }

    /// The settings that the URL gives, by the rules of the driver's schema.
    func settings(_ schema: ConfigurationSchema) throws(StoreError) -> [String: String] {
        var settings = options
        func set(_ value: String, _ key: String?, _ part: String) throws(StoreError) {
            if value.isEmpty { return }
            guard let key else {
                throw StoreError(
                    .invalidConfiguration, "a URL of this driver has no \(part), but '\(value)' was given",
                    operation: .open, driver: driver)
            }
            if settings.updateValue(value, forKey: key) != nil {
                throw StoreError(
                    .invalidConfiguration, "option '\(key)' is given twice: in the URL's \(part) and as an option",
                    operation: .open, driver: driver)
            }
        }
        try set(host, schema.hostKey, "host")
        let path = schema.keepsLeadingSlash || !path.hasPrefix("/") ? path : String(path.dropFirst())
        // A prefix in a URL means a directory: `s3://bucket/logs` keeps everything under `logs/`.
        let isDirectory = schema.pathKey == "prefix" && !path.isEmpty && !path.hasSuffix("/")
        try set(isDirectory ? path + "/" : path, schema.pathKey, "path")
        return settings
    }

    private static func decode(_ text: Substring) throws(StoreError) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
                throw StoreError(
                    .invalidConfiguration,
                    "the URL has a '%' that is not followed by two hexadecimal digits; write %25",
                    operation: .open)
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw StoreError(.invalidConfiguration, "the URL's escapes are not UTF-8", operation: .open)
        }
        return decoded
    }
}

/// The value of a hexadecimal digit.
private func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
