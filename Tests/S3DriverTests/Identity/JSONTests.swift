import Foundation
import Testing

@testable import S3Driver

/// JSON, against what Foundation reads.
struct JSONTests {
    private static let good = [
        "{}", "[]", "null", "true", "-0", "1.5e-3", "12345678901234567890", #""""#,
        #"{"a": [1, {"b": null}], "c": "d"}"#,
        #""\u00e9\ud83d\ude00\n\/\\\"""#, " \t\r\n{ \"a\" : 1 } ", "\"ü😀\"",
    ]
    private static let bad = [
        "", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "01", "1.", "+1", ".5", "nul", "\"", "\"\u{1}\"", #""\x""#,
        #""\ud800""#,
        #""\ud800\u0041""#, "[1] x", "{'a': 1}", "1e", String(repeating: "[", count: 100),
    ]

    @Test(arguments: good) func reads(text: String) throws {
        let value = try JSONParser.parse(Array(text.utf8))
        let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) as? NSObject
        // What we write is read alike.
        let again =
            try JSONSerialization.jsonObject(with: Data(value.encoded.utf8), options: .fragmentsAllowed) as? NSObject
        #expect(again == theirs)
    }

    @Test(arguments: bad) func refuses(text: String) {
        #expect(throws: JSONParser.Fault.self) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: JSONParser.Fault.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    }

    @Test func showsNoValues() throws {
        let value = try JSONParser.parse(Array(#"{"SecretAccessKey": "hush"}"#.utf8))
        var shown = "\(value) \(String(reflecting: value))"
        dump(value, to: &shown)
        #expect(!shown.contains("hush"))
        #expect(value.description == "JSON object of SecretAccessKey")
    }

    @Test(arguments: [
        ("2026-01-02T03:04:05Z", 1_767_323_045), ("2026-01-02T03:04:05UTC", 1_767_323_045),
        ("2026-01-02T03:04:05+00:00", 1_767_323_045), ("2026-01-02T05:04:05+02:00", 1_767_323_045),
        ("2026-01-01T21:34:05.250-0530", 1_767_323_045),
    ])
    func times(text: String, seconds: Int64) { #expect(ExpirationTime.parse(text)?.seconds == seconds) }

    @Test(arguments: [
        "", "tomorrow", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05+2", "2026-01-02T03:04:05+09:99",
    ])
    func noTimes(text: String) { #expect(ExpirationTime.parse(text) == nil) }
}
