import Coffer
import HTTPTransport
import Testing

@testable import S3Driver

@Suite("Signer")
struct SignerTests {
    let time = Timestamp(seconds: 1_369_353_600)
    let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: "hush-hush", sessionToken: "to-ken")
    var signer: Signer { Signer(credentials: credentials, region: "eu-central-1") }
    let origin = HTTPOrigin(scheme: .http, host: "localhost", port: 9000)

    @Test("secrets appear in no description, reflection or dump")
    func secrets() throws {
        let request = HTTPRequest(.get, origin, target: "/b/k")
        var canonical = CanonicalRequest(method: "GET", path: "/")
        canonical.addHeader("host", "h")
        let signature = try signer.sign(canonical, payload: .unsigned, at: time)
        let key = try signer.key(AmzDate(time))
        var shown = "\(credentials) \(signer) \(signature) \(key) \(request)"
        shown += String(reflecting: credentials) + String(reflecting: signer) + String(reflecting: signature)
        dump(credentials, to: &shown)
        dump(signer, to: &shown)
        dump(signature, to: &shown)
        dump(key, to: &shown)
        #expect(!shown.contains("hush-hush"))
        #expect(!shown.contains("to-ken"))
        #expect(!shown.contains("Signature="))
        #expect(shown.contains("AKID"))
    }

    @Test("the key of a day is derived once, and another day's does not displace it")
    func cache() throws {
        let signer = signer
        let today = AmzDate(time)
        let key = try signer.key(today)
        #expect(try signer.key(AmzDate(time.advanced(by: .seconds(86399)))) === key)
        let tomorrow = try signer.key(AmzDate(time.advanced(by: .seconds(86400))))
        #expect(tomorrow !== key)
        #expect(try signer.key(today) === key)
        #expect(try signer.key(AmzDate(time.advanced(by: .seconds(86400)))) === tomorrow)
    }

    @Test("the lifetime of a URL is 1 second to 7 days", arguments: [0, -1, 604_801, Int.min, Int.max])
    func lifetime(_ seconds: Int) {
        #expect(throws: StoreError.self) {
            try signer.presign(.get, origin, path: "/b/k", expiresIn: seconds, at: time)
        }
        #expect(throws: Never.self) { try signer.presign(.get, origin, path: "/b/k", expiresIn: 604_800, at: time) }
        #expect(throws: Never.self) { try signer.presign(.get, origin, path: "/b/k", expiresIn: 1, at: time) }
    }

    @Test("a signed query is not signed again")
    func signedTwice() throws {
        let error = #expect(throws: StoreError.self) {
            try signer.presign(
                .get, origin, path: "/b/k", query: [("X-Amz-Signature", "0")], expiresIn: 60, at: time)
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test("headers that signing adds are refused", arguments: ["X-Amz-Date", "x-amz-content-sha256"])
    func reserved(_ name: String) throws {
        var request = HTTPRequest(.get, origin, target: "/b/k", headers: [(name, "x")])
        let error = #expect(throws: StoreError.self) { try signer.sign(&request, payload: .unsigned, at: time) }
        #expect(error?.code == .invalidArgument)
    }

    @Test("a presigned URL has the port, the extra headers and the token")
    func presigned() throws {
        let url = try signer.presign(
            .put, origin, path: "/b/k%20y", query: [("partNumber", "1")],
            headers: [("Content-Type", "text/plain"), ("x-amz-meta-a", "b")], expiresIn: 60, at: time)
        #expect(
            url.hasPrefix("http://localhost:9000/b/k%20y?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F"))
        #expect(url.contains("&X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-meta-a&"))
        #expect(url.contains("&X-Amz-Security-Token=to-ken&"))
        #expect(url.contains("&partNumber=1&X-Amz-Signature="))
    }

    @Test("a request gets its query, and its headers after those it had")
    func request() throws {
        var request = HTTPRequest(.get, origin, target: "/b", headers: [("range", "bytes=0-1")])
        let signature = try signer.sign(
            &request, query: [("prefix", "a b"), ("list-type", "2")], payload: .unsigned, at: time)
        #expect(request.target == "/b?list-type=2&prefix=a%20b")
        #expect(
            request.headers.map(\.name) == [
                "range", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "authorization",
            ])
        #expect(request.headers[2].value == "UNSIGNED-PAYLOAD")
        #expect(request.headers[3].value == "to-ken")
        #expect(request.headers[4].value.hasSuffix(signature.hex))
    }

    @Test("many parameters of one name are sorted by value, and headers of one name stay in order")
    func order() throws {
        var request = CanonicalRequest(method: "GET", path: "/")
        for index in 0..<100 {
            request.addQuery("b", String((index * 37) % 100))
            request.addHeader("x-many", String((index * 37) % 100))
        }
        request.addQuery("a", "")
        request.addHeader("host", "h")
        request.sort()
        var text = ByteBuffer(capacity: 16)
        request.write(to: &text, .s3, .unsigned)
        let lines = text.string.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let values = (0..<100).map { String(($0 * 37) % 100) }
        let sorted = values.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        #expect(lines[2] == "a=&" + sorted.map { "b=\($0)" }.joined(separator: "&"))
        #expect(lines[3] == "host:h")
        #expect(lines[4] == "x-many:" + values.joined(separator: ","))
        #expect(lines[6] == "host;x-many")
    }

    @Test("signing from many threads at once gives what one thread gives")
    func threads() async throws {
        let signer = signer
        let wanted = try signer.presign(.get, origin, path: "/b/k", expiresIn: 60, at: time)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<500).allSatisfy { _ in
                        (try? signer.presign(.get, origin, path: "/b/k", expiresIn: 60, at: time)) == wanted
                    }
                }
            }
            for await same in group { #expect(same) }
        }
    }
}
