/// Lower-case hexadecimal, as signatures and payload hashes are written.
enum Hex {
    /// Writes two characters for each byte.
    ///
    /// - Parameters:
    ///   - bytes: What is written.
    ///   - target: Room for twice as many bytes.
    @inline(__always)
    static func write(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<UInt8>) {
        var out = target
        for byte in bytes {
            out[0] = digit(byte >> 4)
            out[1] = digit(byte & 15)
            out += 2
        }
    }

    /// The value of a hexadecimal digit of either case; nil if it is none.
    @inline(__always)
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }

    @inline(__always)
    private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 &+ nibble : 87 &+ nibble }
}
