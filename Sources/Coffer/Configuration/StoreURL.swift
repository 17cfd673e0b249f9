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
        // By bytes: as a Character, a '/' with a combining mark after it is not a '/'.
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon != bytes.startIndex,
            bytes[bytes.index(after: colon)...].starts(with: "//".utf8)
        else {
            throw StoreError(
                .invalidConfiguration, "a store's URL has the form driver://host/path?option=value", operation: .open)
        }
        driver = String(text[..<colon])
        let rest = bytes[bytes.index(colon, offsetBy: 3)...]
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        let main = rest[..<mark]
        let slash = main.firstIndex(of: UInt8(ascii: "/")) ?? main.endIndex
        host = try Self.decode(main[..<slash])
        path = try Self.decode(main[slash...])
        options = [:]
        for (index, pair) in rest[mark...].dropFirst().split(separator: UInt8(ascii: "&")).enumerated() {
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else {
                throw StoreError(
                    .invalidConfiguration,
                    "option number \(index + 1) of the URL has no '='; write option=value, and '&' in a value as %26",
                    operation: .open)
            }
            let name = try Self.decode(pair[..<equals])
            let value = try Self.decode(pair[equals...].dropFirst())
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
        let slash = UInt8(ascii: "/")
        let path =
            schema.keepsLeadingSlash || path.utf8.first != slash ? path : String(Substring(path.utf8.dropFirst()))
        // A prefix in a URL means a directory: `s3://bucket/logs` keeps everything under `logs/`.
        let isDirectory = schema.pathKey == "prefix" && !path.isEmpty && path.utf8.last != slash
        try set(isDirectory ? path + "/" : path, schema.pathKey, "path")
        return settings
    }

    private static func decode(_ text: Substring.UTF8View) throws(StoreError) -> String {
        guard text.contains(UInt8(ascii: "%")) else { return String(Substring(text)) }
        var bytes: [UInt8] = []
        var iterator = text.makeIterator()
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
