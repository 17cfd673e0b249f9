import Coffer
import Foundation
import Testing

@testable import CofferTool

@Suite struct JSONTests {
    @Test func everyByteSurvives() throws {
        var text = "é\u{1F600}\u{2028}"
        for value in 0..<128 { text.unicodeScalars.append(Unicode.Scalar(UInt8(value))) }
        let line = JSON.object([("text", .string(text)), (text, .array([.null, .boolean(true), .number(.min)]))]).text
        #expect(!line.contains("\n"))
        let read = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(read["text"] as? String == text)
        #expect((read[text] as? [Any])?.count == 3)
    }

    @Test func absentMembersAreLeftOut() {
        #expect(JSON.members([("a", nil), ("b", .number(1)), ("c", .decimal(0.5))]).text == #"{"b":1,"c":0.5}"#)
    }
}

@Suite struct HumanFormatTests {
    @Test(arguments: [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (1536, "1.50 KiB"), (10240, "10.0 KiB"),
        (1_048_575, "1.00 MiB"), (1 << 20, "1.00 MiB"), (123 << 20, "123 MiB"), (3 << 30, "3.00 GiB"),
        (Int64.max, "8.00 EiB"),
    ])
    func bytes(_ count: Int64, _ text: String) { #expect(HumanFormat.bytes(count) == text) }

    @Test func clocks() {
        #expect(HumanFormat.clock(0) == "0:00")
        #expect(HumanFormat.clock(64.2) == "1:05")
        #expect(HumanFormat.clock(3661) == "1:01:01")
        #expect(HumanFormat.clock(.infinity) == "-:--")
    }

    @Test func linesStayLines() {
        #expect(HumanFormat.line("a\nb\u{1B}[31m\r\nc\u{7F}") == #"a\nb\x1b[31m\r\nc\x7f"#)
        #expect(HumanFormat.line("héllo") == "héllo")
        #expect(HumanFormat.count(1_234_567) == "1,234,567")
        #expect(HumanFormat.count(1_002) == "1,002")
    }
}

@Suite struct ProgressLineTests {
    private let half = ProgressLine(label: "photo.jpg", bytes: 5 << 20, totalBytes: 10 << 20, rate: 1_048_576)

    @Test func showsPercentRateAndTime() {
        let text = half.text(width: 100)
        #expect(text.hasPrefix("photo.jpg  ["))
        #expect(text.hasSuffix(" 50%  5.00 MiB of 10.0 MiB  1.00 MiB/s  ETA 0:05"))
        let filled = text.filter { $0 == "=" }.count
        let empty = text.split(separator: "]")[0].filter { $0 == " " }.count
        #expect(filled > 8 && abs(filled - empty) <= 3)
    }

    @Test(arguments: [1, 5, 20, 40, 60, 79, 80, 200])
    func isNeverWiderThanTheTerminal(_ width: Int) {
        var line = half
        line.label = String(repeating: "long name ", count: 30)
        #expect(line.text(width: width).count < max(width, 1))
        line.objects = 5
        line.totalObjects = 1000
        #expect(line.text(width: width).count < max(width, 1))
    }

    @Test func unknownTotal() {
        let line = ProgressLine(label: "x", bytes: 1024, totalBytes: nil, objects: 1200, rate: 0)
        #expect(line.text(width: 80) == "x  1,200 objects  1.00 KiB  0 B/s")
    }
}

@Suite struct ToolFactsTests {
    @Test func theVersionIsThatOfTheProject() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let version = try String(contentsOf: root.appendingPathComponent("VERSION"), encoding: .utf8)
        #expect(Tool.version == version.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    @Test func everyCodeHasAStatus() {
        for code in StoreError.Code.allCases { #expect(ExitStatus(code).rawValue > ExitStatus.usage.rawValue) }
        #expect(ExitStatus(.notFound).rawValue == 3)
        #expect(ExitStatus(.unauthenticated).rawValue == 4)
        #expect(ExitStatus(.alreadyExists).rawValue == 5)
        #expect(ExitStatus(.rateLimited).rawValue == 6)
        #expect(ExitStatus(.invalidConfiguration).rawValue == 7)
    }
}
