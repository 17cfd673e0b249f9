import Coffer

extension Command {
    static let drivers = Command(
        name: "drivers", summary: "show the drivers and their settings", usage: ["drivers [NAME...]"],
        details: [
            "Each setting can be given as -o NAME=VALUE, in a URL's query, or in the environment as",
            "COFFER_<DRIVER>_<NAME> or one of the variables shown; the first of these that is there counts.",
        ]
    ) { session in
        var shown = DriverRegistry.all
        if !session.arguments.positionals.isEmpty {
            shown = try session.arguments.positionals.map { try DriverRegistry.descriptor(named: $0) }
        }
        for (index, driver) in shown.enumerated() {
            if session.report.isJSON {
                try session.report.output.line(json(driver).text)
            } else {
                if index > 0 { try session.report.output.line("") }
                for line in lines(driver) { try session.report.output.line(line) }
            }
        }
    }

    /// The form of a driver's URLs.
    static func form(_ driver: DriverDescriptor) -> String {
        let schema = driver.fullSchema
        let host = schema.hostKey.map { "<\($0)>" } ?? ""
        let path = schema.pathKey.map { "/<\($0)>" } ?? ""
        return "\(driver.name)://\(host)\(path)[?<option>=<value>&…]"
    }

    private static func lines(_ driver: DriverDescriptor) -> [String] {
        var lines = ["\(driver.name)  \(driver.summary)", "  \(form(driver))"]
        for key in driver.fullSchema.keys {
            var notes = [type(key.kind)]
            if key.isRequired { notes.append("required") }
            if key.isSecret { notes.append("secret") }
            if let value = key.defaultValue { notes.append("default \(value)") }
            lines.append("  \(HumanFormat.padded(key.name, to: 26)) \(notes.joined(separator: ", "))")
            lines.append("      \(key.summary)")
            if !key.environment.isEmpty {
                lines.append("      environment: \(key.environment.joined(separator: ", "))")
            }
        }
        return lines
    }

    private static func type(_ kind: ConfigurationKey.Kind) -> String {
        switch kind {
        case .integer(let range): "integer \(range.lowerBound) to \(range.upperBound)"
        case .choice(let words): words.joined(separator: " | ")
        default: kind.name
        }
    }

    private static func json(_ driver: DriverDescriptor) -> JSON {
        let options = driver.fullSchema.keys.map { key in
            var range: [JSON]?
            var choices: [JSON]?
            switch key.kind {
            case .integer(let limits): range = [.number(limits.lowerBound), .number(limits.upperBound)]
            case .choice(let words): choices = words.map(JSON.string)
            default: break
            }
            return JSON.members([
                ("name", .string(key.name)), ("type", .string(key.kind.name)),
                ("range", range.map(JSON.array)), ("choices", choices.map(JSON.array)),
                ("default", key.defaultValue.map(JSON.string)), ("required", .boolean(key.isRequired)),
                ("secret", .boolean(key.isSecret)),
                (
                    "environment",
                    .array(
                        (["COFFER_\(driver.name.uppercased())_\(key.name.uppercased())"] + key.environment)
                            .map(JSON.string))
                ),
                ("doc", .string(key.summary)),
            ])
        }
        return JSON.object([
            ("name", .string(driver.name)), ("summary", .string(driver.summary)), ("url", .string(form(driver))),
            ("options", .array(options)),
        ])
    }
}
