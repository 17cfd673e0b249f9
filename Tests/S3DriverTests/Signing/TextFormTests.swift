import Coffer
import Testing

@testable import S3Driver

@Suite("Dates, percent-encoding, paths")
struct TextFormTests {
    @Test(
        "dates",
        arguments: [
            (0, "19700101T000000Z"), (1_369_353_600, "20130524T000000Z"), (951_782_399, "20000228T235959Z"),
            (951_868_799, "20000229T235959Z"), (1_767_225_600, "20260101T000000Z"), (-1, "19691231T235959Z"),
            (4_107_542_399, "21000228T235959Z"), (4_107_542_400, "21000301T000000Z"),
            (253_402_300_799, "99991231T235959Z"), (Int64.max, "99991231T235959Z"), (Int64.min, "00000101T000000Z"),
        ])
    func date(_ seconds: Int64, _ expected: String) {
        let date = AmzDate(Timestamp(seconds: seconds, nanoseconds: 999_999_999))
        #expect(date.string == expected)
    }

    @Test("every byte of ASCII is encoded as RFC 3986 says")
    func ascii() {
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        for byte in UInt8(0)..<128 {
            let text = String(UnicodeScalar(byte))
            let digits = String(byte, radix: 16, uppercase: true)
            let escaped = "%" + (digits.count < 2 ? "0" : "") + digits
            #expect(PercentEncoding.encode(text) == (unreserved.contains(text) ? text : escaped))
            let inPath = unreserved.contains(text) || text == "/"
            #expect(PercentEncoding.encode(text, .unreservedAndSlash) == (inPath ? text : escaped))
            #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        }
    }

    @Test("other characters are encoded by their UTF-8, and come back")
    func utf8() {
        #expect(PercentEncoding.encode("é€😀") == "%C3%A9%E2%82%AC%F0%9F%98%80")
        for text in ["e\u{301}", "\u{10FFFF}\u{80}\u{7FF}\u{800}", "a b/c", ""] {
            #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        }
    }

    @Test("decoding")
    func decode() {
        #expect(PercentEncoding.decode("a+b%20c%2b", plusIsSpace: true) == "a b c+")
        #expect(PercentEncoding.decode("a+b%20c%2b") == "a+b c+")
        #expect(PercentEncoding.decode("100%") == "100%")
        #expect(PercentEncoding.decode("%4") == "%4")
        #expect(PercentEncoding.decode("%zz%41") == "%zzA")
        #expect(PercentEncoding.decode("%ff") == nil)
        #expect(PercentEncoding.decode("%C3%A9") == "é")
    }

    @Test(
        "normalised paths",
        arguments: [
            ("/", "/"), ("", "/"), ("//", "/"), ("/a/../b", "/b"), ("/..", "/"), ("/../../a", "/a"), ("/./a/.", "/a/"),
            ("/a/b/..", "/a/"), ("/a//b/", "/a/b/"), ("/a/...", "/a/..."),
        ])
    func normalized(_ path: String, _ expected: String) { #expect(CanonicalPath.normalized(path) == expected) }

    @Test(
        "header values lose white space at the ends and in runs",
        arguments: [
            ("  a   b ", "a b"), ("", ""), (" \t\r\n ", ""), ("a\n  b", "a b"), ("a\tb", "a b"), ("é  ü", "é ü"),
        ])
    func collapse(_ value: String, _ expected: String) {
        var text = ByteBuffer(capacity: 16)
        text.append(collapsing: value)
        #expect(text.string == expected)
    }

    @Test("a buffer grows and keeps what is in it")
    func buffer() {
        var text = ByteBuffer(capacity: 1)
        var expected = ""
        for index in 0..<500 {
            text.append("\(index),")
            text.append(encoding: "é")
            expected += "\(index),%C3%A9"
        }
        #expect(text.string == expected)
        text.truncate(to: 4)
        #expect(text.string == "0,%C")
        #expect(text.bytes(3, 99).count == 1)
    }
}
