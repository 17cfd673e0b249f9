/// A file of sections with names and values, in the dialect of AWS's profile files.
///
/// The grammar is that of Python's `configparser`, which botocore reads these files with: `#` and `;` begin a comment
/// at the start of a line only; `=` or `:` ends a name, which is folded to lower case; deeper indented lines continue a
/// value; a section or a name must not come twice; `[DEFAULT]` gives values to all sections. Nothing of a value ever
/// appears in an error.
struct INIFile: Sendable {
    /// What is wrong with a file.
    struct Fault: Error, Hashable {
        /// The line, from 1; 0 if no single line is to blame.
        let line: Int
        /// What is wrong with it.
        let reason: String
    }

    /// The names of the sections in order, `[DEFAULT]` left out.
    private(set) var sections: [String] = []
    private var values: [String: [String: String]] = [:]

    /// The section that gives its values to all others.
    private static let defaults = "DEFAULT"

    /// The names and values of a section; nil if it is not there.
    subscript(section: String) -> [String: String]? {
        guard section != INIFile.defaults, let own = values[section] else { return nil }
        return (values[INIFile.defaults] ?? [:]).merging(own) { _, own in own }
    }

    /// Reads a file.
    ///
    /// - Parameter text: Its contents; a byte order mark is skipped.
    init(_ text: String) throws(Fault) {
        var parser = Parser()
        for (index, line) in INIFile.lines(text).enumerated() { try parser.take(line, number: index + 1) }
        parser.endValue()
        sections = parser.sections
        values = parser.values
    }

    /// The names and values of an indented block: a value that begins on the line after its name.
    ///
    /// - Returns: nil if the value is no block, or a line of it has no `=`.
    static func block(_ value: String) -> [String: String]? {
        guard value.first == "\n" else { return nil }
        var result: [String: String] = [:]
        for line in value.split(separator: "\n") {
            let text = trim(line)
            if text.isEmpty { continue }
            guard let equals = text.firstIndex(of: "=") else { return nil }
            result[String(trim(text[..<equals]))] = String(trim(text[text.index(after: equals)...]))
        }
        return result
    }

    private static func lines(_ text: String) -> [Substring] {
        let text = text.unicodeScalars.first == "\u{FEFF}" ? text[text.index(after: text.startIndex)...] : text[...]
        // "\r\n" is one character of Swift.
        return text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
    }

    fileprivate static func trim(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, isSpace(first) { text.removeFirst() }
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }

    fileprivate static func isSpace(_ character: Character) -> Bool { character.isWhitespace }
}

extension INIFile: CustomStringConvertible, CustomReflectable {
    /// The sections only: values may be secret.
    var description: String { "INIFile(\(sections.joined(separator: ", ")))" }

    /// The sections only.
    var customMirror: Mirror { Mirror(self, children: ["sections": sections]) }
}

extension INIFile {
    /// What has been read so far.
    private struct Parser {
        var sections: [String] = []
        var values: [String: [String: String]] = [:]
        private var section: String?
        /// The name whose value may go on, and its lines.
        private var name: String?
        private var lines: [Substring] = []
        private var indent = 0

        mutating func take(_ line: Substring, number: Int) throws(Fault) {
            let text = trim(line)
            if text.first == "#" || text.first == ";" { return }
            if text.isEmpty {
                if name != nil { lines.append("") }
                return
            }
            let depth = line.prefix { isSpace($0) }.count
            if name != nil, depth > indent {
                lines.append(text)
                return
            }
            indent = depth
            endValue()
            if text.first == "[", let close = text.lastIndex(of: "]"), text.index(after: text.startIndex) < close {
                try begin(section: String(text[text.index(after: text.startIndex)..<close]), number)
            } else {
                try begin(option: text, number)
            }
        }

        private mutating func begin(section header: String, _ number: Int) throws(Fault) {
            if values[header] == nil {
                values[header] = [:]
                if header != defaults { sections.append(header) }
            } else if header != defaults {
                throw Fault(line: number, reason: "the section [\(header)] is there twice")
            }
            section = header
        }

        private mutating func begin(option text: Substring, _ number: Int) throws(Fault) {
            guard let section else { throw Fault(line: number, reason: "there is text before the first [section]") }
            guard let delimiter = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
                throw Fault(line: number, reason: "there is neither a [section] nor a 'name = value'")
            }
            let option = trim(text[..<delimiter]).lowercased()
            guard !option.isEmpty else { throw Fault(line: number, reason: "there is no name before the '='") }
            guard values[section]?[option] == nil else {
                throw Fault(line: number, reason: "'\(option)' is there twice in [\(section)]")
            }
            values[section]?[option] = ""
            name = option
            lines = [trim(text[text.index(after: delimiter)...])]
        }

        /// Puts the lines of the last value together.
        mutating func endValue() {
            guard let name, let section else { return }
            var value = lines.joined(separator: "\n")
            while let last = value.last, isSpace(last) { value.removeLast() }
            values[section]?[name] = value
            self.name = nil
            lines = []
        }
    }
}
