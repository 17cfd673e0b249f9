import Coffer

/// Where the credentials of a store come from, and why the sources before had none. No secret is in it.
public struct CredentialReport: Sendable, Hashable {
    /// A source that was asked and had nothing.
    public struct Passed: Sendable, Hashable {
        /// Its name, for instance `environment`.
        public let source: String
        /// Why it had nothing.
        public let reason: String

        /// Makes a record.
        ///
        /// - Parameters:
        ///   - source: Its name.
        ///   - reason: Why it had nothing.
        public init(source: String, reason: String) {
            self.source = source
            self.reason = reason
        }
    }

    /// The source's name: `static`, `environment`, `web_identity`, `profile`, `container`, `instance`, `role`,
    /// `anonymous`, or that of the host's own.
    public let source: String
    /// The source in words, for instance `instance (role web of http://169.254.169.254)`.
    public let detail: String
    /// The sources that were asked before, in order.
    public let passed: [Passed]
    /// The access key; nil for requests that are not signed.
    public let accessKeyID: String?
    /// When the credentials end; nil if they do not, or nobody said.
    public let expiration: Timestamp?
}

extension CredentialReport: CustomStringConvertible {
    /// Source, key and end, then what was passed over.
    public var description: String {
        var text = detail
        if let accessKeyID { text += ", access key \(accessKeyID)" }
        if let expiration { text += ", until \(expiration.iso8601)" }
        if !passed.isEmpty { text += " (before: \(CredentialReport.list(passed)))" }
        return text
    }

    /// Sources and reasons in one line.
    static func list(_ passed: [Passed]) -> String {
        passed.map { "\($0.source): \($0.reason)" }.joined(separator: "; ")
    }
}

extension CredentialProvider {
    /// Asks the source, and says where what it gave is from.
    func resolveAndReport() async throws(StoreError) -> (CredentialResolution, CredentialReport) {
        if let chain = self as? CredentialChain { return try await chain.trace() }
        let resolution = try await resolve()
        return (resolution, report(resolution, passed: []))
    }

    /// The report of what this source gave.
    func report(_ resolution: CredentialResolution, passed: [CredentialReport.Passed]) -> CredentialReport {
        var (detail, passed, found) = (name, passed, Credentials?.none)
        switch resolution {
        case .credentials(let credentials):
            detail = credentials.source ?? name
            found = credentials
        case .anonymous: break
        case .nothing(let reason): passed.append(.init(source: name, reason: reason))
        }
        return CredentialReport(
            source: name, detail: detail, passed: passed, accessKeyID: found?.accessKeyID,
            expiration: found?.expiration)
    }
}
