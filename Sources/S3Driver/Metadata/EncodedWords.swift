import Coffer

/// Text in headers that are ASCII only: the encoded words of RFC 2047, which is what S3 itself uses for metadata.
///
/// A value that is plain ASCII is sent as it is. Any other is sent as `=?UTF-8?B?…?=`, in several words if it is
/// long; and so is a plain value that looks like an encoded word, so that what is read is always what was written.
/// Source: RFC 2047; S3 user guide, "User-defined object metadata".
enum EncodedWords {
    /// The bytes of text in one word: 75 characters less `=?UTF-8?B?` and `?=`, in groups of four for three.
    private static let bytesPerWord = 45

    /// The value as it is sent.
    ///
    /// - Parameter text: Any text without control characters.
    static func encode(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        if isPlain && !contains(text.utf8, "=?") { return text }
        var words: [String] = []
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            // A word holds whole characters: each can be read by itself.
            if bytes.count + next.count > bytesPerWord {
                words.append(word(bytes))
                bytes.removeAll(keepingCapacity: true)
            }
            bytes += next
        }
        words.append(word(bytes))
        return words.joined(separator: " ")
    }

    /// The value as it was meant; what is no encoded word in UTF-8, Latin-1 or ASCII stays as it is.
    ///
    /// - Parameter text: The header's value.
    static func decode(_ text: String) -> String {
        if !contains(text.utf8, "=?") { return text }
        var output: [UInt8] = []
        var pendingSpace: [UInt8] = []
        var afterWord = false
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            if let (bytes, length) = readWord(rest) {
                // White space between two words belongs to neither.
                if !afterWord { output += pendingSpace }
                pendingSpace = []
                output += bytes
                rest = rest.dropFirst(length)
                afterWord = true
                continue
            }
            let byte = rest.removeFirst()
            if byte == 32 || byte == 9 {
                pendingSpace.append(byte)
            } else {
                output += pendingSpace
                pendingSpace = []
                output.append(byte)
                afterWord = false
            }
        }
        output += pendingSpace
        return String(validating: output, as: UTF8.self) ?? text
    }

    private static func word(_ bytes: [UInt8]) -> String {
        "=?UTF-8?B?" + String(decoding: Base64.encode(bytes), as: UTF8.self) + "?="
    }

    /// Reads `=?charset?encoding?text?=` at the start.
    private static func readWord(_ bytes: ArraySlice<UInt8>) -> (bytes: [UInt8], length: Int)? {
        guard bytes.starts(with: "=?".utf8) else { return nil }
        let parts = bytes.dropFirst(2).split(separator: 63, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].count == 1, let encoding = parts[1].first else { return nil }
        let charset = String(decoding: parts[0], as: UTF8.self).uppercased()
        let text = parts[2]
        guard text.endIndex + 1 < bytes.endIndex, bytes[text.endIndex + 1] == 61, !text.contains(32) else { return nil }
        let decoded: [UInt8]?
        switch encoding {
        case 66, 98: decoded = Base64.decode(text)
        case 81, 113: decoded = quotedPrintable(text)
        default: decoded = nil
        }
        guard let decoded else { return nil }
        let length = text.endIndex + 2 - bytes.startIndex
        switch charset {
        case "UTF-8", "US-ASCII": return (decoded, length)
        case "ISO-8859-1":
            return (Array(String(String.UnicodeScalarView(decoded.map { Unicode.Scalar($0) })).utf8), length)
        default: return nil
        }
    }

    /// The `Q` encoding: `_` is a space and `=XX` a byte.
    private static func quotedPrintable(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case 95: output.append(32)
            case 61:
                guard let high = iterator.next().flatMap(Hex.value), let low = iterator.next().flatMap(Hex.value) else {
                    return nil
                }
                output.append(high << 4 | low)
            default: output.append(byte)
            }
        }
        return output
    }

    private static func contains(_ bytes: String.UTF8View, _ pair: StaticString) -> Bool {
        let (first, second) = (pair.utf8Start[0], pair.utf8Start[1])
        var previous: UInt8 = 0
        for byte in bytes {
            if previous == first && byte == second { return true }
            previous = byte
        }
        return false
    }
}
