import Foundation
import Testing

/// The table of faults in `docs/faults.md` names tests that exist, and all of those in this folder.
@Suite struct FaultTableTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    /// The names in the last column.
    private func table() throws -> [String] {
        let path = Self.folder.appendingPathComponent("../../../docs/faults.md")
        return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|")
            guard line.hasPrefix("| "), let last = cells.last?.trimmingCharacters(in: .whitespaces), last.hasPrefix("`")
            else { return nil }
            return last.trimmingCharacters(in: CharacterSet(charactersIn: "`"))
        }
    }

    /// The names of the tests in a folder's files.
    private func tests() throws -> Set<String> {
        let test = #/@Test(?:(?!\bfunc\b)[\s\S])*?func\s+(\w+)/#
        var names: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path) where name.hasSuffix(".swift")
        {
            let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
            for match in text.matches(of: test) { names.insert(String(match.1)) }
        }
        return names
    }

    @Test func theTableIsTrue() throws {
        let (table, tests) = (try table(), try tests().subtracting(["theTableIsTrue"]))
        #expect(table.count == Set(table).count)
        #expect(Set(table).subtracting(tests).isEmpty, "the table names tests that do not exist")
        #expect(tests.subtracting(table).isEmpty, "tests that the table does not name")
    }
}
