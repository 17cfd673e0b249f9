import Coffer

/// The answer of STS to `AssumeRole` and `AssumeRoleWithWebIdentity`, or its error.
///
/// Source: AWS Security Token Service API reference.
struct AssumeRoleDocument: XMLDocument {
    private(set) var accessKeyID = ""
    private(set) var secretAccessKey = ""
    private(set) var sessionToken = ""
    private(set) var expiration: Timestamp?
    /// The error's code, for instance `AccessDenied`; nil for an answer.
    private(set) var code: String?
    /// The error's words.
    private(set) var message: String?
    private(set) var requestID: String?

    enum Tag: String, CaseIterable {
        case role = "AssumeRoleResponse"
        case webIdentity = "AssumeRoleWithWebIdentityResponse"
        case failure = "ErrorResponse"
        case roleResult = "AssumeRoleResult"
        case webIdentityResult = "AssumeRoleWithWebIdentityResult"
        case credentials = "Credentials"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case sessionToken = "SessionToken"
        case expiration = "Expiration"
        case error = "Error"
        case code = "Code"
        case message = "Message"
        case requestID = "RequestId"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.role, .webIdentity, .failure]

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) {
        switch (parent, tag) {
        case (.credentials, .accessKeyID): accessKeyID = text.string
        case (.credentials, .secretAccessKey): secretAccessKey = text.string
        case (.credentials, .sessionToken): sessionToken = text.string
        case (.credentials, .expiration): expiration = text.timestamp ?? ExpirationTime.parse(text.string)
        case (.error, .code): code = text.string
        case (.error, .message): message = text.string
        case (.failure, .requestID): requestID = text.string
        default: break
        }
    }
}
