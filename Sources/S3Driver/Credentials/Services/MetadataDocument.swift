import Coffer

/// The JSON in which the metadata services and credential processes give keys.
enum MetadataDocument {
    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - body: The JSON.
    ///   - service: Who answered, for errors.
    ///   - tokenName: The name of the session token's member.
    /// - Throws: `invalidResponse` if it is no JSON or lacks a key; nothing of it is in the error.
    static func credentials(
        _ body: [UInt8], of service: String, tokenName: String = "Token"
    ) throws(StoreError) -> Credentials {
        let json: JSONValue
        do throws(JSONParser.Fault) {
            json = try JSONParser.parse(body)
        } catch {
            throw StoreError(
                .invalidResponse, "\(service) gave no JSON (byte \(error.offset) of \(body.count))", isRetryable: true)
        }
        return try credentials(json, of: service, tokenName: tokenName)
    }

    /// Reads an answer that is parsed; see ``credentials(_:of:tokenName:)-([UInt8],_,_)``.
    static func credentials(
        _ json: JSONValue, of service: String, tokenName: String = "Token"
    ) throws(StoreError) -> Credentials {
        if let code = json["Code"]?.text, code != "Success" {
            let message = json["Message"]?.text.map { ": " + Redaction.hide([], in: $0) } ?? ""
            throw StoreError(.unauthenticated, "\(service) refused with \(Redaction.hide([], in: code))\(message)")
        }
        guard let key = json["AccessKeyId"]?.text, let secret = json["SecretAccessKey"]?.text else {
            throw StoreError(.invalidResponse, "\(service) gave no AccessKeyId and SecretAccessKey")
        }
        var expiration: Timestamp?
        if let text = json["Expiration"]?.text {
            guard let time = ExpirationTime.parse(text) else {
                throw StoreError(.invalidResponse, "\(service) gave an Expiration that is no ISO 8601 time")
            }
            expiration = time
        }
        return Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: json[tokenName]?.text, expiration: expiration)
    }
}
