import Coffer
import HTTPTransport

/// The credentials of a role of IAM Identity Center (SSO), got with the token that `aws sso login` left.
struct SSOCredentials: Sendable {
    /// What a profile says of it.
    struct Settings: Sendable, Hashable {
        var account: String
        var role: String
        var startURL: String
        var region: String
        /// The name of the `sso-session` section; nil for the old form without one, whose token is not renewed.
        var session: String?
    }

    /// From this remaining time on a token is renewed, in seconds. Source: botocore.
    private static let window: Int64 = 900

    let setup: CredentialSetup
    let settings: Settings
    let context: AWSContext

    /// Gets the credentials.
    ///
    /// - Throws: `unauthenticated` if there is no token, or it has ended.
    func read() async throws(StoreError) -> Credentials {
        let token = try await token()
        let url = try context.serviceURL("sso", host: "portal.sso", region: settings.region)
        let query =
            "?account_id=" + PercentEncoding.encode(settings.account) + "&role_name="
            + PercentEncoding.encode(settings.role)
        let request = HTTPRequest(
            .get, url.origin, target: url.path + "/federation/credentials" + query,
            headers: [("x-amz-sso_bearer_token", token)])
        let answer = try await setup.services.send(request, isLocal: false, attempts: 3)
        guard answer.status == 200 else { throw refusal(answer, url, token) }
        guard let json = try? JSONParser.parse(answer.body), let role = json["roleCredentials"],
            let key = role["accessKeyId"]?.text, let secret = role["secretAccessKey"]?.text
        else {
            throw StoreError(
                .invalidResponse, "SSO at \(url.description) gave an answer that makes no sense", isRetryable: true)
        }
        return Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: role["sessionToken"]?.text,
            expiration: role["expiration"]?.integer.map {
                Timestamp(seconds: $0 / 1000, nanoseconds: Int32($0 % 1000) * 1_000_000)
            })
    }

    private var remedy: String {
        "run: aws sso login " + (settings.session.map { "--sso-session \($0)" } ?? "--profile \(context.profile)")
    }

    private func refusal(
        _ answer: CredentialServices.Answer, _ url: ServiceURL, _ token: String
    ) -> StoreError {
        let message = (try? JSONParser.parse(answer.body))?["message"]?.text.map {
            ": " + Redaction.hide([token], in: $0)
        }
        let isPassing = answer.status >= 500 || answer.status == 429
        return StoreError(
            isPassing ? .rateLimited : .unauthenticated,
            "SSO at \(url.description) refused role \(settings.role) of account \(settings.account) with status "
                + "\(answer.status)\(message ?? ""); \(remedy)",
            isRetryable: isPassing, httpStatus: answer.status)
    }

    /// The token: from the cache, renewed if it ends soon and can be renewed.
    private func token() async throws(StoreError) -> String {
        let (remedy, name, variables) = (remedy, settings.session ?? settings.startURL, context.variables)
        var token = try await BlockingPool.run { () throws(StoreError) in
            try SSOToken(SSOToken.path(name, variables), remedy: remedy)
        }
        let now = setup.services.now()
        guard let expiration = token.expiration else { return token.accessToken }
        if settings.session != nil, expiration.seconds - now.seconds < Self.window, try await renew(&token, now) {
            return token.accessToken
        }
        guard expiration > now else {
            throw StoreError(.unauthenticated, "the SSO token \(token.path) ended \(expiration.iso8601); \(remedy)")
        }
        return token.accessToken
    }

    /// Renews the token through SSO-OIDC (RFC 6749, section 6) and puts it where others look for it.
    ///
    /// - Returns: Whether there is a new one.
    private func renew(_ token: inout SSOToken, _ now: Timestamp) async throws(StoreError) -> Bool {
        guard let means = token.renewal(at: now) else { return false }
        let url = try context.serviceURL("sso_oidc", host: "oidc", region: settings.region)
        let body = JSONValue.object([
            "clientId": .string(means.clientID), "clientSecret": .string(means.clientSecret),
            "grantType": .string("refresh_token"), "refreshToken": .string(means.refreshToken),
        ])
        let request = HTTPRequest(
            .post, url.origin, target: url.path + "/token", headers: [("content-type", "application/json")],
            body: Payload(Chunk(body.encoded)))
        let answer: CredentialServices.Answer
        do throws(StoreError) {
            answer = try await setup.services.send(request, isLocal: false, attempts: 2)
        } catch {
            // What is there may still be good.
            if error.code == .cancelled { throw error }
            return false
        }
        guard answer.status == 200, let json = try? JSONParser.parse(answer.body),
            let new = json["accessToken"]?.text, let seconds = json["expiresIn"]?.integer
        else { return false }
        token.renew(
            new, refreshToken: json["refreshToken"]?.text,
            expiration: now.advanced(by: .seconds(max(0, min(seconds, 31_536_000)))))
        let renewed = token
        _ = try await BlockingPool.run { () throws(StoreError) in renewed.save() }
        return true
    }
}
