import Coffer
import Testing

@testable import S3Driver

@Suite("Answers")
struct DocumentTests {
    @Test("a listing", arguments: [1, 13, 4096])
    func list(_ piece: Int) throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix>x%2F</Prefix>
            <KeyCount>3</KeyCount><MaxKeys>1000</MaxKeys><Delimiter>%2F</Delimiter><EncodingType>url</EncodingType>
            <IsTruncated>true</IsTruncated><NextContinuationToken>1ueG%2B=+/</NextContinuationToken>
            <Contents><Key>x/a+b%2Bc%20d%C3%A9%01</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified>
            <ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>434234</Size>
            <StorageClass>STANDARD</StorageClass><Owner><ID>1</ID><DisplayName>Key</DisplayName></Owner></Contents>
            <Contents><Key>x/plain</Key><Size>0</Size></Contents>
            <CommonPrefixes><Prefix>x/photos%2F</Prefix></CommonPrefixes></ListBucketResult>
            """
        let result = try document(text, as: ListObjectsResult.self, piece: piece)
        #expect(result.isTruncated)
        #expect(result.nextContinuationToken == "1ueG%2B=+/")
        #expect(result.prefixCount == 1)
        #expect(
            result.entries == [
                .object(
                    ObjectInfo(
                        key: "x/a b+c dé\u{1}", size: 434_234, etag: "fba9dede5f27731c9771645a39863328",
                        lastModified: Timestamp(seconds: 1_255_369_830), storageClass: "STANDARD")),
                .object(ObjectInfo(key: "x/plain", size: 0)),
                .prefix("x/photos/"),
            ])
    }

    @Test("names that are not encoded stay as they are, and an encoding announced late counts")
    func encoding() throws {
        let names = """
            <Contents><Key>a+b%20c</Key><Size>1</Size></Contents><CommonPrefixes><Prefix>d%2F</Prefix></CommonPrefixes>\
            <NextMarker>m%2F</NextMarker>
            """
        let plain = try document("<ListBucketResult>\(names)</ListBucketResult>", as: ListObjectsResult.self)
        #expect(plain.entries.map(\.name) == ["a+b%20c", "d%2F"])
        #expect(plain.nextMarker == "m%2F")
        #expect(!plain.isTruncated)
        #expect(plain.nextContinuationToken == nil)
        let late = try document(
            "<ListBucketResult>\(names)<EncodingType>url</EncodingType></ListBucketResult>", as: ListObjectsResult.self)
        #expect(late.entries.map(\.name) == ["a b c", "d/"])
        #expect(late.nextMarker == "m/")
    }

    @Test(
        "an object without key or size, or with a size that is none, is an error",
        arguments: [
            ("<Size>1</Size>", XMLError.missing(element: "Key")), ("<Key>a</Key>", .missing(element: "Size")),
            ("<Key>a</Key><Size>-1</Size>", .invalidValue(element: "Size", value: "-1")),
            (
                "<Key>a</Key><Size>9223372036854775808</Size>",
                .invalidValue(element: "Size", value: "9223372036854775808")
            ),
            ("<Key>a</Key><Size></Size>", .invalidValue(element: "Size", value: "")),
        ])
    func incomplete(_ content: String, _ expected: XMLError) {
        // What an earlier object had must not fill in.
        let text = """
            <ListBucketResult><Contents><Key>z</Key><Size>5</Size></Contents><Contents>\(content)</Contents>\
            </ListBucketResult>
            """
        #expect(throws: expected) { try readXML(text, as: ListObjectsResult.self) }
    }

    @Test("a batch delete")
    func delete() throws {
        let text = """
            <DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Deleted><Key>sample1.txt</Key></Deleted>
            <Error><Key>sample2.txt</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>
            <Deleted><Key>v</Key><VersionId>3</VersionId></Deleted></DeleteResult>
            """
        let result = try document(text, as: DeleteResult.self)
        #expect(
            result.deleted == [
                DeleteResult.Deletion(key: "sample1.txt"), DeleteResult.Deletion(key: "v", versionID: "3"),
            ])
        #expect(
            result.failures == [
                DeleteResult.Failure(key: "sample2.txt", code: "AccessDenied", message: "Access Denied")
            ])
    }

    @Test("copies of objects and parts")
    func copy() throws {
        for root in ["CopyObjectResult", "CopyPartResult"] {
            let text = "<\(root)><LastModified>2011-04-11T20:34:56.000Z</LastModified><ETag>\"9b\"</ETag></\(root)>"
            let result = try document(text, as: CopyResult.self)
            #expect(result.etag == ETag("9b"))
            #expect(result.lastModified == Timestamp(seconds: 1_302_554_096))
        }
        #expect(throws: XMLError.missing(element: "ETag")) { try readXML("<CopyObjectResult/>", as: CopyResult.self) }
    }

    @Test("multipart uploads")
    func multipart() throws {
        let created = """
            <InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>VXBs</UploadId>\
            </InitiateMultipartUploadResult>
            """
        #expect(try document(created, as: InitiateMultipartUploadResult.self).uploadID == "VXBs")
        #expect(throws: XMLError.missing(element: "UploadId")) {
            try readXML("<InitiateMultipartUploadResult/>", as: InitiateMultipartUploadResult.self)
        }
        let completed = """
            <CompleteMultipartUploadResult><Location>http://x/</Location><Bucket>b</Bucket><Key>k</Key>\
            <ETag>"3858f62230ac3c915f300c664312c11f-9"</ETag></CompleteMultipartUploadResult>
            """
        #expect(
            try document(completed, as: CompleteMultipartUploadResult.self).etag
                == ETag("3858f62230ac3c915f300c664312c11f-9"))
        // Old Ceph leaves it empty where parts were copied.
        let silent = "<CompleteMultipartUploadResult><ETag/></CompleteMultipartUploadResult>"
        #expect(try document(silent, as: CompleteMultipartUploadResult.self).etag == nil)
    }

    @Test("parts")
    func parts() throws {
        let text = """
            <ListPartsResult><PartNumberMarker>1</PartNumberMarker><NextPartNumberMarker>3</NextPartNumberMarker>\
            <MaxParts>2</MaxParts><IsTruncated>true</IsTruncated>\
            <Part><PartNumber>2</PartNumber><ETag>"a"</ETag><Size>10485760</Size></Part>\
            <Part><PartNumber>3</PartNumber><ETag>"b"</ETag><Size>1</Size></Part></ListPartsResult>
            """
        let result = try document(text, as: ListPartsResult.self)
        #expect(
            result.parts == [
                UploadedPart(number: 2, size: 10_485_760, etag: "a"), UploadedPart(number: 3, size: 1, etag: "b"),
            ])
        #expect(result.isTruncated)
        #expect(result.nextPartNumberMarker == 3)
        #expect(throws: XMLError.missing(element: "ETag")) {
            try readXML(
                "<ListPartsResult><Part><PartNumber>1</PartNumber></Part></ListPartsResult>", as: ListPartsResult.self)
        }
    }

    @Test("open uploads")
    func uploads() throws {
        let text = """
            <ListMultipartUploadsResult><NextKeyMarker>my%2Fmovie</NextKeyMarker><NextUploadIdMarker>Y%2B</NextUploadIdMarker>\
            <EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>\
            <Upload><Key>my+divisor</Key><UploadId>X%2B</UploadId><Initiator><ID>i</ID></Initiator>\
            <Initiated>2010-11-10T20:48:33.000Z</Initiated></Upload></ListMultipartUploadsResult>
            """
        let result = try document(text, as: ListMultipartUploadsResult.self)
        let id = UploadID(key: "my divisor", id: "X%2B")
        #expect(result.uploads == [OpenUpload(id: id, started: Timestamp(seconds: 1_289_422_113))])
        #expect(result.nextKeyMarker == "my/movie")
        #expect(result.nextUploadIDMarker == "Y%2B")
        #expect(!result.isTruncated)
    }

    @Test(
        "locations",
        arguments: [
            ("<LocationConstraint>eu-north-1</LocationConstraint>", "eu-north-1"),
            ("<LocationConstraint/>", "us-east-1"),
            ("<LocationConstraint>EU</LocationConstraint>", "eu-west-1"),
        ])
    func location(_ text: String, _ region: String) throws {
        #expect(try document(text, as: LocationConstraint.self).region == region)
    }

    @Test(
        "times",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("2024-02-29T23:59:60.5Z", 1_709_251_200, 500_000_000),
            ("2024-05-01T12:34:56.123456789123Z", 1_714_566_896, 123_456_789), ("2024-05-01T12:34:56.Z", -1, 0),
            ("2024-13-01T12:34:56Z", -1, 0), ("2024-05-01 12:34:56Z", -1, 0), ("2024-05-01T12:34:56+00:00", -1, 0),
            ("20a4-05-01T12:34:56Z", -1, 0), ("", -1, 0), ("2024-05-01T12:34:5:Z", -1, 0),
        ])
    func time(_ text: String, _ seconds: Int64, _ nanoseconds: Int32) {
        let parsed = Chunk(text).withUnsafeBytes { XMLText(bytes: $0).timestamp }
        #expect(parsed == (seconds < 0 ? nil : Timestamp(seconds: seconds, nanoseconds: nanoseconds)))
    }
}
