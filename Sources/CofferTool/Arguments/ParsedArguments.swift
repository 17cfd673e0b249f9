import Coffer

/// The arguments of a command, sorted into options and the rest.
struct ParsedArguments: Sendable {
    /// What is not an option, in order.
    var positionals: [String] = []
    /// The values of each option, in order; a flag has an empty one.
    var values: [String: [String]] = [:]

    func isSet(_ name: String) -> Bool { values[name] != nil }
    func string(_ name: String) -> String? { values[name]?.last }
    func strings(_ name: String) -> [String] { values[name] ?? [] }

    /// A whole number within limits, or nil if the option was not given.
    func integer(_ name: String, in range: ClosedRange<Int64>) throws(UsageError) -> Int? {
        try configuration(name, .integer(range))?.integer(name).map { Int($0) }
    }

    /// A number of bytes, or nil if the option was not given.
    func size(_ name: String) throws(UsageError) -> Int64? { try configuration(name, .size)?.size(name) }

    /// A duration, or nil if the option was not given.
    func duration(_ name: String) throws(UsageError) -> Duration? {
        try configuration(name, .duration)?.duration(name)
    }

    /// Options are read like the settings of drivers, so that `8MiB` and `15m` mean the same everywhere.
    private func configuration(_ name: String, _ kind: ConfigurationKey.Kind) throws(UsageError) -> Configuration? {
        guard let text = string(name) else { return nil }
        do throws(StoreError) {
            return try Configuration(
                [name: text], driver: "", schema: ConfigurationSchema([ConfigurationKey(name, kind, "")]),
                environment: [:])
        } catch {
            throw UsageError("--\(name): " + (error.message.split(separator: ": ", maxSplits: 1).last ?? ""))
        }
    }

    /// The values of an option of the form `name=value`; a later one wins.
    func pairs(_ option: String) throws(UsageError) -> [String: String] {
        var result: [String: String] = [:]
        for text in strings(option) {
            guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")), equals != text.startIndex else {
                throw UsageError("--\(option) needs NAME=VALUE, and there is no name and '=' in its value")
            }
            result[String(text[..<equals])] = String(text[text.utf8.index(after: equals)...])
        }
        return result
    }

    /// A range as HTTP writes it: `0-99` (the last offset included), `100-` or `-50` (the last 50 bytes).
    func range(_ name: String) throws(UsageError) -> ByteRange? {
        guard let text = string(name) else { return nil }
        let fault = UsageError("--\(name) '\(text)' is no range; write 0-99 (both included), 100- or -50 (the last 50)")
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard parts.count == 2 else { throw fault }
        switch (Self.offset(parts[0]), Self.offset(parts[1])) {
        case (let first?, let last?) where first <= last && last < .max: return .bounded(first..<(last + 1))
        case (let first?, nil) where parts[1].isEmpty: return .from(first)
        case (nil, let length?) where parts[0].isEmpty: return .suffix(length)
        default: throw fault
        }
    }

    private static func offset(_ text: String) -> Int64? {
        text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } ? Int64(text) : nil
    }

    /// Metadata from `--content-type`, `--metadata` and the like.
    func metadata() throws(UsageError) -> ObjectMetadata {
        ObjectMetadata(
            contentType: string("content-type"), contentDisposition: string("content-disposition"),
            contentEncoding: string("content-encoding"), contentLanguage: string("content-language"),
            cacheControl: string("cache-control"), user: try pairs("metadata"))
    }

    /// The condition of a write from `--if-absent` and `--if-match`.
    func writeCondition() throws(UsageError) -> WriteCondition {
        switch (isSet("if-absent"), string("if-match")) {
        case (true, .some): throw UsageError("--if-absent and --if-match exclude each other; leave one out")
        case (true, nil): .absent
        case (false, let etag?): .matches(ETag(etag))
        case (false, nil): .none
        }
    }
}
