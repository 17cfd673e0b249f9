import Coffer

/// A time as signatures write it: `20130524T000000Z`, sixteen bytes.
struct AmzDate: Sendable, Hashable {
    /// The characters in order.
    let bytes: SIMD16<UInt8>

    /// Formats a time; years outside of 0...9999 become the nearest that fits.
    ///
    /// - Parameter time: The time; fractions of a second are dropped.
    init(_ time: Timestamp) {
        // From 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
        let civil = CivilTime(secondsSince1970: max(-62_167_219_200, min(time.seconds, 253_402_300_799)))
        var text = SIMD16<UInt8>(repeating: 48)
        func put(_ value: Int, _ index: Int) {
            text[index] = UInt8(truncatingIfNeeded: 48 + value / 10 % 10)
            text[index + 1] = UInt8(truncatingIfNeeded: 48 + value % 10)
        }
        put(civil.year / 100, 0)
        put(civil.year % 100, 2)
        put(civil.month, 4)
        put(civil.day, 6)
        text[8] = UInt8(ascii: "T")
        put(civil.hour, 9)
        put(civil.minute, 11)
        put(civil.second, 13)
        text[15] = UInt8(ascii: "Z")
        bytes = text
    }

    /// The characters of the day, `20130524`: what a signing key is good for.
    var day: SIMD8<UInt8> { bytes.lowHalf }

    /// The whole as text.
    var string: String {
        String(unsafeUninitializedCapacity: 16) { target in
            withUnsafeBytes(of: bytes) { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
            return 16
        }
    }
}

extension ByteBuffer {
    /// Appends the sixteen characters.
    @inline(__always)
    mutating func append(_ date: AmzDate) { withUnsafeBytes(of: date.bytes) { append($0) } }

    /// Appends a digest in hexadecimal.
    @inline(__always)
    mutating func append(hex digest: SHA256Digest) {
        append(atMost: 64) { target in
            withUnsafeBytes(of: digest.bytes) { Hex.write($0, to: target) }
            return 64
        }
    }
}
