import Coffer
import Testing

@testable import S3Driver

/// Reads a text, in pieces of the given size.
func readXML<D: XMLDocument>(_ text: String, as type: D.Type = D.self, piece: Int = .max) throws(XMLError) -> XMLAnswer<
    D
> {
    var reader = try XMLReader<D>()
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
        let end = piece >= bytes.count - offset ? bytes.count : offset + piece
        let chunk = Chunk(Array(bytes[offset..<end]))
        try chunk.withUnsafeBytes { bytes throws(XMLError) in try reader.feed(bytes) }
        offset = end
    }
    return try reader.finish()
}

/// Reads a text that must be the document.
func document<D: XMLDocument>(_ text: String, as type: D.Type = D.self, piece: Int = .max) throws -> D {
    switch try readXML(text, as: type, piece: piece) {
    case .document(let document): return document
    case .failure(let failure): throw UnexpectedFailure(failure: failure)
    }
}

struct UnexpectedFailure: Error {
    let failure: ServiceErrorDocument
}

@Suite("XML reader")
struct XMLReaderTests {
    let copied = "<CopyObjectResult><ETag>&quot;abc&quot;</ETag></CopyObjectResult>"

    @Test("a document comes out the same in pieces of any size", arguments: [1, 2, 3, 7, 64, 4096])
    func pieces(_ size: Int) throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- a comment --><CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/" other='a&lt;b>'>
              <Unknown><ETag>wrong</ETag><Deeper a="1"/></Unknown>
              <LastModified>2009-10-12T17:50:30.250Z</LastModified>
              <ETag>&#x22;<![CDATA[9b2cf535]]>f27731&#34;</ETag><?pi x?>
            </CopyObjectResult>

            """
        let result = try document(text, as: CopyResult.self, piece: size)
        #expect(result.etag == ETag("9b2cf535f27731"))
        #expect(result.lastModified == Timestamp(seconds: 1_255_369_830, nanoseconds: 250_000_000))
    }

    @Test("white space before the answer is a server's way to keep the connection")
    func whiteSpace() throws {
        let result = try document(" \r\n\t   <?xml version=\"1.0\"?>" + copied, as: CopyResult.self, piece: 2)
        #expect(result.etag == ETag("abc"))
    }

    @Test("every truncation is an error", arguments: [1, 1000])
    func truncated(_ piece: Int) throws {
        let text = "<?xml version=\"1.0\"?>" + copied
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count {
            let part = String(decoding: bytes[..<length], as: UTF8.self)
            let error = #expect(throws: XMLError.self) { try readXML(part, as: CopyResult.self, piece: piece) }
            #expect(error == .truncated, "\(part)")
        }
        #expect(throws: Never.self) { try document(text, as: CopyResult.self) }
    }

    @Test(
        "what is not well-formed is an error",
        arguments: [
            "<CopyObjectResult></CopyResult>", "<CopyObjectResult><ETag>a</CopyObjectResult>",
            "<CopyObjectResult>a & b</CopyObjectResult>", "<CopyObjectResult>&nbsp;</CopyObjectResult>",
            "<CopyObjectResult>&#1;</CopyObjectResult>", "<CopyObjectResult>\u{1}</CopyObjectResult>",
            "<CopyObjectResult a=1/>", "<CopyObjectResult><ETag>a</ETag></CopyObjectResult><a/>", "no xml",
            "<CopyObjectResult><ETag>a</ETag></CopyObjectResult>tail", "{\"json\": true}",
            "<CopyObjectResult a='1' a='2'><ETag>a</ETag></CopyObjectResult>",
            "<CopyObjectResult>&#xD800;</CopyObjectResult>", "<CopyObjectResult>]]></CopyObjectResult>",
        ])
    func malformed(_ text: String) {
        let error = #expect(throws: XMLError.self) { try readXML(text, as: CopyResult.self) }
        guard case .malformed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("bytes that are not UTF-8 are an error")
    func invalidUTF8() throws {
        let bytes = Array("<CopyObjectResult><ETag>".utf8) + [0xC3, 0x28] + Array("</ETag></CopyObjectResult>".utf8)
        var reader = try XMLReader<CopyResult>()
        #expect(throws: XMLError.self) {
            try Chunk(bytes).withUnsafeBytes { bytes throws(XMLError) in try reader.feed(bytes) }
            _ = try reader.finish()
        }
    }

    @Test("an error, once thrown, is thrown again")
    func again() throws {
        var reader = try XMLReader<CopyResult>()
        let bad = Chunk("<Other>")
        for _ in 0..<3 {
            #expect(throws: XMLError.unexpectedRoot(found: "Other", expected: ["CopyObjectResult", "CopyPartResult"])) {
                try bad.withUnsafeBytes { bytes throws(XMLError) in try reader.feed(bytes) }
            }
        }
        #expect(throws: XMLError.self) { _ = try reader.finish() }
    }

    @Test("an answer that is an error is told apart, whatever was asked")
    func failure() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>SlowDown</Code><Message>Please &amp; wait</Message><Key>a&lt;b</Key><RequestId>4442587FB7D0A2F9\
            </RequestId><HostId>x</HostId><BucketName>b</BucketName><Endpoint>e</Endpoint><Region>r</Region>\
            <Condition>If-Match</Condition><ServerTime>t</ServerTime></Error>
            """
        guard case .failure(let failure) = try readXML(text, as: CompleteMultipartUploadResult.self, piece: 5) else {
            Issue.record("no failure")
            return
        }
        #expect(failure.code == "SlowDown")
        #expect(failure.message == "Please & wait")
        #expect(failure.key == "a<b")
        #expect(failure.requestID == "4442587FB7D0A2F9")
        #expect(failure.hostID == "x")
        #expect(failure.bucketName == "b")
        #expect(failure.endpoint == "e")
        #expect(failure.region == "r")
        #expect(failure.condition == "If-Match")
        #expect(failure.serverTime == "t")
        // Asked for as such, it is a document.
        #expect(try document(text, as: ServiceErrorDocument.self) == failure)
    }

    @Test(
        "document types and entities are refused",
        arguments: [
            "<!DOCTYPE CopyObjectResult>", "<!DOCTYPE x [<!ENTITY a \"b\">]>",
            "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">",
            "<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;\">]>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1/\"> %p;]>",
        ], [1, 4096])
    func documentType(_ prolog: String, _ piece: Int) {
        #expect(throws: XMLError.documentType) { try readXML(prolog + copied, as: CopyResult.self, piece: piece) }
    }

    @Test("depth and text are bounded")
    func bounded() {
        let deep = "<CopyObjectResult>" + String(repeating: "<a>", count: 100)
        #expect(throws: XMLError.tooDeep) { try readXML(deep, as: CopyResult.self) }
        let unknown = String(repeating: "<ETag>", count: 100)
        #expect(throws: XMLError.tooDeep) { try readXML("<CopyObjectResult>" + unknown, as: CopyResult.self) }
        let long = "<CopyObjectResult><ETag>" + String(repeating: "a", count: 1 << 20)
        #expect(throws: XMLError.truncated) { try readXML(long, as: CopyResult.self, piece: 1000) }
        #expect(throws: XMLError.textTooLong(element: "ETag")) {
            try readXML(long + "a", as: CopyResult.self, piece: 1000)
        }
    }
}
