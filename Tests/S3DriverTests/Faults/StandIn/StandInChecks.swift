import Coffer
import Foundation
import Loopback

@testable import S3Driver

extension S3StandIn {
    /// Why S3 would not even look at a request: signature, region, clock, digest of the body.
    func refusal(_ call: Call, _ body: [UInt8]) -> Answer? {
        let (region, time) = (state.withLock { $0.region }, now)
        guard let authorization = call.head.header("authorization") else { return Self.error(403, "AccessDenied") }
        let scope = Self.field("Credential", authorization).split(separator: "/").map(String.init)
        guard scope.count == 5, scope[0] == Self.keys.accessKeyID else { return Self.error(403, "InvalidAccessKeyId") }
        if scope[2] != region {
            return Self.error(400, "AuthorizationHeaderMalformed", extra: "<Region>\(region)</Region>")
        }
        guard let text = call.head.header("x-amz-date"), let signedAt = Self.time(text) else {
            return Self.error(403, "AccessDenied")
        }
        if abs(signedAt.seconds - time.seconds) > 900 { return Self.error(403, "RequestTimeTooSkewed") }
        guard let digest = try? body.withUnsafeBytes({ bytes throws(StoreError) in try SHA256.hash(bytes) }) else {
            return Self.error(500, "InternalError")
        }
        var payload = PayloadHash.unsigned
        if let said = call.head.header("x-amz-content-sha256"), said != payload.headerValue {
            guard said == digest.hex else { return Self.error(400, "XAmzContentSHA256Mismatch") }
            payload = .sha256(digest)
        }
        let expected = try? Self.authorization(call.head, payload, region, signedAt)
        return expected == authorization ? nil : Self.error(403, "SignatureDoesNotMatch")
    }

    private static func authorization(
        _ head: Peer.Request, _ payload: PayloadHash, _ region: String, _ time: Timestamp
    ) throws -> String {
        let parts = head.target.split(separator: "?", maxSplits: 1)
        var request = CanonicalRequest(method: head.method, path: String(parts.first ?? ""))
        for pair in parts.dropFirst().joined().split(separator: "&") {
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = words.count > 1 ? PercentEncoding.decode(String(words[1])) : ""
            request.addQuery(PercentEncoding.decode(String(words[0])) ?? "", value ?? "")
        }
        let set = ["x-amz-date", "x-amz-content-sha256", "x-amz-security-token"]
        for name in field("SignedHeaders", head.header("authorization") ?? "").split(separator: ";") {
            guard !set.contains(String(name)), let value = head.header(String(name)) else { continue }
            request.addHeader(String(name), value)
        }
        return try Signer(credentials: keys, region: region).sign(request, payload: payload, at: time).authorization
    }

    /// One field of `Authorization`.
    private static func field(_ name: String, _ authorization: String) -> String {
        let rest = authorization.components(separatedBy: name + "=").last ?? ""
        return String(rest.prefix { $0 != "," })
    }

    /// `20130524T000000Z`.
    private static func time(_ text: String) -> Timestamp? {
        guard text.utf8.count == 16 else { return nil }
        let digits = Array(text)
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return Timestamp(
            iso8601: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z")
    }
}
