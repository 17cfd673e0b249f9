/// Takes secrets out of what a service or a process says before it gets into an error.
enum Redaction {
    /// The most characters of somebody else's words.
    private static let limit = 300

    /// Replaces each secret by `***` and shortens the text.
    ///
    /// - Parameters:
    ///   - secrets: What must not be seen.
    ///   - text: Somebody else's words.
    static func hide(_ secrets: [String], in text: String) -> String {
        var result = text
        for secret in secrets where secret.utf8.count >= 4 {
            result = result.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
        }
        result = String(String.UnicodeScalarView(result.unicodeScalars.map { $0.value < 32 ? " " : $0 }))
        return result.count > limit ? result.prefix(limit) + "…" : result
    }
}
