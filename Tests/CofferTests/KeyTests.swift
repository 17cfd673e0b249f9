import Coffer
import Testing

@Suite("Keys")
struct KeyTests {
    @Test("Keys compare by bytes, not by Unicode equivalence")
    func bytes() {
        let composed = Key("caf\u{E9}")
        let decomposed = Key("cafe\u{301}")
        #expect(composed.string == decomposed.string, "Swift's String takes them for equal")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(decomposed < composed, "0x65 sorts before 0xC3")
    }

    @Test("The order is that of unsigned UTF-8 bytes")
    func order() {
        let keys: [Key] = ["b", "a/b", "a-b", "a.b", "a", "aa", "\u{FFFD}", "\u{1F600}", "Z", "~", "é"]
        let sorted = keys.sorted().map(\.string)
        #expect(sorted == ["Z", "a", "a-b", "a.b", "a/b", "aa", "b", "~", "é", "\u{FFFD}", "\u{1F600}"])
    }

    @Test(
        "What can be a key nowhere is refused",
        arguments: [
            "", ".", "..", "a/..", "../a", "a/../b", "a/./b", "./a", "a/.", "a\0b", "\0",
            String(repeating: "k", count: 1025), String(repeating: "é", count: 513),
        ])
    func refused(text: String) {
        let error = #expect(throws: StoreError.self) { try Key(text).validate() }
        #expect(error?.code == .invalidKey)
        #expect(error?.key != nil || text.isEmpty == false || error?.message.contains("empty") == true)
    }

    @Test(
        "Odd keys are keys",
        arguments: [
            "a", "/a", "a/", "a//b", "...", "a/...", ".a", "a/..b", "a b", " a ", "%48", "a\\b", "a?b#c", "\u{1F600}",
            "a\nb", String(repeating: "k", count: 1024), String(repeating: "é", count: 512), "-", "~",
        ])
    func accepted(text: String) throws {
        try Key(text).validate()
        #expect(Key(text).string.utf8.elementsEqual(text.utf8))
    }

    @Test("A driver's own limit counts")
    func limit() {
        #expect(throws: Never.self) { try Key("abc").validate(maxBytes: 3) }
        let error = #expect(throws: StoreError.self) { try Key("abcd").validate(maxBytes: 3) }
        #expect(error?.message.contains("limit is 3") == true)
    }
}
