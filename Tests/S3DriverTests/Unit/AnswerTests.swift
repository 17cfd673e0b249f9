import Coffer
import HTTPTransport
import Testing

@testable import S3Driver

/// What answers become.
struct AnswerTests {
    @Test func listPagesAreMergedAndDecoded() async throws {
        let body = """
            <?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
            <NextContinuationToken>t+1/=</NextContinuationToken>
            <Contents><Key>a%2B1+x</Key><Size>1</Size><ETag>&quot;e1&quot;</ETag>
            <LastModified>2026-01-02T03:04:05.678Z</LastModified><StorageClass>STANDARD</StorageClass></Contents>
            <Contents><Key>c</Key><Size>2</Size></Contents>
            <CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>b%C3%BC/</Prefix></CommonPrefixes>
            </ListBucketResult>
            """
        let transport = FakeTransport(.init(200, [], body))
        let driver = try makeDriver(transport)
        let page = try await driver.list(
            ListOptions(prefix: "p q", delimiter: "/", startAfter: "s", limit: 7))
        #expect(page.entries.map(\.name) == ["a+1 x", "a/", "bü/", "c"])
        #expect(page.nextToken == "t+1/=")
        guard case .object(let first) = page.entries[0] else { return #expect(Bool(false)) }
        #expect(first.size == 1)
        #expect(first.etag == "e1")
        #expect(first.lastModified == Timestamp(seconds: 1_767_323_045, nanoseconds: 678_000_000))
        #expect(
            transport.requests[0].query == [
                "list-type": "2", "encoding-type": "url", "prefix": "p q", "delimiter": "/", "max-keys": "7",
                "start-after": "s",
            ])
        _ = try await driver.list(ListOptions(startAfter: "s", pageToken: page.nextToken))
        #expect(transport.requests[1].query["continuation-token"] == "t+1/=")
        #expect(transport.requests[1].query["start-after"] == nil)
    }

    @Test func aPageThatEndsNowhereIsRefused() async throws {
        let body = "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"
        let driver = try makeDriver(FakeTransport(.init(200, [], body)))
        let error = await #expect(throws: StoreError.self) { try await driver.list(ListOptions()) }
        #expect(error?.code == .invalidResponse)
    }

    @Test func objectsComeWithTheirMetadata() async throws {
        let headers = [
            ("Content-Type", "text/plain"), ("ETag", "\"e\""), ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("X-Amz-Meta-Name", "=?UTF-8?B?Z3LDtsOfZQ==?="), ("x-amz-meta-plain", "a  b"),
            ("x-amz-meta-q", "=?utf-8?Q?a=C3=A4_b?="),
            ("x-amz-version-id", "v1"), ("x-amz-storage-class", "GLACIER"), ("Cache-Control", "no-cache"),
        ]
        let driver = try makeDriver(FakeTransport(.init(200, headers, "hello")))
        let response = try await driver.read("k", ReadOptions())
        #expect(response.info.size == 5)
        #expect(response.range == 0..<5)
        #expect(response.info.etag == "e")
        #expect(response.info.lastModified == Timestamp(seconds: 784_111_777))
        #expect(response.info.metadata.contentType == "text/plain")
        #expect(response.info.metadata.cacheControl == "no-cache")
        #expect(response.info.metadata.user == ["name": "größe", "plain": "a  b", "q": "aä b"])
        #expect(response.info.version == "v1")
        #expect(response.info.storageClass == "GLACIER")
        #expect(try await response.stream.next()?.utf8String == "hello")
    }

    @Test(arguments: [
        (ByteRange.bounded(1..<4), "bytes=1-3"), (.from(2), "bytes=2-"), (.suffix(3), "bytes=-3"),
    ])
    func rangesAsHTTPWritesThem(range: ByteRange, text: String) async throws {
        let transport = FakeTransport { _, _ throws(StoreError) in
            let offsets = try range.resolve(size: 5)
            let value = "bytes \(offsets.lowerBound)-\(offsets.upperBound - 1)/5"
            return .init(
                206, [("Content-Range", value), ("ETag", "\"e\"")], String(repeating: "x", count: offsets.count))
        }
        let driver = try makeDriver(transport)
        let response = try await driver.read("k", ReadOptions(range: range))
        #expect(transport.requests[0].header("range") == text)
        #expect(response.info.size == 5)
        #expect(response.range == (try range.resolve(size: 5)))
    }

    @Test(arguments: [
        (206, "bytes 0-2/5", "xxx"), (206, "bytes 1-3/*", "xxx"), (206, "bytes 1-9/5", "xxx"), (206, "", "xxx"),
        (206, "bytes 1-3/5", "xx"), (206, "bytes 1-2/5", "xx"), (206, "bytes 3-1/5", ""), (200, "", "xxxxx"),
        (206, "bytes 1-3/99999999999999999999", "xxx"), (206, "items 1-3/5", "xxx"),
    ])
    func liesAboutTheRangeAreFound(status: Int, contentRange: String, body: String) async throws {
        let headers = contentRange.isEmpty ? [] : [("Content-Range", contentRange)]
        let driver = try makeDriver(FakeTransport(.init(status, headers, body)))
        let error = await #expect(throws: StoreError.self) {
            try await driver.read("k", ReadOptions(range: .bounded(1..<4)))
        }
        #expect(error?.code == .invalidResponse)
    }

    @Test func emptyRangesAreAskedForByHead() async throws {
        let transport = FakeTransport { request, _ in
            request.method == .head
                ? .init(200, [("Content-Length", "5"), ("ETag", "\"e\"")]) : .init(416, [], errorXML("InvalidRange"))
        }
        let driver = try makeDriver(transport)
        let empty = try await driver.read("k", ReadOptions(range: .bounded(2..<2)))
        #expect(empty.range == 2..<2)
        #expect(try await empty.stream.next() == nil)
        #expect(transport.requests.map(\.method) == [.head])
        let beyond = await #expect(throws: StoreError.self) {
            try await driver.read("k", ReadOptions(range: .bounded(9..<9)))
        }
        #expect(beyond?.code == .rangeNotSatisfiable)
        let refused = await #expect(throws: StoreError.self) {
            try await driver.read("k", ReadOptions(range: .from(5)))
        }
        #expect(refused?.code == .rangeNotSatisfiable)
    }

    @Test func theLastBytesOfAnEmptyObjectAreNone() async throws {
        let transport = FakeTransport { request, _ in
            request.method == .head ? .init(200, [("Content-Length", "0")]) : .init(416, [], errorXML("InvalidRange"))
        }
        let response = try await makeDriver(transport).read("k", ReadOptions(range: .suffix(4)))
        #expect(response.range == 0..<0)
    }

    @Test(arguments: [
        "", "plain", "größe", "=?UTF-8?B?YQ==?=", "日本語のとても長い文字列をここに書いておきますので何語にも分かれます😀😀😀", "a =? b", "é", "tab? =?",
        "ü =?UTF-8?Q?x?= ü",
    ])
    func encodedWordsRoundTrip(text: String) {
        let encoded = EncodedWords.encode(text)
        #expect(encoded.utf8.allSatisfy { $0 >= 32 && $0 < 127 })
        #expect(encoded.split(separator: " ").allSatisfy { !$0.hasPrefix("=?") || $0.utf8.count <= 75 })
        #expect(EncodedWords.decode(encoded) == text)
    }

    @Test func encodedWordsOfOthers() {
        #expect(EncodedWords.decode("=?ISO-8859-1?Q?caf=E9?=") == "café")
        #expect(EncodedWords.decode("x =?utf-8?b?w6Q=?= =?utf-8?b?w7Y=?= y") == "x äö y")
        #expect(EncodedWords.decode("=?UTF-8?B?broken") == "=?UTF-8?B?broken")
        #expect(EncodedWords.decode("=?UTF-8?B?*?=") == "=?UTF-8?B?*?=")
        #expect(EncodedWords.decode("=?KOI8-R?B?YQ==?=") == "=?KOI8-R?B?YQ==?=")
    }

    @Test func uploadsAreListedToTheEnd() async throws {
        let transport = FakeTransport { request, number in
            number == 0
                ? .init(
                    200, [],
                    "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker>"
                        + "<NextUploadIdMarker>u1</NextUploadIdMarker><Upload><Key>a</Key><UploadId>u1</UploadId></Upload>"
                        + "</ListMultipartUploadsResult>")
                : .init(
                    200, [],
                    "<ListMultipartUploadsResult><Upload><Key>b</Key><UploadId>u2</UploadId></Upload>"
                        + "</ListMultipartUploadsResult>")
        }
        let driver = try makeDriver(transport)
        let uploads = try await driver.listUploads(prefix: "")
        #expect(uploads.map(\.id) == [UploadID(key: "a", id: "u1"), UploadID(key: "b", id: "u2")])
        #expect(transport.requests[1].query["key-marker"] == "a")
        #expect(transport.requests[1].query["upload-id-marker"] == "u1")
    }
}
