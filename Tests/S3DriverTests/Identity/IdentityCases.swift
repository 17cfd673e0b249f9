import Foundation

@testable import S3Driver

/// An environment and the files of a home directory. `HOME` and `PORT` in values stand for the directory and the
/// stand-in's port.
struct IdentityCase: Sendable {
    let name: String
    var environment: [String: String] = [:]
    /// The option `profile`.
    var profile: String?
    var credentials: String?
    var config: String?
    var files: [String: String] = [:]
    /// Where the AWS SDKs agree with each other and not with botocore, or where botocore crashes: the source that we
    /// choose instead (nil: an error), and why.
    var deviation: (source: String?, reason: String)?

    static let keys = "aws_access_key_id = AKIDBASE\naws_secret_access_key = base/secret+key\n"
    static let variables = ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "env/secret+key"]
    static let web = [
        "AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/jwt", "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/pod",
    ]
    static let jwt = ["jwt": "jwt-good"]
    static func metadata(_ flavour: String) -> [String: String] {
        ["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:PORT/\(flavour)"]
    }

    static func token(_ name: String, expires: Int, more: [String: String] = [:]) -> [String: String] {
        let format = ISO8601DateFormatter()
        var token = [
            "accessToken": "sso-good",
            "expiresAt": format.string(from: Date(timeIntervalSinceNow: TimeInterval(expires))),
            "startUrl": "https://example.awsapps.com/start", "region": "eu-west-1",
        ]
        token.merge(more) { $1 }
        let text = String(decoding: (try? JSONEncoder().encode(token)) ?? Data(), as: UTF8.self)
        return [".aws/sso/cache/\(sha1(name)).json": text]
    }

    /// By coreutils, so that nothing of ours is in it.
    static func sha1(_ text: String) -> String {
        let outcome = try? Subprocess.run(
            ["sh", "-c", "printf %s \"$1\" | sha1sum", "sh", text], environment: ["PATH": "/usr/bin:/bin"],
            timeout: .seconds(600))
        return String(decoding: outcome?.output.prefix(40) ?? [], as: UTF8.self)
    }

    static let renewable = [
        "clientId": "client-1", "clientSecret": "client-secret", "refreshToken": "refresh-good",
        "registrationExpiresAt": "2099-01-01T00:00:00Z",
    ]
}
