extension Timestamp {
    /// The time as ISO 8601 in UTC, with milliseconds if there are any: `2026-01-02T03:04:05.678Z`.
    public var iso8601: String {
        let civil = CivilTime(secondsSince1970: seconds)
        var text = digits(civil.year, 4) + "-" + digits(civil.month, 2) + "-" + digits(civil.day, 2) + "T"
        text += digits(civil.hour, 2) + ":" + digits(civil.minute, 2) + ":" + digits(civil.second, 2)
        let millis = Int(nanoseconds) / 1_000_000
        if millis > 0 { text += "." + digits(millis, 3) }
        return text + "Z"
    }

    /// The time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`. Source: RFC 9110, section 5.6.7.
    public var httpDate: String {
        let civil = CivilTime(secondsSince1970: seconds)
        return Self.weekdays[civil.weekday % 7] + ", " + digits(civil.day, 2) + " "
            + Self.months[(civil.month - 1) % 12]
            + " " + digits(civil.year, 4) + " " + digits(civil.hour, 2) + ":" + digits(civil.minute, 2) + ":"
            + digits(civil.second, 2) + " GMT"
    }

    /// Reads `2026-01-02T03:04:05[.678]Z`; nil if it is something else.
    ///
    /// - Parameter text: The time as services write it in XML.
    public init?(iso8601 text: String) {
        var text = text
        let parsed: (Int64, Int32)? = text.withUTF8 { bytes in
            guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84, bytes[13] == 58, bytes[16] == 58,
                bytes[bytes.count - 1] == 90, let year = number(bytes, 0, 4), let month = number(bytes, 5, 2),
                let day = number(bytes, 8, 2), let hour = number(bytes, 11, 2), let minute = number(bytes, 14, 2),
                let second = number(bytes, 17, 2), (1...12).contains(month), (1...31).contains(day), hour < 24,
                minute < 60, second < 61
            else { return nil }
            var nanos: Int32 = 0
            if bytes.count > 20 {
                guard bytes[19] == 46 else { return nil }
                var scale: Int32 = 100_000_000
                for byte in bytes[20..<(bytes.count - 1)] {
                    guard byte >= 48, byte <= 57 else { return nil }
                    nanos += Int32(byte - 48) * scale
                    scale /= 10
                }
            }
            let seconds = CivilTime.seconds(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second)
            return (seconds, nanos)
        }
        guard let parsed else { return nil }
        self.init(seconds: parsed.0, nanoseconds: parsed.1)
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`; nil if it is something else.
    ///
    /// - Parameter text: The value of a `Date` or `Last-Modified` header.
    public init?(httpDate text: String) {
        var text = text
        let parsed: Int64? = text.withUTF8 { bytes in
            guard bytes.count == 29, bytes[3] == 44, let day = number(bytes, 5, 2), let year = number(bytes, 12, 4),
                let hour = number(bytes, 17, 2), let minute = number(bytes, 20, 2), let second = number(bytes, 23, 2),
                (1...31).contains(day), hour < 24, minute < 60, second < 61
            else { return nil }
            let name = UnsafeBufferPointer(rebasing: bytes[8..<11])
            guard let month = Self.months.firstIndex(where: { $0.utf8.elementsEqual(name) }) else { return nil }
            return CivilTime.seconds(
                year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
        }
        guard let parsed else { return nil }
        self.init(seconds: parsed)
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

private func digits(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return text.utf8.count >= width ? text : String(repeating: "0", count: width - text.utf8.count) + text
}

private func number(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ length: Int) -> Int? {
    var value = 0
    for byte in bytes[start..<(start + length)] {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int(byte - 48)
    }
    return value
}
