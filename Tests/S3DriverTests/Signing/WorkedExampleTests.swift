import Coffer
import Testing

@testable import S3Driver

/// The worked examples of the S3 API reference: "Authenticating requests (AWS Signature Version 4)".
@Suite("Worked examples of the S3 documentation")
struct WorkedExampleTests {
    let time = Timestamp(seconds: 1_369_353_600)  // 20130524T000000Z
    let signer = Signer(
        credentials: Credentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1")
    let host = "examplebucket.s3.amazonaws.com"

    func request(
        _ method: String, _ path: String, headers: [(String, String)] = [], query: [(String, String)] = []
    ) -> CanonicalRequest {
        var request = CanonicalRequest(method: method, path: path)
        request.addHeader("Host", host)
        for (name, value) in headers { request.addHeader(name, value) }
        for (name, value) in query { request.addQuery(name, value) }
        return request
    }

    @Test("GET object with a range")
    func getObject() throws {
        let signed = try signer.sign(
            request("GET", "/test.txt", headers: [("Range", "bytes=0-9")]), payload: .empty, at: time)
        #expect(
            signed.authorization == "AWS4-HMAC-SHA256 "
                + "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
        #expect(signed.date == "20130524T000000Z")
        #expect(signed.payloadHash == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(signed.query == "")
        #expect(signed.sessionToken == nil)
    }

    @Test("PUT object")
    func putObject() throws {
        let path = PercentEncoding.encode("/test$file.text", .unreservedAndSlash)
        let digest = try Array("Welcome to Amazon S3.".utf8).withUnsafeBytes { try SHA256.hash($0) }
        let signed = try signer.sign(
            request(
                "PUT", path,
                headers: [
                    ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ]), payload: .sha256(digest), at: time)
        #expect(path == "/test%24file.text")
        #expect(signed.payloadHash == "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
        #expect(signed.signature.hex == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test("GET bucket lifecycle")
    func getLifecycle() throws {
        let signed = try signer.sign(request("GET", "/", query: [("lifecycle", "")]), payload: .empty, at: time)
        #expect(signed.query == "lifecycle=")
        #expect(signed.signature.hex == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
    }

    @Test("list objects")
    func listObjects() throws {
        let signed = try signer.sign(
            request("GET", "/", query: [("prefix", "J"), ("max-keys", "2")]), payload: .empty, at: time)
        #expect(signed.query == "max-keys=2&prefix=J")
        #expect(signed.signature.hex == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    @Test("presigned GET")
    func presigned() throws {
        let url = try signer.presign(
            request("GET", "/test.txt"), origin: "https://examplebucket.s3.amazonaws.com", expiresIn: 86400, at: time)
        #expect(
            url == "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    @Test("PUT in signed chunks")
    func chunks() throws {
        var request = CanonicalRequest(method: "PUT", path: "/examplebucket/chunkObject.txt")
        request.addHeader("host", "s3.amazonaws.com")
        request.addHeader("x-amz-storage-class", "REDUCED_REDUNDANCY")
        request.addHeader("Content-Encoding", "aws-chunked")
        request.addHeader("x-amz-decoded-content-length", "66560")
        request.addHeader("Content-Length", "66824")
        let seed = try signer.sign(request, payload: .streamingSigned, at: time)
        #expect(seed.payloadHash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
        #expect(seed.signature.hex == "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")

        var chunks = try ChunkSigner(signer, at: time, seed: seed.signature)
        let data = [UInt8](repeating: UInt8(ascii: "a"), count: 66560)
        let first = try data[..<65536].withUnsafeBytes { try chunks.sign(chunk: $0) }
        let second = try data[65536...].withUnsafeBytes { try chunks.sign(chunk: $0) }
        let last = try chunks.sign(chunk: UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(first.hex == "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648")
        #expect(second.hex == "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497")
        #expect(last.hex == "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9")
    }

    @Test("PUT in signed chunks with a trailer")
    func trailer() throws {
        var request = CanonicalRequest(method: "PUT", path: "/examplebucket/chunkObject.txt")
        request.addHeader("host", "s3.amazonaws.com")
        request.addHeader("x-amz-storage-class", "REDUCED_REDUNDANCY")
        request.addHeader("Content-Encoding", "aws-chunked")
        request.addHeader("x-amz-decoded-content-length", "66560")
        request.addHeader("x-amz-trailer", "x-amz-checksum-crc32c")
        let seed = try signer.sign(request, payload: .streamingSignedTrailer, at: time)
        #expect(seed.payloadHash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
        #expect(seed.signature.hex == "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")

        var chunks = try ChunkSigner(signer, at: time, seed: seed.signature)
        let data = [UInt8](repeating: UInt8(ascii: "a"), count: 66560)
        let first = try data[..<65536].withUnsafeBytes { try chunks.sign(chunk: $0) }
        let second = try data[65536...].withUnsafeBytes { try chunks.sign(chunk: $0) }
        let last = try chunks.sign(chunk: .ofNothing)
        let trailer = try chunks.sign(trailer: "x-amz-checksum-crc32c:sOO8/Q==\n")
        #expect(first.hex == "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2")
        #expect(second.hex == "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7")
        #expect(last.hex == "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992")
        #expect(trailer.hex == "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435")
    }
}
