import Coffer
import Testing

@testable import S3Driver

@Suite("XML writer")
struct XMLWriterTests {
    let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    let namespace = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

    @Test("the bodies of requests")
    func bodies() throws {
        #expect(
            String(
                decoding: try RequestBodies.delete([VersionID("a&b", nil), VersionID("<'\">", nil)], isQuiet: true),
                as: UTF8.self)
                == start + "<Delete \(namespace)><Object><Key>a&amp;b</Key></Object>"
                + "<Object><Key>&lt;&apos;&quot;&gt;</Key></Object><Quiet>true</Quiet></Delete>")
        #expect(
            String(
                decoding: try RequestBodies.completeMultipartUpload([
                    UploadedPart(number: 1, size: 5, etag: "a"), UploadedPart(number: 10_000, size: 5, etag: "b"),
                ]), as: UTF8.self)
                == start + "<CompleteMultipartUpload \(namespace)>"
                + "<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>"
                + "<Part><PartNumber>10000</PartNumber><ETag>&quot;b&quot;</ETag></Part></CompleteMultipartUpload>")
        #expect(
            String(
                decoding: try BucketCreation(location: "eu-west-3").element("CreateBucketConfiguration").document(),
                as: UTF8.self)
                == start + "<CreateBucketConfiguration \(namespace)>"
                + "<LocationConstraint>eu-west-3</LocationConstraint></CreateBucketConfiguration>")
    }

    /// A root with one text in it.
    struct Echo: XMLDocument {
        enum Tag: String, CaseIterable {
            case root = "Echo"
            case text = "Text"
        }
        static let names = XMLNames<Tag>()
        static let roots = [Tag.root]
        var text = ""
        mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) {
            if case .text = tag { self.text = text.string }
        }
    }

    @Test("every character that XML can carry comes back from a parser, and the others are refused")
    func characters() throws {
        for value in (0...0x2FFF).map(UInt32.init) + [
            0xD7FF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1FFFE, 0x10FFFF,
        ] {
            guard let scalar = UnicodeScalar(value) else { continue }
            let text = "a" + String(Character(scalar)) + "b"
            var xml = XMLWriter("Echo")
            let isRefused = (value < 32 && ![9, 10, 13].contains(value)) || value == 0xFFFE || value == 0xFFFF
            #expect(XMLWriter.unrepresentable(in: text) == (isRefused ? value : nil))
            do throws(XMLError) {
                try xml.element("Text", text)
            } catch {
                #expect(error == .unrepresentable(scalar: value))
                #expect(isRefused)
                continue
            }
            let echo = try document(String(decoding: xml.finish(), as: UTF8.self), as: Echo.self)
            try #require(echo.text.utf8.elementsEqual(text.utf8), "U+\(String(value, radix: 16))")
        }
    }

    @Test("a key that XML cannot carry is named by its character")
    func refused() {
        let error = #expect(throws: XMLError.self) {
            _ = try RequestBodies.delete([VersionID("ok", nil), VersionID("a\u{7}b", nil)], isQuiet: true)
        }
        #expect(error == .unrepresentable(scalar: 7))
        #expect("\(XMLError.unrepresentable(scalar: 7))" == "XML 1.0 cannot carry the character U+7")
    }
}
