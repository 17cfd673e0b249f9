import Coffer
import Foundation
import MemoryDriver
import Testing

@testable import FileSystemDriver

@Suite struct HostileKeyTests {
    private static let oddNames: [String] = [
        "a", "a/", "/a", "a//b", "//", "/", "a/b", "a/b/", "a/.coffer.self", ".coffer", ".coffer/locks",
        ".coffer.tmp.1.2.3.4", ".coffer.=x", ".coffer.+x/.coffer.=y", ".coffer.empty", ".cofferx", "x.coffer",
        "a/.coffer", " ", " lead", "trail ", "a b", "back\\slash", "\\", "%48", "H", "%2F", "a+b", "~", "~user",
        "-rf", "--", "*", "?", "[x]", "{y}", "$HOME", "`id`", "'", "\"", "#", "&&", "|", ";", "<>", ":", "a:b", "...",
        "....", ".hidden", "..a", "a..", "nul", "con", "\u{7F}", "\u{1}", "tab\there", "new\nline", "\r", "e\u{301}",
        "\u{e9}", "\u{1F600}", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "日本語/キー", "\u{FFFD}", "\u{FEFF}",
        "\u{202E}rtl", "a\u{0300}\u{0301}", "ﬁ", "ß", "SS", "İ", "ı",
    ]

    private static func long(_ unit: String, _ count: Int) -> String { String(repeating: unit, count: count) }

    private static let longNames: [String] = [
        long("l", 255), long("l", 256),
        long("l", 1024), long("é", 512),
        long("\u{1F600}", 256), long("m", 246) + "/x",
        long("m", 247) + "/x", long("m", 255) + "/x",
        long("m", 600) + "/" + long("n", 400),
        ".coffer" + long("o", 239), ".coffer" + long("o", 240),
        ".coffer" + long("o", 248), ".coffer" + long("o", 900),
    ]

    static var keys: [String] {
        var keys = oddNames + longNames
        for byte in UInt8(0x20)..<0x7F {
            let character = String(UnicodeScalar(byte))
            if character != "." && character != "/" { keys.append(character) }
            keys.append("x\(character)y")
        }
        return keys
    }

    /// Their paths are longer than the 4,095 bytes that the kernel takes at once.
    @Test func deepKeys() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let keys = [Self.long("/", 1024), Self.long("a/", 512), Self.long(".coffer/", 128)].map { Key($0) }
        for key in keys { try await store.put(key, .string(String(key.string.utf8.count))) }
        for key in keys { #expect(try await store.text(key) == "1024") }
        #expect(try await store.names() == keys.sorted().map(\.string))
        #expect(try await store.names(delimiter: "/") == [".coffer/", "/", "a/"].sorted())
        for key in keys { try await store.delete(key) }
        #expect(try scratch.tree() == [])
    }

    @Test(arguments: [true, false]) func roundTrip(allowOpenat2: Bool) async throws {
        let scratch = Scratch()
        let store = try scratch.store(allowOpenat2: allowOpenat2)
        let memory = Store(driver: MemoryDriver())
        let keys = Array(Set(Self.keys.map { Key($0) })).sorted()
        for key in keys.shuffled() {
            try await store.put(key, .string("value of \(key)"))
            try await memory.put(key, .string("value of \(key)"))
        }
        for key in keys {
            #expect(try await store.text(key) == "value of \(key)", "\(key)")
            #expect(try await store.stat(key).key == key)
        }
        #expect(try await store.names().map { Key($0) } == keys)
        #expect(try await store.names(pageSize: 3).map { Key($0) } == keys)
        for prefix in ["", "a", "a/", "x", ".coffer", ".coffer/", "m", String(repeating: "m", count: 300), "/", "//"] {
            for delimiter in [nil, "/", "o", "//", "l"] {
                let expected = try await memory.names(prefix, delimiter: delimiter).map { Key($0) }
                let found = try await store.names(prefix, delimiter: delimiter, pageSize: 7).map { Key($0) }
                #expect(found == expected, "prefix '\(prefix)' delimiter '\(delimiter ?? "-")'")
            }
        }
        // Moves and copies between such names.
        for (index, key) in keys.enumerated() where index % 9 == 0 {
            let target = Key("moved/\(index)")
            try await store.move(key, to: target)
            #expect(try await store.text(target) == "value of \(key)")
            try await store.copy(target, to: key)
            #expect(try await store.text(key) == "value of \(key)", "\(key)")
            try await store.delete(target)
        }
        for key in keys.shuffled() {
            try await store.delete(key)
            #expect(await code { _ = try await store.stat(key) } == .notFound)
        }
        #expect(try scratch.tree() == [])
    }

    @Test func keysThatNoStoreTakesAreRefusedByTheDriverToo() async throws {
        let scratch = Scratch()
        let driver = FileSystemDriver(try scratch.volume())
        try Data("secret".utf8).write(to: URL(fileURLWithPath: scratch.path + "/outside"))
        for key in ["../outside", "..", ".", "a/../../outside", "a/./b", "a\0b", ""] as [Key] {
            #expect(await code { _ = try await driver.read(key, ReadOptions()) } == .invalidKey)
            #expect(await code { _ = try await driver.put(key, Payload(Chunk("x")), WriteOptions()) } == .invalidKey)
            #expect(await code { try await driver.delete(key, DeleteOptions()) } == .invalidKey)
            #expect(await code { _ = try await driver.copy(key, to: "x", CopyOptions()) } == .invalidKey)
        }
        for prefix in ["../", "a/../..", "../outside"] {
            #expect(try await driver.list(ListOptions(prefix: prefix)).entries.isEmpty)
        }
    }

    @Test func whatOtherProgramsPutThere() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        try scratch.plant("plain.txt")
        try scratch.plant("dir/nested file")
        try scratch.plant(".hidden")
        // Names of ours that the driver would not spell so: no objects, and no crash.
        for name in [
            ".coffer.self", ".coffer.=plain", ".coffer.=", ".coffer.+", ".coffer.+part/name", ".coffer.x",
            ".coffer.tmp.nonsense", "dir/.coffer.empty/.coffer.=", ".coffer.+p/.coffer.+q/.coffer.=r",
        ] {
            try scratch.plant(name)
        }
        // Not UTF-8.
        let bad = scratch.root + "/bad"
        try FileManager.default.createDirectory(atPath: bad, withIntermediateDirectories: true)
        let descriptor = open(bad, O_RDONLY | O_DIRECTORY)
        for name in [[0xFF, 0xFE], [0x61, 0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]] {
            (name + [0]).withUnsafeBufferPointer { name in
                name.withMemoryRebound(to: CChar.self) { name in
                    _ = close(openat(descriptor, name.baseAddress!, O_CREAT | O_WRONLY, 0o644))
                }
            }
        }
        close(descriptor)
        #expect(try await store.names() == [".hidden", "dir/nested file", "plain.txt"])
        #expect(try await store.names(delimiter: "/") == [".hidden", "dir/", "plain.txt"])
        #expect(try await store.text("dir/nested file") == "planted")
        try await store.put("bad/x", "good")
        #expect(try await store.names("bad/") == ["bad/x"])
    }
}
