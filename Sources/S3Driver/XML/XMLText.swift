import Coffer

/// The text of an element, lent for the length of a call: turned into a value only where one is kept.
struct XMLText {
    /// The bytes: UTF-8, entities resolved.
    let bytes: UnsafeRawBufferPointer

    /// The text.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The text, percent-decoded: S3's `encoding-type=url`, where `+` is a space. As it is if it does not decode.
    var urlDecoded: String { PercentEncoding.decode(bytes, plusIsSpace: true) ?? string }

    /// Whether the text is `true`.
    var isTrue: Bool { equals("true") || equals("True") }

    /// The text as a number that is not negative; nil if it is none.
    var number: Int64? {
        guard !bytes.isEmpty, bytes.count <= 19 else { return nil }
        var value: Int64 = 0
        for byte in bytes {
            guard byte >= 48, byte <= 57 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int64(byte &- 48))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }

    /// The text as an entity tag, without quotes; nil if it is empty.
    var etag: ETag? {
        if bytes.isEmpty { return nil }
        guard bytes.count >= 2, bytes[0] == UInt8(ascii: "\""), bytes[bytes.count - 1] == UInt8(ascii: "\"") else {
            return ETag(string)
        }
        return ETag(String(decoding: bytes[1..<(bytes.count - 1)], as: UTF8.self))
    }

    /// The text as a time, `2026-01-02T03:04:05.678Z` with any number of decimals; nil if it is none.
    var timestamp: Timestamp? {
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84, bytes[13] == 58, bytes[16] == 58,
            bytes[bytes.count - 1] == 90
        else { return nil }
        let century = digits(0)
        let year = century * 100 + digits(2)
        let month = digits(5)
        let day = digits(8)
        let hour = digits(11)
        let minute = digits(14)
        let second = digits(17)
        guard century >= 0, year >= 0, month >= 1, month <= 12, day >= 1, day <= 31, hour >= 0, hour < 24,
            minute >= 0, minute < 60, second >= 0, second < 61
        else { return nil }
        var nanoseconds: Int32 = 0
        if bytes.count > 20 {
            guard bytes[19] == 46, bytes.count > 21 else { return nil }
            var scale: Int32 = 100_000_000
            for byte in bytes[20..<(bytes.count - 1)] {
                guard byte >= 48, byte <= 57 else { return nil }
                nanoseconds += Int32(byte &- 48) * scale
                scale /= 10
            }
        }
        return Timestamp(
            seconds: CivilTime.seconds(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second),
            nanoseconds: nanoseconds)
    }

    /// Whether the text is this.
    @inline(__always)
    func equals(_ other: StaticString) -> Bool {
        guard bytes.count == other.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count where bytes[index] != other.utf8Start[index] { return false }
        return true
    }

    /// Two digits as a number; so negative if they are none that no sum with another pair is valid.
    @inline(__always)
    private func digits(_ index: Int) -> Int {
        let tens = bytes[index] &- 48
        let ones = bytes[index + 1] &- 48
        return tens > 9 || ones > 9 ? -100_000 : Int(tens) * 10 + Int(ones)
    }
}
