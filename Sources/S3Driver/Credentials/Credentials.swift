import Coffer

/// What a request is signed with.
///
/// The secret and the session token never appear in a description, a reflection or an error.
public struct Credentials: Sendable, Hashable {
    /// Which key this is; not a secret: it is part of every signed request.
    public let accessKeyID: String
    /// The secret that goes with it.
    public let secretAccessKey: String
    /// The token of temporary credentials; nil for permanent ones.
    public let sessionToken: String?
    /// When temporary credentials end; nil if they do not, or nobody said.
    public let expiration: Timestamp?

    /// Makes credentials.
    ///
    /// - Parameters:
    ///   - accessKeyID: Which key this is.
    ///   - secretAccessKey: The secret that goes with it.
    ///   - sessionToken: The token of temporary credentials.
    ///   - expiration: When temporary credentials end.
    public init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Timestamp? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
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
