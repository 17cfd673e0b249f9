import Coffer

/// What a request is signed with.
///
/// The secret and the session token never appear in a description, a reflection or an error.
public struct Credentials: Sendable {
    /// Which key this is; not a secret: it is part of every signed request.
    public let accessKeyID: String
    /// The secret that goes with it.
    public let secretAccessKey: String
    /// The token of temporary credentials; nil for permanent ones.
    public let sessionToken: String?
    /// When temporary credentials end; nil if they do not, or nobody said.
    public let expiration: Timestamp?
    /// Where they are from, in words for a person; no part of what makes credentials equal.
    public let source: String?

    /// Makes credentials.
    ///
    /// - Parameters:
    ///   - accessKeyID: Which key this is.
    ///   - secretAccessKey: The secret that goes with it.
    ///   - sessionToken: The token of temporary credentials.
    ///   - expiration: When temporary credentials end.
    ///   - source: Where they are from, in words without secrets.
    public init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Timestamp? = nil,
        source: String? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.source = source
    }

    /// The same credentials, with words that say where they are from.
    ///
    /// - Parameter source: Words without secrets.
    public func from(_ source: String) -> Credentials {
        Credentials(
            accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: sessionToken,
            expiration: expiration, source: source)
    }
}

extension Credentials: Hashable {
    /// Whether requests signed with either are the same.
    public static func == (a: Credentials, b: Credentials) -> Bool {
        a.accessKeyID == b.accessKeyID && a.secretAccessKey == b.secretAccessKey && a.sessionToken == b.sessionToken
            && a.expiration == b.expiration
    }

    /// Feeds what requests are signed with.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(accessKeyID)
        hasher.combine(secretAccessKey)
        hasher.combine(sessionToken)
        hasher.combine(expiration)
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The access key, and that there is more.
    public var description: String {
        "Credentials(\(accessKeyID), secret hidden\(sessionToken == nil ? "" : ", session token hidden"))"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// The access key only.
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
