import Coffer
import CofferTesting
import HTTPTransport
import Testing

@testable import S3Driver

/// What is compared on reads, and what is not claimed to be.
struct VerificationTests {
    private static let crc = ("x-amz-checksum-crc32", "DUoRhQ==")

    private func store(
        _ headers: [(String, String)], _ body: String = "hello world", _ settings: [String: String] = [:],
        status: Int = 200
    ) throws -> (Store, FakeTransport) {
        let transport = FakeTransport(.init(status, [("ETag", "\"e\"")] + headers, body))
        return (Store(driver: try makeDriver(transport, settings)), transport)
    }

    @Test func aWholeObject() async throws {
        let (store, transport) = try store([Self.crc])
        let (info, bytes) = try await store.get("k")
        #expect(bytes.utf8String == "hello world")
        #expect(info.checksum == Checksum(.crc32, base64: "DUoRhQ=="))
        #expect(transport.requests[0].header("x-amz-checksum-mode") == "ENABLED")
        #expect(try await store.reader("k").isVerified)
    }

    /// Each way to read finds it, and none hands out the last bytes.
    @Test func otherBytes() async throws {
        let (store, _) = try store([Self.crc], "hello wor1d")
        func mismatch(_ body: () async throws -> Void) async {
            let error = await #expect(throws: StoreError.self) { try await body() }
            #expect(error?.code == .checksumMismatch)
            #expect(error?.isRetryable == true)
            #expect(error?.driver == "s3")
            #expect(error?.key == "k")
        }
        await mismatch { try await store.get("k") }
        await mismatch {
            var memory = [UInt8](repeating: 0, count: 64)
            nonisolated(unsafe) let pointer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64)
            defer { pointer.deallocate() }
            memory.removeAll()
            _ = try await store.get("k", into: UnsafeMutableRawBufferPointer(pointer))
        }
        let reader = try await store.reader("k")
        await mismatch { _ = try await reader.next() }
        // The same again, and never a good end.
        await mismatch { _ = try await reader.next() }
        await mismatch { _ = try await reader.collect() }
        let bytewise = try await store.reader("k")
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 1)
        defer { room.deallocate() }
        var read = 0
        await mismatch { while true { read += try await bytewise.read(into: room) } }
        #expect(read == 8)
    }

    @Test func switchedOff() async throws {
        let (store, transport) = try store([Self.crc], "hello wor1d")
        #expect(try await store.get("k", ReadOptions(verification: .off)).bytes.count == 11)
        #expect(transport.requests[0].header("x-amz-checksum-mode") == nil)
        let (lax, other) = try self.store(
            [Self.crc], "hello wor1d", ["response_checksum_validation": "when_required"])
        #expect(try await lax.get("k").bytes.count == 11)
        #expect(other.requests[0].header("x-amz-checksum-mode") == nil)
        await #expect(throws: StoreError.self) { try await lax.get("k", ReadOptions(verification: .required)) }
        #expect(other.requests[1].header("x-amz-checksum-mode") == "ENABLED")
        _ = try await lax.stat("k")
        #expect(other.requests[2].header("x-amz-checksum-mode") == nil)
    }

    /// A range is not claimed to be verified; one that covers everything is.
    @Test func ranges() async throws {
        let part = [("Content-Range", "bytes 0-4/11"), Self.crc]
        let (store, transport) = try store(part, "hello", status: 206)
        let reader = try await store.reader("k", ReadOptions(range: .bounded(0..<5)))
        #expect(!reader.isVerified)
        #expect(reader.info.checksum == nil)
        #expect(try await reader.collect().count == 5)
        #expect(transport.requests[0].header("x-amz-checksum-mode") == nil)
        let error = await #expect(throws: StoreError.self) {
            try await store.get("k", ReadOptions(range: .bounded(0..<5), verification: .required))
        }
        #expect(error?.code == .unsupported)
        let (whole, _) = try self.store([("Content-Range", "bytes 0-10/11"), Self.crc], status: 206)
        let options = ReadOptions(range: .bounded(0..<100), verification: .required)
        #expect(try await whole.get("k", options).bytes.count == 11)
    }

    @Test func nothingToCompareWith() async throws {
        // None, one that we do not know, one of parts that the value does not name, and one that makes no sense.
        let useless = [
            ("x-a", "b"), ("x-amz-checksum-xxhash64", "AAAAAAAAAAA="), ("x-amz-checksum-crc32", "not base64"),
        ]
        for header in useless {
            let (store, _) = try store([header])
            #expect(try await store.get("k").bytes.count == 11)
            #expect(!(try await store.reader("k").isVerified))
            let error = await #expect(throws: StoreError.self) {
                try await store.get("k", ReadOptions(verification: .required))
            }
            #expect(error?.code == .unsupported)
        }
        let (composite, _) = try store([("x-amz-checksum-crc32", "AAAAAA=="), ("x-amz-checksum-type", "COMPOSITE")])
        #expect(try await composite.get("k").bytes.count == 11)
    }

    private func parts(
        _ attributes: String, _ body: String = "hello world", status: Int = 200
    ) throws -> (Store, FakeTransport) {
        let first = Checksum(.crc32, base64: "7YH59g=="), second = Checksum(.crc32, base64: "OncRQw==")
        let both = [first, second].enumerated().map { UploadedPart(number: $0 + 1, size: 1, etag: "", checksum: $1) }
        let composite = try #require(try Checksum.of(both, .crc32, isComposite: true))
        let transport = FakeTransport { request, _ in
            request.query["attributes"] != nil
                ? .init(status, [], attributes)
                : .init(
                    200,
                    [
                        ("ETag", "\"e\""), ("x-amz-checksum-crc32", composite.base64),
                        ("x-amz-checksum-type", "COMPOSITE"),
                    ], body)
        }
        return (Store(driver: try makeDriver(transport)), transport)
    }

    private func attributes(_ etag: String = "e", _ sizes: (Int, Int) = (6, 5), second: String = "OncRQw==") -> String {
        """
        <GetObjectAttributesOutput xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ETag>\(etag)</ETag><ObjectParts>
        <IsTruncated>false</IsTruncated><PartsCount>2</PartsCount>
        <Part><ChecksumCRC32>7YH59g==</ChecksumCRC32><PartNumber>1</PartNumber><Size>\(sizes.0)</Size></Part>
        <Part><ChecksumCRC32>\(second)</ChecksumCRC32><PartNumber>2</PartNumber><Size>\(sizes.1)</Size></Part>
        </ObjectParts></GetObjectAttributesOutput>
        """
    }

    @Test func partByPart() async throws {
        let (store, transport) = try parts(attributes())
        #expect(try await store.get("k").bytes.utf8String == "hello world")
        #expect(try await store.reader("k").isVerified)
        let request = try #require(transport.requests.first { $0.query["attributes"] != nil })
        #expect(request.header("x-amz-object-attributes") == "ETag,ObjectParts")
        let (broken, _) = try parts(attributes(), "hello wor1d")
        let error = await #expect(throws: StoreError.self) { try await broken.get("k") }
        #expect(error?.code == .checksumMismatch)
        #expect(error?.message.contains("part 2") == true)
    }

    /// Parts that are not known for certain are no reason to refuse good bytes, nor to claim anything.
    @Test func partsThatDoNotFit() async throws {
        for text in [
            attributes("other"), attributes("e", (6, 4)), attributes("e", (6, 5), second: "AAAAAA=="),
            "<GetObjectAttributesOutput><ETag>e</ETag></GetObjectAttributesOutput>",
        ] {
            let (store, _) = try parts(text)
            #expect(!(try await store.reader("k").isVerified))
            #expect(try await store.get("k").bytes.count == 11)
            let error = await #expect(throws: StoreError.self) {
                try await store.get("k", ReadOptions(verification: .required))
            }
            #expect(error?.code == .unsupported)
        }
    }

    @Test func aServiceThatDoesNotTellIsAskedOnce() async throws {
        let (store, transport) = try parts(errorXML("AccessDenied"), status: 403)
        for _ in 0..<3 { #expect(try await store.get("k").bytes.count == 11) }
        #expect(transport.requests.count { $0.query["attributes"] != nil } == 1)
    }

    @Test func theCheapestOfSeveral() {
        let headers = HTTPHeaders([("x-amz-checksum-sha256", "AAAA"), Self.crc])
        #expect(headers.checksum?.algorithm == .crc32)
        #expect(HTTPHeaders([("X-Amz-Checksum-SHA1", "qvTGHdzF6KLavt4PO0gs2a6pQ00=")]).checksum?.algorithm == .sha1)
    }

    @Test(arguments: [("aws-chunked", nil), ("aws-chunked,gzip", "gzip"), ("gzip, aws-chunked", "gzip"), ("br", "br")])
    func theFrameIsNotPartOfTheObject(_ sent: String, _ shown: String?) async throws {
        let (store, _) = try store([("content-encoding", sent)])
        #expect(try await store.stat("k").metadata.contentEncoding == shown)
    }
}
