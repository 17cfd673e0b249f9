import Coffer

/// The two profile files of AWS's tools, and what they say of one profile.
///
/// Source: "Shared config and credentials files", AWS SDKs and tools reference guide; read as botocore reads them.
struct ProfileFiles: Sendable {
    /// A file: where it is and what is in it, or why that is not known.
    struct File: Sendable {
        let path: String
        /// nil if the file cannot be read.
        let contents: INIFile?
        /// Why the file cannot be read.
        let obstacle: String?
    }

    /// `~/.aws/credentials`.
    let credentials: File
    /// `~/.aws/config`.
    let config: File

    /// Reads both files. Blocks.
    ///
    /// - Parameter environment: `AWS_SHARED_CREDENTIALS_FILE`, `AWS_CONFIG_FILE`, `HOME` and what paths mention.
    /// - Throws: `invalidConfiguration` for a file that is there and makes no sense, naming the line.
    init(environment: [String: String]) throws(StoreError) {
        credentials = try ProfileFiles.read(
            environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials", environment)
        config = try ProfileFiles.read(environment["AWS_CONFIG_FILE"] ?? "~/.aws/config", environment)
    }

    private static func read(_ path: String, _ environment: [String: String]) throws(StoreError) -> File {
        let path = PathExpansion.expand(path, environment)
        switch SmallFile.read(path) {
        case .failure(let obstacle): return File(path: path, contents: nil, obstacle: obstacle.reason)
        case .success(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw StoreError(.invalidConfiguration, "\(path) is not UTF-8; save it as UTF-8")
            }
            do throws(INIFile.Fault) {
                let contents = try INIFile(text)
                try check(contents)
                return File(path: path, contents: contents, obstacle: nil)
            } catch {
                let place = error.line > 0 ? "\(path), line \(error.line)" : path
                throw StoreError(.invalidConfiguration, "\(place): \(error.reason)")
            }
        }
    }

    /// A value that begins on the line after its name must be a block.
    private static func check(_ file: INIFile) throws(INIFile.Fault) {
        for section in file.sections {
            for (name, value) in file[section] ?? [:] where value.first == "\n" && INIFile.block(value) == nil {
                throw INIFile.Fault(
                    line: 0, reason: "the block of '\(name)' in [\(section)] has a line without '='")
            }
        }
    }

    /// What the credentials file says of a profile; nil if it does not know it.
    func credentialsSection(_ profile: String) -> [String: String]? { credentials.contents?[profile] }

    /// What the configuration file says of a profile; nil if it does not know it.
    ///
    /// The profile is `[default]` or `[profile NAME]`, the name perhaps in quotes. Of several spellings of one name the
    /// last counts.
    func configSection(_ profile: String) -> [String: String]? {
        guard let config = config.contents else { return nil }
        let section = config.sections.last { header in
            header == "default" ? profile == "default" : header.hasPrefix("profile") && named(header) == profile
        }
        return section.flatMap { config[$0] }
    }

    /// Whether there is a section `[services NAME]`.
    func hasServices(_ services: String) -> Bool { servicesSection(services).map { !$0.isEmpty } ?? false }

    /// The block of one service in the section `[services NAME]`; nil if there is none.
    func serviceBlock(_ services: String, _ service: String) -> [String: String]? {
        servicesSection(services)?[service].flatMap { INIFile.block($0) }
    }

    /// The section `[sso-session NAME]`; nil if there is none.
    func ssoSession(_ name: String) -> [String: String]? {
        guard let config = config.contents else { return nil }
        let section = config.sections.last { $0.hasPrefix("sso-session") && named($0) == name }
        return section.flatMap { config[$0] }
    }

    private func servicesSection(_ services: String) -> [String: String]? {
        guard let config = config.contents else { return nil }
        let section = config.sections.last { $0.hasPrefix("services") && named($0) == services }
        return section.flatMap { config[$0] }
    }

    /// The second of the two words of a section's header.
    private func named(_ header: String) -> String? {
        let words = ShellWords.split(header)
        return words?.count == 2 ? words?[1] : nil
    }
}
