import Coffer
import Foundation

@testable import S3Driver

/// What the stand-in keeps of an object.
struct StandInObject: Sendable {
    var bytes: [UInt8]
    var etag: String

    init(_ bytes: [UInt8], etag: String? = nil) {
        self.bytes = bytes
        self.etag = etag ?? StandInObject.md5(bytes)
    }

    static func md5(_ bytes: [UInt8]) -> String {
        guard let digest = try? bytes.withUnsafeBytes({ bytes throws(StoreError) in try MD5.hash(bytes) }) else {
            return ""
        }
        return withUnsafeBytes(of: digest) { $0.map { String(format: "%02x", $0) }.joined() }
    }
}

/// An upload that is open.
struct StandInUpload: Sendable {
    var key: String
    var parts: [Int: StandInObject] = [:]
}

extension S3StandIn {
    /// Does what is asked, or refuses as S3 would.
    func carryOut(_ call: Call, _ body: [UInt8]) -> Answer {
        if let refusal = refusal(call, body) {
            return call.method == "HEAD"
                ? Answer(refusal.status, refusal.headers.filter { $0.0 != "Content-Type" }) : refusal
        }
        return state.withLock { state in
            switch (call.method, call.key.isEmpty) {
            case ("GET", true): Self.list(call, state)
            case ("HEAD", true): Answer()
            case ("POST", true): Self.deleteMany(body, &state)
            case ("GET", false), ("HEAD", false): Self.get(call, state)
            case ("PUT", false): Self.put(call, body, &state)
            case ("POST", false): Self.post(call, body, &state)
            case ("DELETE", false): Self.delete(call, &state)
            default: Self.error(405, "MethodNotAllowed")
            }
        }
    }

    private static func get(_ call: Call, _ state: State) -> Answer {
        if let id = call.query["uploadId"] { return parts(of: id, state) }
        guard let object = state.objects[call.key] else { return error(404, "NoSuchKey") }
        if call.query["tagging"] != nil { return Answer(text: "<Tagging><TagSet></TagSet></Tagging>") }
        if let wanted = call.head.header("if-match"), wanted != "\"\(object.etag)\"" {
            return error(412, "PreconditionFailed")
        }
        var headers = [("ETag", "\"\(object.etag)\""), ("Content-Type", "application/octet-stream")]
        guard let range = call.head.header("range") else { return Answer(200, headers, object.bytes) }
        let bounds = range.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        let size = object.bytes.count
        var (first, last) = (0, size - 1)
        if bounds[0].isEmpty {
            first = max(0, size - (Int(bounds[1]) ?? 0))
        } else {
            first = Int(bounds[0]) ?? 0
            last = min(Int(bounds[1]) ?? last, last)
        }
        guard first <= last else { return error(416, "InvalidRange") }
        headers.append(("Content-Range", "bytes \(first)-\(last)/\(size)"))
        return Answer(206, headers, Array(object.bytes[first...last]))
    }

    private static func parts(of id: String, _ state: State) -> Answer {
        guard let upload = state.uploads[id] else { return error(404, "NoSuchUpload") }
        let parts = upload.parts.sorted { $0.key < $1.key }.map { number, part in
            "<Part><PartNumber>\(number)</PartNumber><ETag>\"\(part.etag)\"</ETag><Size>\(part.bytes.count)</Size></Part>"
        }
        return Answer(
            text: "<ListPartsResult><IsTruncated>false</IsTruncated>\(parts.joined())</ListPartsResult>")
    }

    private static func put(_ call: Call, _ body: [UInt8], _ state: inout State) -> Answer {
        var bytes = body
        if let source = call.head.header("x-amz-copy-source") {
            let key = PercentEncoding.decode(source)?.dropFirst(bucket.count + 2) ?? ""
            guard let object = state.objects[String(key)] else { return error(404, "NoSuchKey") }
            bytes = object.bytes
            if let range = call.head.header("x-amz-copy-source-range") {
                let bounds = range.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
                guard bounds.count == 2, bounds[1] < bytes.count else { return error(416, "InvalidRange") }
                bytes = Array(bytes[bounds[0]...bounds[1]])
            }
        }
        let object = StandInObject(bytes)
        if let id = call.query["uploadId"], let number = call.query["partNumber"].flatMap({ Int($0) }) {
            guard state.uploads[id]?.key == call.key else { return error(404, "NoSuchUpload") }
            state.uploads[id]?.parts[number] = object
            guard call.isCopy else { return Answer(200, [("ETag", "\"\(object.etag)\"")]) }
            return Answer(text: "<CopyPartResult><ETag>\"\(object.etag)\"</ETag></CopyPartResult>")
        }
        state.objects[call.key] = object
        guard call.isCopy else { return Answer(200, [("ETag", "\"\(object.etag)\"")]) }
        return Answer(text: "<CopyObjectResult><ETag>\"\(object.etag)\"</ETag></CopyObjectResult>")
    }

    private static func post(_ call: Call, _ body: [UInt8], _ state: inout State) -> Answer {
        if call.query["uploads"] != nil {
            state.lastUpload += 1
            let id = "upload-\(state.lastUpload)"
            state.uploads[id] = StandInUpload(key: call.key)
            return Answer(
                text: "<?xml version=\"1.0\"?><InitiateMultipartUploadResult><Bucket>\(bucket)</Bucket>"
                    + "<Key>\(call.key)</Key><UploadId>\(id)</UploadId></InitiateMultipartUploadResult>")
        }
        guard let id = call.query["uploadId"], let upload = state.uploads[id], upload.key == call.key else {
            return error(404, "NoSuchUpload")
        }
        let numbers = texts("PartNumber", body).compactMap { Int($0) }
        let etags = texts("ETag", body).map { $0.filter { $0.isHexDigit } }
        var bytes: [UInt8] = []
        var parts: [UploadedPart] = []
        for (number, etag) in zip(numbers, etags) {
            guard let part = upload.parts[number], part.etag == etag else { return error(400, "InvalidPart") }
            bytes += part.bytes
            parts.append(UploadedPart(number: number, size: Int64(part.bytes.count), etag: ETag(etag)))
        }
        guard !parts.isEmpty else { return error(400, "MalformedXML") }
        state.uploads[id] = nil
        let etag = CompositeETag.of(parts)?.value ?? ""
        state.objects[call.key] = StandInObject(bytes, etag: etag)
        return Answer(
            text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CompleteMultipartUploadResult>"
                + "<Location>http://localhost/\(bucket)/\(call.key)</Location><Bucket>\(bucket)</Bucket>"
                + "<Key>\(call.key)</Key><ETag>\"\(etag)\"</ETag></CompleteMultipartUploadResult>")
    }

    private static func delete(_ call: Call, _ state: inout State) -> Answer {
        if let id = call.query["uploadId"] {
            return state.uploads.removeValue(forKey: id) == nil ? error(404, "NoSuchUpload") : Answer(204)
        }
        state.objects[call.key] = nil
        return Answer(204)
    }

    private static func deleteMany(_ body: [UInt8], _ state: inout State) -> Answer {
        var text = "<DeleteResult>"
        for key in texts("Key", body) {
            state.objects[key] = nil
            text += "<Deleted><Key>\(key)</Key></Deleted>"
        }
        return Answer(text: text + "</DeleteResult>")
    }

    private static func list(_ call: Call, _ state: State) -> Answer {
        let prefix = call.query["prefix"] ?? ""
        var text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult><Name>\(bucket)</Name><Prefix></Prefix>"
        text += "<MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
        let found = state.objects.filter { $0.key.hasPrefix(prefix) }
        for (key, object) in found.sorted(by: { $0.key < $1.key }) {
            text +=
                "<Contents><Key>\(PercentEncoding.encode(key))</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified>"
            text += "<ETag>\"\(object.etag)\"</ETag><Size>\(object.bytes.count)</Size>"
            text += "<StorageClass>STANDARD</StorageClass></Contents>"
        }
        return Answer(200, [("Content-Type", "application/xml")], text: text + "</ListBucketResult>")
    }

    /// The texts of all elements of a name.
    private static func texts(_ element: String, _ body: [UInt8]) -> [String] {
        String(decoding: body, as: UTF8.self).components(separatedBy: "<\(element)>").dropFirst().map { rest in
            String(rest.prefix { $0 != "<" }).replacingOccurrences(of: "&quot;", with: "")
        }
    }
}
