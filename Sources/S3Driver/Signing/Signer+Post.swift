import Coffer

extension Signer {
    /// Signs a form's policy.
    ///
    /// Source: S3 API reference, "Authenticating requests: browser-based uploads using POST (Signature Version 4)".
    ///
    /// - Parameters:
    ///   - conditions: What must be true of the form; what signing adds to it is added here.
    ///   - time: When the form begins to be good.
    ///   - expires: When it expires.
    /// - Returns: The fields to add to the form.
    func sign(
        _ conditions: [PostPolicy.Condition], at time: Timestamp, expires: Timestamp
    ) throws(StoreError) -> [PresignedPost.Field] {
        let date = AmzDate(time)
        let key = try key(date)
        let scope = String(decoding: key.scope, as: UTF8.self)
        var fields: [PresignedPost.Field] = [
            .init(name: "x-amz-algorithm", value: "AWS4-HMAC-SHA256"),
            .init(name: "x-amz-credential", value: credentials.accessKeyID + "/" + scope),
            .init(name: "x-amz-date", value: date.string),
        ]
        if let token = credentials.sessionToken { fields.append(.init(name: "x-amz-security-token", value: token)) }
        let policy = PostPolicy(
            expires: expires, conditions: conditions + fields.map { .equal($0.name, $0.value) }
        ).base64
        var context = try DigestContext(.sha256)
        var text = ByteBuffer(capacity: policy.utf8.count)
        text.append(policy)
        let signature = try key.sign(text.bytes, in: &context)
        fields.append(.init(name: "policy", value: policy))
        fields.append(.init(name: "x-amz-signature", value: signature.hex))
        return fields
    }
}
