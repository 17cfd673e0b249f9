import Glibc

/// Reads the plain XML that S3 servers send, at a fifth of expat's cost, and stops where anything is out of the ordinary.
///
/// Plain is: the usual declaration; elements whose names are ASCII, at most with an `xmlns`; text of ASCII with the five
/// named entities. Whatever else comes — a comment, CDATA, another character, an error — is left to expat, which
/// decides what is well-formed; the scanner never does. A test holds both against each other.
struct XMLScanner: ~Copyable {
    /// How far a scan came.
    enum Outcome: Equatable {
        /// All complete tokens have been read; what follows the offset is the beginning of one.
        case needsMore(from: Int)
        /// From this offset on it is not plain.
        case unusual(at: Int)
        /// The builder has found an error.
        case failed
    }

    private enum Phase {
        case beginning, prolog, content, epilog
    }

    private var phase = Phase.beginning
    private var hasDeclaration = false
    /// The names of the open elements, one after the other, and where each begins.
    private var names = ByteBuffer(capacity: 256)
    private var starts: [Int] = []

    /// A tag that is longer than this is not plain.
    private static let longestTag = 1024

    init() { starts.reserveCapacity(8) }

    /// Whether the root element has ended, so that the document may.
    var isComplete: Bool { phase == .epilog }

    /// What brings another parser to the same point: a declaration, the tags of the open elements, or a whole document.
    func context() -> [UInt8] {
        switch phase {
        case .beginning: return []
        // A second declaration would be an error.
        case .prolog: return hasDeclaration ? Array("<?xml version=\"1.0\"?>".utf8) : []
        case .epilog: return Array("<x/>".utf8)
        case .content:
            var result: [UInt8] = []
            for (index, start) in starts.enumerated() {
                let end = index + 1 < starts.count ? starts[index + 1] : names.count
                result += [UInt8(ascii: "<")] + names.bytes(start, end) + [UInt8(ascii: ">")]
            }
            return result
        }
    }

    /// Reads as many tokens as there are.
    ///
    /// - Parameters:
    ///   - bytes: What has not been read yet.
    ///   - builder: What gets the events.
    mutating func scan(_ bytes: UnsafeRawBufferPointer, into builder: inout XMLBuilder) -> Outcome {
        var cursor = 0
        if phase == .beginning, let outcome = scanDeclaration(bytes, &cursor) { return outcome }
        while true {
            if phase == .content {
                if let outcome = scanText(bytes, &cursor, &builder) { return outcome }
            } else {
                while cursor < bytes.count, isSpace(bytes[cursor]) { cursor += 1 }
            }
            if cursor == bytes.count { return .needsMore(from: cursor) }
            guard phase != .epilog, bytes[cursor] == UInt8(ascii: "<") else { return .unusual(at: cursor) }
            if let outcome = scanTag(bytes, &cursor, &builder) { return outcome }
            if builder.error != nil { return .failed }
        }
    }

    // MARK: - Tokens. Each advances the cursor past its token, or says why not and leaves the cursor before it.

    /// The declaration in its usual spellings; any other is not plain.
    private mutating func scanDeclaration(_ bytes: UnsafeRawBufferPointer, _ cursor: inout Int) -> Outcome? {
        while cursor < bytes.count, isSpace(bytes[cursor]) { cursor += 1 }
        let rest = bytes.count - cursor
        if rest >= 2, !(bytes[cursor] == UInt8(ascii: "<") && bytes[cursor + 1] == UInt8(ascii: "?")) {
            phase = .prolog
            return nil
        }
        for text in XMLScanner.declarations where rest >= text.utf8CodeUnitCount {
            if let start = bytes.baseAddress, memcmp(start + cursor, text.utf8Start, text.utf8CodeUnitCount) == 0 {
                cursor += text.utf8CodeUnitCount
                phase = .prolog
                hasDeclaration = true
                return nil
            }
        }
        return rest < XMLScanner.longestDeclaration ? .needsMore(from: cursor) : .unusual(at: cursor)
    }

    private static let declarations: [StaticString] = [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
        "<?xml version='1.0' encoding='UTF-8'?>", "<?xml version='1.0' encoding='utf-8'?>", "<?xml version=\"1.0\"?>",
    ]
    private static let longestDeclaration = 38

    /// Text up to the next tag.
    @inline(__always)
    private func scanText(
        _ bytes: UnsafeRawBufferPointer, _ cursor: inout Int, _ builder: inout XMLBuilder
    ) -> Outcome? {
        while true {
            let start = cursor
            cursor = endOfPlainText(bytes, start)
            if cursor > start {
                builder.append(UnsafeRawBufferPointer(rebasing: bytes[start..<cursor]))
                if builder.error != nil { return .failed }
            }
            if cursor == bytes.count || bytes[cursor] == UInt8(ascii: "<") { return nil }
            guard bytes[cursor] == UInt8(ascii: "&") else { return .unusual(at: cursor) }
            guard let entity = entity(bytes, cursor) else {
                // The longest entity, `&quot;`, has six characters.
                return bytes.count - cursor < 6 ? .needsMore(from: cursor) : .unusual(at: cursor)
            }
            withUnsafeBytes(of: entity.character) { builder.append($0) }
            cursor += entity.length
        }
    }

    /// Where the first byte is that ends text or is not plain: `<`, `&`, `]`, control characters, non-ASCII.
    @inline(__always)
    private func endOfPlainText(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var index = start
        if let base = bytes.baseAddress {
            // Eight bytes at once; a byte that only looks like a stop costs time and nothing else.
            while index &+ 8 <= bytes.count {
                let word = base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let controls = (word &- 0x2020_2020_2020_2020) & ~word
                let less = hasZero(word ^ 0x3C3C_3C3C_3C3C_3C3C)
                let ampersand = hasZero(word ^ 0x2626_2626_2626_2626)
                let bracket = hasZero(word ^ 0x5D5D_5D5D_5D5D_5D5D)
                if (word | controls | less | ampersand | bracket) & 0x8080_8080_8080_8080 != 0 { break }
                index &+= 8
            }
        }
        // Bits 9 and 10 are clear: tab and line feed are plain.
        let low: UInt64 = 0x1000_0040_FFFF_F9FF
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 64 {
                if low &>> UInt64(byte) & 1 == 1 { break }
            } else if byte == UInt8(ascii: "]") || byte >= 0x80 {
                break
            }
            index &+= 1
        }
        return index
    }

    private func entity(_ bytes: UnsafeRawBufferPointer, _ cursor: Int) -> (character: UInt8, length: Int)? {
        func matches(_ text: StaticString) -> Bool {
            guard bytes.count - cursor >= text.utf8CodeUnitCount, let start = bytes.baseAddress else { return false }
            return memcmp(start + cursor, text.utf8Start, text.utf8CodeUnitCount) == 0
        }
        if matches("&quot;") { return (UInt8(ascii: "\""), 6) }
        if matches("&amp;") { return (UInt8(ascii: "&"), 5) }
        if matches("&lt;") { return (UInt8(ascii: "<"), 4) }
        if matches("&gt;") { return (UInt8(ascii: ">"), 4) }
        if matches("&apos;") { return (UInt8(ascii: "'"), 6) }
        return nil
    }

    /// A tag, from `<` to `>`.
    @inline(__always)
    private mutating func scanTag(
        _ bytes: UnsafeRawBufferPointer, _ cursor: inout Int, _ builder: inout XMLBuilder
    ) -> Outcome? {
        guard let start = bytes.baseAddress else { return .needsMore(from: cursor) }
        let isEnd = cursor + 1 < bytes.count && bytes[cursor + 1] == UInt8(ascii: "/")
        let nameStart = cursor + (isEnd ? 2 : 1)
        var index = nameStart
        while index < bytes.count, isNameByte(bytes[index]) { index &+= 1 }
        let name = UnsafeRawBufferPointer(
            rebasing: bytes[min(nameStart, bytes.count)..<max(index, min(nameStart, bytes.count))])
        var isEmpty = false
        if index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            guard let close = memchr(start + index, Int32(UInt8(ascii: ">")), bytes.count - index) else {
                return incomplete(bytes, cursor)
            }
            let end = UnsafeRawPointer(close) - start
            guard let rest = plainAttributes(bytes, index, end, isEnd: isEnd) else { return .unusual(at: cursor) }
            isEmpty = rest
            index = end
        }
        if index >= bytes.count { return incomplete(bytes, cursor) }
        guard let first = name.first, isNameStart(first) else { return .unusual(at: cursor) }
        if isEnd { return scanEnd(name, index + 1, &cursor, &builder) }
        cursor = index + 1
        builder.begin(name)
        if isEmpty {
            builder.end()
            phase = starts.isEmpty ? .epilog : .content
        } else {
            starts.append(names.count)
            names.append(name)
            phase = .content
        }
        return nil
    }

    @inline(__always)
    private mutating func scanEnd(
        _ name: UnsafeRawBufferPointer, _ next: Int, _ cursor: inout Int, _ builder: inout XMLBuilder
    ) -> Outcome? {
        guard let open = starts.last else { return .unusual(at: cursor) }
        let expected = names.bytes(open, names.count)
        guard expected.count == name.count, let a = expected.baseAddress, let b = name.baseAddress,
            memcmp(a, b, name.count) == 0
        else { return .unusual(at: cursor) }
        starts.removeLast()
        names.truncate(to: open)
        cursor = next
        builder.end()
        if starts.isEmpty { phase = .epilog }
        return nil
    }

    private func incomplete(_ bytes: UnsafeRawBufferPointer, _ cursor: Int) -> Outcome {
        bytes.count - cursor > XMLScanner.longestTag ? .unusual(at: cursor) : .needsMore(from: cursor)
    }

    /// What stands between a tag's name and its `>`: nothing but white space, an `xmlns` in a beginning tag, and `/`.
    ///
    /// - Returns: Whether the tag is an empty element; nil if there is anything else.
    private func plainAttributes(_ bytes: UnsafeRawBufferPointer, _ from: Int, _ end: Int, isEnd: Bool) -> Bool? {
        var index = from
        func skipSpace() { while index < end, isSpace(bytes[index]) { index += 1 } }
        skipSpace()
        let attribute: StaticString = "xmlns=\""
        let length = attribute.utf8CodeUnitCount
        if !isEnd, index > from, end - index > length, let start = bytes.baseAddress,
            memcmp(start + index, attribute.utf8Start, length) == 0
        {
            index += length
            while index < end, bytes[index] != UInt8(ascii: "\"") {
                let byte = bytes[index]
                if byte <= 32 || byte >= 0x7F || byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") { return nil }
                index += 1
            }
            guard index < end else { return nil }
            index += 1
            skipSpace()
        }
        if index == end { return false }
        return !isEnd && index + 1 == end && bytes[index] == UInt8(ascii: "/") ? true : nil
    }

    // MARK: - Bytes

    /// Whether one of eight bytes is zero: then the highest bit of one is set.
    @inline(__always)
    private func hasZero(_ word: UInt64) -> UInt64 { (word &- 0x0101_0101_0101_0101) & ~word }

    @inline(__always)
    private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

    @inline(__always)
    private func isNameStart(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return (lower >= 97 && lower <= 122) || byte == UInt8(ascii: "_")
    }

    /// Letters, digits, `-`, `.` and `_`; a colon is not plain.
    @inline(__always)
    private func isNameByte(_ byte: UInt8) -> Bool {
        // `-`, `.`, digits; `A`-`Z`, `_`, `a`-`z`.
        let mask: UInt64 = byte & 0x40 == 0 ? 0x03FF_6000_0000_0000 : 0x07FF_FFFE_87FF_FFFE
        return byte < 0x80 && mask &>> UInt64(byte & 63) & 1 == 1
    }
}
