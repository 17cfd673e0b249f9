import Coffer

/// The times that services and files give for the end of credentials and tokens.
enum ExpirationTime {
    /// Reads ISO 8601 with `Z`, with `UTC` (as old tools wrote) or with an offset from UTC.
    ///
    /// - Parameter text: The time.
    /// - Returns: nil if it is something else.
    static func parse(_ text: String) -> Timestamp? {
        if let time = Timestamp(iso8601: text) { return time }
        if text.hasSuffix("UTC") { return Timestamp(iso8601: text.dropLast(3) + "Z") }
        // The sign of an offset stands after the date, whose own dashes do not count.
        guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }),
            text.distance(from: text.startIndex, to: sign) >= 19, let local = Timestamp(iso8601: text[..<sign] + "Z")
        else { return nil }
        let digits = text[text.index(after: sign)...].filter { $0 != ":" }
        guard digits.count == 4, let number = Int64(digits), number >= 0, number % 100 < 60 else { return nil }
        let offset = (number / 100 * 60 + number % 100) * 60
        return local.advanced(by: .seconds(text[sign] == "+" ? -offset : offset))
    }
}
