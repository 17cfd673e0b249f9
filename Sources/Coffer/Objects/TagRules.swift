/// The limits of an object's tags: those of S3, for all drivers. Source: S3 user guide, "Categorizing your objects using
/// tags"; AWS Billing user guide, "User-defined tag restrictions".
public enum TagRules {
    /// The most tags of an object.
    public static let maxTags = 10
    /// The longest name, in UTF-16 units.
    public static let maxNameLength = 128
    /// The longest value, in UTF-16 units.
    public static let maxValueLength = 256

    /// Checks tags.
    ///
    /// - Parameter tags: Names and values.
    /// - Throws: `invalidArgument`, naming the tag and the rule.
    static func validate(_ tags: [String: String]) throws(StoreError) {
        guard tags.count <= maxTags else {
            throw StoreError(.invalidArgument, "\(tags.count) tags are too many; an object can have \(maxTags)")
        }
        for (name, value) in tags {
            if name.isEmpty { throw StoreError(.invalidArgument, "the name of a tag is empty") }
            if name.utf16.count > maxNameLength {
                throw StoreError(
                    .invalidArgument,
                    "the tag '\(name.prefix(32))…' has a name of \(name.utf16.count) characters; the limit is \(maxNameLength)"
                )
            }
            if value.utf16.count > maxValueLength {
                throw StoreError(
                    .invalidArgument,
                    "the tag '\(name)' has a value of \(value.utf16.count) characters; the limit is \(maxValueLength)")
            }
            if name.lowercased().hasPrefix("aws:") {
                throw StoreError(.invalidArgument, "the tag '\(name)' begins with 'aws:', which is reserved")
            }
            try check(name, "the name of the tag '\(name)'")
            try check(value, "the value of the tag '\(name)'")
        }
    }

    private static func check(_ text: String, _ what: @autoclosure () -> String) throws(StoreError) {
        guard let bad = text.unicodeScalars.first(where: { !isAllowed($0) }) else { return }
        throw StoreError(
            .invalidArgument,
            "\(what()) has the character U+\(String(bad.value, radix: 16, uppercase: true)); allowed are letters, digits,"
                + " spaces and + - = . _ : / @")
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", " ", "+", "-", "=", ".", "_", ":", "/", "@": return true
        default: break
        }
        if scalar.isASCII { return false }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .spaceSeparator:
            return true
        default: return false
        }
    }
}
