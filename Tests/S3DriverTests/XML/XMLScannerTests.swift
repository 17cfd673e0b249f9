import Coffer
import Testing

@testable import S3Driver

/// The scanner against expat: whatever comes, both give the same document or the same error.
@Suite("XML scanner")
struct XMLScannerTests {
    /// A generator that gives the same numbers for the same seed.
    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    static let samples = [
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix/><KeyCount>2</KeyCount>\
        <EncodingType>url</EncodingType><IsTruncated>false</IsTruncated><Contents><Key>a&amp;b%20c</Key><LastModified>\
        2009-10-12T17:50:30.000Z</LastModified><ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>12</Size>\
        <StorageClass>STANDARD</StorageClass></Contents>
          <Contents>
            <Key>plain</Key><Size>0</Size>
          </Contents><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes></ListBucketResult>

        """,
        "<?xml version='1.0' encoding='utf-8'?><ListBucketResult ><Contents><Size>1</Size><Key>&lt;&gt;</Key></Contents >"
            + "</ListBucketResult>",
        "<Error><Code>NoSuchKey</Code><Message>The key &apos;é&apos; is [not] there]</Message></Error>",
        "<ListBucketResult xmlns=\"a>b\"><!-- c --><Contents a='1'><Key><![CDATA[<x>]]></Key><Size>&#49;</Size></Contents>"
            + "</ListBucketResult>",
    ]

    static let fragments = [
        "&", "&amp;", "&#38;", "&unknown;", "<", ">", "</", "/>", "<a>", "</a>", "<a/>", "<a b='c'/>", "<a b=\"<\"/>",
        "]]>",
        "]]", "<!--", "-->", "<!-- x -->", "<![CDATA[", "<?pi?>", "<?xml version=\"1.0\"?>", "<!DOCTYPE a>", "\r",
        "\r\n", "\t",
        "\n", " ", "é", "\u{1}", "\u{0}", "\"", "'", "=", ":", "-", "<Key>", "</Key>", "</Contents>",
        "</ListBucketResult>",
        "xmlns=\"x\"", " xmlns=\"x\"", "\u{FEFF}", "\u{FFFF}",
    ]

    /// What reading gives, as text: the document or the error.
    func result(_ bytes: [UInt8], scans: Bool, _ random: inout Random) -> String {
        do throws(XMLError) {
            var reader = try XMLReader<ListObjectsResult>(scans: scans)
            let chunk = Chunk(bytes)
            var offset = 0
            while offset < bytes.count {
                let length = Bool.random(using: &random) ? Int.random(in: 1...12, using: &random) : bytes.count
                let piece = chunk.slice(offset..<(offset + length))
                try piece.withUnsafeBytes { bytes throws(XMLError) in try reader.feed(bytes) }
                offset += length
            }
            switch try reader.finish() {
            case .document(let document): return String(reflecting: document)
            case .failure(let failure): return String(reflecting: failure)
            }
        } catch {
            // Which fault of several expat names first, and where, depends on the pieces.
            guard case .malformed(_, let offset) = error else { return "the XML: \(error)" }
            return (0...bytes.count).contains(offset) ? "the XML: malformed" : "\(error)"
        }
    }

    @Test("mutations of answers, in pieces, give the same as with expat alone", arguments: 0..<4)
    func mutations(_ sample: Int) throws {
        var random = Random(state: UInt64.random(in: 0..<1000) &* 4 &+ UInt64(sample))
        let seed = random.state
        let rounds = 3000
        var errors = 0
        for round in 0..<rounds {
            var bytes = Array(Self.samples[sample].utf8)
            for _ in 0..<(round == 0 ? 0 : max(1, Int.random(in: -2...3, using: &random))) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...8, using: &random)))
                case 1 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes.removeSubrange(at...)
                default:
                    bytes.insert(contentsOf: Array((Self.fragments.randomElement(using: &random) ?? "").utf8), at: at)
                }
            }
            let plain = result(bytes, scans: true, &random)
            let expat = result(bytes, scans: false, &random)
            try #require(
                plain == expat,
                "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
            if plain.hasPrefix("the XML") { errors += 1 }
        }
        // Otherwise the mutations are too tame, or too wild.
        #expect(errors > 300 && errors < 2990)
    }

    @Test("a plain listing never needs expat")
    func plain() throws {
        var builder = XMLBuilder(ListObjectsResult())
        var scanner = XMLScanner()
        let outcome = Chunk(Self.samples[0]).withUnsafeBytes { scanner.scan($0, into: &builder) }
        #expect(outcome == .needsMore(from: Self.samples[0].utf8.count))
        let isComplete = scanner.isComplete
        #expect(isComplete)
        let document = builder.document as? ListObjectsResult
        #expect(document?.entries.count == 3)
    }
}
