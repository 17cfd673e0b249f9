import Coffer

/// The escapes of URLs. Source: RFC 3986, section 2.1.
enum PercentEncoding {
    /// Replaces each `%XX` by its byte.
    static func decode(_ text: String) throws(StoreError) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = digit(iterator.next()), let low = digit(iterator.next()) else {
                throw StoreError(
                    .invalidArgument, "a '%' in a URL must be followed by two hexadecimal digits; write %25 for '%'")
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw StoreError(.invalidArgument, "the URL's escapes are not UTF-8; keys have to be")
        }
        return decoded
    }

    private static func digit(_ byte: UInt8?) -> UInt8? {
        switch byte {
        case .some(let byte) where byte >= 48 && byte <= 57: byte - 48
        case .some(let byte) where byte >= 65 && byte <= 70: byte - 55
        case .some(let byte) where byte >= 97 && byte <= 102: byte - 87
        default: nil
        }
    }
}
