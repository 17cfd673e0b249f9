import Coffer
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "HTTP dates both ways",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        ])
    func http(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).httpDate == text)
        #expect(Timestamp(httpDate: text)?.seconds == seconds)
    }

    @Test("ISO 8601 both ways, with and without a fraction")
    func iso() {
        #expect(Timestamp(seconds: 1_700_000_000).iso8601 == "2023-11-14T22:13:20Z")
        #expect(Timestamp(seconds: 1_700_000_000, nanoseconds: 45_000_000).iso8601 == "2023-11-14T22:13:20.045Z")
        let parsed = Timestamp(iso8601: "2023-11-14T22:13:20.045Z")
        #expect(parsed == Timestamp(seconds: 1_700_000_000, nanoseconds: 45_000_000))
        #expect(Timestamp(iso8601: "2023-11-14T22:13:20Z")?.nanoseconds == 0)
    }

    @Test(
        "Nonsense is nil",
        arguments: [
            "", "yesterday", "2023-13-01T00:00:00Z", "2023-11-14 22:13:20Z", "2023-11-14T22:13:20",
            "Sun, 06 Xxx 1994 08:49:37 GMT",
        ])
    func nonsense(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
        #expect(Timestamp(httpDate: text) == nil)
    }

    @Test("The calendar agrees with itself over eight centuries")
    func calendar() {
        for day in stride(from: Int64(-200_000), to: 200_000, by: 13) {
            let civil = CivilTime(secondsSince1970: day * 86400 + 3661)
            let back = CivilTime.seconds(
                year: civil.year, month: civil.month, day: civil.day, hour: civil.hour, minute: civil.minute,
                second: civil.second)
            #expect(back == day * 86400 + 3661)
        }
    }

    @Test("Advancing carries over")
    func advancing() {
        let time = Timestamp(seconds: 10, nanoseconds: 900_000_000)
        #expect(time.advanced(by: .milliseconds(200)) == Timestamp(seconds: 11, nanoseconds: 100_000_000))
        #expect(time.advanced(by: .milliseconds(-950)) == Timestamp(seconds: 9, nanoseconds: 950_000_000))
    }
}
