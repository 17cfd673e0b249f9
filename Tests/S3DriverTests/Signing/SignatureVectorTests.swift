import Coffer
import Testing

@testable import S3Driver

extension SignatureVector: CustomTestStringConvertible {
    var testDescription: String { name }
}

@Suite("AWS Signature Version 4 test suite")
struct SignatureVectorTests {
    @Test("all 38 cases are there")
    func complete() { #expect(SignatureVector.all.count == 38) }

    @Test("by header", arguments: SignatureVector.all)
    func header(_ vector: SignatureVector) throws {
        let signer = vector.signer
        let signed = try signer.sign(vector.request(), payload: vector.payload, at: vector.time)
        #expect(signed.signature.hex == (try vector.expected("header-signature.txt")))

        // The texts on the way, so that a failure says where it went wrong.
        var request = vector.request()
        signed.forEachHeader { name, value in
            if name != "x-amz-security-token" || signer.rules.signsSessionToken { request.addHeader(name, value) }
        }
        let texts = try Texts(request, signer, vector)
        #expect(texts.canonical == (try vector.expected("header-canonical-request.txt")))
        #expect(texts.toSign == (try vector.expected("header-string-to-sign.txt")))

        // Every header of the signed request, and no other, is one that came in or one that signing adds.
        var lines = vector.headers.map { "\($0.name):\($0.value)".lowercasedName }
        signed.forEachHeader { lines.append("\($0):\($1)") }
        let expected = try vector.expected("header-signed-request.txt")
        let head = expected.split(separator: "\n\n", maxSplits: 1)[0].replacing("\n ", with: "\u{1} ")
        let wanted = head.split(separator: "\n").dropFirst().map {
            String($0).replacing("\u{1} ", with: "\n ").lowercasedName
        }
        #expect(lines.sorted() == wanted.sorted())
    }

    @Test("by query", arguments: SignatureVector.all)
    func query(_ vector: SignatureVector) throws {
        let signer = vector.signer
        let url = try signer.presign(
            vector.request(), origin: "https://example.amazonaws.com",
            expiresIn: vector.context.expiration_in_seconds, payload: vector.payload, at: vector.time)
        let signature = try vector.expected("query-signature.txt")
        #expect(url.hasSuffix("&X-Amz-Signature=\(signature)"))
        #expect(url.hasPrefix("https://example.amazonaws.com\(vector.path)?"))

        let sent = SignatureVector.parse(query: String(url.split(separator: "?", maxSplits: 1)[1]))
        let line = try vector.expected("query-signed-request.txt").split(separator: "\n")[0].dropLast(9)
        let wanted = SignatureVector.parse(query: String(line.split(separator: "?", maxSplits: 1)[1]))
        #expect(sent.map { "\($0)=\($1)" }.sorted() == wanted.map { "\($0)=\($1)" }.sorted())

        var request = vector.request()
        for item in sent where item.name != "X-Amz-Signature" {
            if item.name != "X-Amz-Security-Token" || signer.rules.signsSessionToken {
                if !vector.query.contains(where: { $0 == item }) { request.addQuery(item.name, item.value) }
            }
        }
        let texts = try Texts(request, signer, vector)
        #expect(texts.canonical == (try vector.expected("query-canonical-request.txt")))
        #expect(texts.toSign == (try vector.expected("query-string-to-sign.txt")))
    }

    /// The canonical request and the string to sign.
    struct Texts {
        let canonical: String
        let toSign: String

        init(_ request: consuming CanonicalRequest, _ signer: Signer, _ vector: SignatureVector) throws {
            request.sort()
            var text = ByteBuffer(capacity: 64)
            request.write(to: &text, signer.rules, try vector.payload)
            canonical = text.string
            let date = AmzDate(vector.time)
            let digest = try SHA256.hash(text.bytes)
            text.removeAll()
            Signer.writeStringToSign(to: &text, date, try signer.key(date), digest)
            toSign = text.string
        }
    }
}

extension String {
    /// A header line with its name in lower case.
    fileprivate var lowercasedName: String {
        guard let colon = firstIndex(of: ":") else { return self }
        return self[..<colon].lowercased() + self[colon...]
    }
}
