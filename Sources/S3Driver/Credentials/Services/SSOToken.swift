import Coffer
import Glibc

/// The token that `aws sso login` left in `~/.aws/sso/cache`.
///
/// Source: "IAM Identity Center credential provider", AWS SDKs and tools reference guide; file names and members as
/// botocore writes them.
struct SSOToken: Sendable {
    /// Where it is from.
    let path: String
    /// What the file says; secret.
    private(set) var json: JSONValue

    /// The token itself.
    var accessToken: String { json["accessToken"]?.text ?? "" }
    /// When it ends.
    var expiration: Timestamp? { json["expiresAt"]?.text.flatMap(ExpirationTime.parse) }
    /// What it can be renewed with, if the registration of the client is still good.
    func renewal(at now: Timestamp) -> (clientID: String, clientSecret: String, refreshToken: String)? {
        guard let id = json["clientId"]?.text, let secret = json["clientSecret"]?.text,
            let token = json["refreshToken"]?.text,
            let end = json["registrationExpiresAt"]?.text.flatMap(ExpirationTime.parse), end > now
        else { return nil }
        return (id, secret, token)
    }

    /// The file of a token.
    ///
    /// - Parameters:
    ///   - name: The name of the SSO session, or the start URL where there is none.
    ///   - variables: `HOME`.
    /// - Throws: `internal` if OpenSSL lacks SHA-1.
    static func path(_ name: String, _ variables: [String: String]) throws(StoreError) -> String {
        var context = try DigestContext(.sha1)
        var name = name
        name.withUTF8 { context.update(UnsafeRawBufferPointer($0)) }
        var digest = [UInt8](repeating: 0, count: 20)
        var failure: StoreError?
        digest.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            do throws(StoreError) { try context.finish(into: start) } catch { failure = error }
        }
        if let failure { throw failure }
        let digits = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return PathExpansion.expand("~/.aws/sso/cache/", variables) + digits + ".json"
    }

    /// Reads a token; blocks.
    ///
    /// - Parameters:
    ///   - path: Its file.
    ///   - remedy: What a person does about it.
    /// - Throws: `unauthenticated` if there is none.
    init(_ path: String, remedy: String) throws(StoreError) {
        self.path = path
        switch SmallFile.read(path) {
        case .failure(let obstacle):
            throw StoreError(.unauthenticated, "the SSO token \(path) \(obstacle.reason); \(remedy)")
        case .success(let bytes):
            do throws(JSONParser.Fault) {
                json = try JSONParser.parse(bytes)
            } catch {
                throw StoreError(.unauthenticated, "the SSO token \(path) is no JSON; \(remedy)")
            }
        }
        guard !accessToken.isEmpty, expiration != nil else {
            throw StoreError(.unauthenticated, "the SSO token \(path) has no accessToken or no expiresAt; \(remedy)")
        }
    }

    /// Takes a new token.
    ///
    /// - Parameters:
    ///   - accessToken: The token.
    ///   - refreshToken: What the next one is got with; nil for what was there before.
    ///   - expiration: When it ends.
    mutating func renew(_ accessToken: String, refreshToken: String?, expiration: Timestamp) {
        guard case .object(var members) = json else { return }
        members["accessToken"] = .string(accessToken)
        members["expiresAt"] = .string(Timestamp(seconds: expiration.seconds).iso8601)
        if let refreshToken { members["refreshToken"] = .string(refreshToken) }
        json = .object(members)
    }

    /// Writes the token for others to use: whole or not at all, readable by its owner only. Blocks.
    ///
    /// - Returns: Whether that was possible; where it was not, the token is good all the same.
    func save() -> Bool {
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let bytes = Array(json.encoded.utf8)
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                write(descriptor, UnsafeRawBufferPointer(rebasing: raw[offset...]).baseAddress, bytes.count - offset)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            offset += count
        }
        close(descriptor)
        if offset == bytes.count, rename(temporary, path) == 0 { return true }
        unlink(temporary)
        return false
    }
}

extension SSOToken: CustomStringConvertible, CustomReflectable {
    /// The file only.
    var description: String { "SSOToken(\(path))" }

    /// The file only.
    var customMirror: Mirror { Mirror(self, children: ["path": path]) }
}
