/// Percent-encoding as signatures need it: every byte but `A-Z a-z 0-9 - . _ ~`, with upper-case digits.
///
/// Source: RFC 3986, section 2.3; "Create a canonical request" of the S3 user guide.
enum PercentEncoding {
    /// Which bytes stay as they are.
    enum Kept {
        /// The unreserved ones only: for names and values of a query.
        case unreserved
        /// The slash too: for paths.
        case unreservedAndSlash
    }

    /// Encodes the UTF-8 of a text.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - kept: Which bytes stay as they are.
    static func encode(_ text: String, _ kept: Kept = .unreserved) -> String {
        var text = text
        return text.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            return String(unsafeUninitializedCapacity: bytes.count * 3) { target in
                guard let start = target.baseAddress else { return 0 }
                return write(raw, kept, to: start)
            }
        }
    }

    /// Encodes bytes into memory that has room for three times as many.
    ///
    /// - Returns: The number of bytes written.
    @inline(__always)
    static func write(_ bytes: UnsafeRawBufferPointer, _ kept: Kept, to target: UnsafeMutablePointer<UInt8>) -> Int {
        let low: UInt64 = kept == .unreserved ? 0x03FF_6000_0000_0000 : 0x03FF_E000_0000_0000
        let high: UInt64 = 0x47FF_FFFE_87FF_FFFE
        var out = target
        for byte in bytes {
            let mask = byte & 0x40 == 0 ? low : high
            if byte < 0x80, mask &>> UInt64(byte & 63) & 1 == 1 {
                out[0] = byte
                out += 1
            } else {
                out[0] = UInt8(ascii: "%")
                out[1] = digit(byte >> 4)
                out[2] = digit(byte & 15)
                out += 3
            }
        }
        return out - target
    }

    /// Decodes `%XX`; a percent sign that begins no such triple stays as it is.
    ///
    /// - Parameters:
    ///   - text: The encoded text.
    ///   - plusIsSpace: Whether `+` stands for a space, as in forms and in S3's `encoding-type=url`.
    /// - Returns: The text, or nil if the decoded bytes are not UTF-8.
    static func decode(_ text: String, plusIsSpace: Bool = false) -> String? {
        var text = text
        return text.withUTF8 { decode(UnsafeRawBufferPointer($0), plusIsSpace: plusIsSpace) }
    }

    /// Decodes `%XX` of bytes that are UTF-8; see ``decode(_:plusIsSpace:)-(String,_)``.
    static func decode(_ bytes: UnsafeRawBufferPointer, plusIsSpace: Bool) -> String? {
        // Most names have nothing to decode.
        var plain = true
        for byte in bytes where byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+") {
            plain = false
            break
        }
        if plain { return String(decoding: bytes, as: UTF8.self) }
        return withUnsafeTemporaryAllocation(byteCount: max(bytes.count, 1), alignment: 1) { target in
            var written = 0
            var index = 0
            while index < bytes.count {
                var byte = bytes[index]
                if byte == UInt8(ascii: "%"), index + 2 < bytes.count, let high = Hex.value(bytes[index + 1]),
                    let low = Hex.value(bytes[index + 2])
                {
                    byte = high << 4 | low
                    index += 2
                } else if byte == UInt8(ascii: "+"), plusIsSpace {
                    byte = UInt8(ascii: " ")
                }
                target[written] = byte
                written += 1
                index += 1
            }
            return String(validating: target[..<written], as: UTF8.self)
        }
    }

    @inline(__always)
    private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 &+ nibble : 55 &+ nibble }
}

extension ByteBuffer {
    /// Appends text percent-encoded.
    @inline(__always)
    mutating func append(encoding text: String, _ kept: PercentEncoding.Kept = .unreserved) {
        var text = text
        text.withUTF8 { append(encoding: UnsafeRawBufferPointer($0), kept) }
    }

    /// Appends bytes percent-encoded.
    @inline(__always)
    mutating func append(encoding bytes: UnsafeRawBufferPointer, _ kept: PercentEncoding.Kept = .unreserved) {
        append(atMost: bytes.count * 3) { PercentEncoding.write(bytes, kept, to: $0) }
    }
}
