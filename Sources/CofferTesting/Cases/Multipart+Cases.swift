import Coffer

extension ConformanceSuite {
    /// Uploads in parts, by the driver's own interface: what writers, resumption and parallel tools stand on.
    static let multipartCases: [ConformanceCase] = [
        ConformanceCase(.writer, "parts.inOrder", requires: .multipart) { t in
            let upload = try await Upload(t, "object", sizes: [t.partSize, t.partSize, 5])
            let parts = [try await upload.send(1), try await upload.send(2), try await upload.send(3)]
            try await t.expectMissing("object")
            let info = try await upload.complete(parts)
            try expectEqual(info.size, Int64(upload.whole.count))
            try expectEqual(try await t.bytes("object"), upload.whole)
        },
        ConformanceCase(.writer, "parts.outOfOrder", requires: .multipart) { t in
            let upload = try await Upload(t, "object", sizes: [t.partSize, t.partSize + 3, 7])
            let third = try await upload.send(3)
            let first = try await upload.send(1)
            let second = try await upload.send(2)
            _ = try await upload.complete([first, second, third])
            try expectEqual(try await t.bytes("object"), upload.whole)
        },
        ConformanceCase(.writer, "parts.atTheSameTime", requires: .multipart) { t in
            let upload = try await Upload(t, "object", sizes: [Int](repeating: t.partSize, count: 5) + [1])
            let parts = try await t.concurrently(6, limit: 6) { try await upload.send($0 + 1) }
            _ = try await upload.complete(parts)
            try expectEqual(try await t.bytes("object"), upload.whole)
        },
        ConformanceCase(.writer, "parts.numbersWithGaps", requires: .multipart) { t in
            let upload = try await Upload(t, "object", sizes: [t.partSize, 9])
            let first = try await upload.send(1, as: 3)
            let second = try await upload.send(2, as: t.store.capabilities.maxParts)
            _ = try await upload.complete([first, second])
            try expectEqual(try await t.bytes("object"), upload.whole)
        },
        ConformanceCase(.writer, "parts.sentAgain", requires: .multipart) { t in
            let upload = try await Upload(t, "object", sizes: [t.partSize, 5])
            _ = try await upload.driver.uploadPart(
                upload.id, number: 1, Payload(ConformanceContext.pattern(t.partSize, seed: 99)))
            let first = try await upload.send(1)
            let second = try await upload.send(2)
            _ = try await upload.complete([first, second])
            try expectEqual(try await t.bytes("object"), upload.whole)
        },
        ConformanceCase(.writer, "parts.metadata", requires: [.multipart, .contentType, .userMetadata]) { t in
            let metadata = ObjectMetadata(contentType: "text/x", user: ["name": "value"])
            let upload = try await Upload(t, "object", sizes: [5], WriteOptions(metadata: metadata))
            _ = try await upload.complete([try await upload.send(1)])
            let found = try await t.store.stat("object").metadata
            try expectEqual(found.contentType, "text/x")
            try expectEqual(found.user, ["name": "value"])
        },
        ConformanceCase(.writer, "parts.fromAnotherStore", requires: .multipart) { t in
            // Another process goes on with the upload: it knows key, identifier and parts.
            let upload = try await Upload(t, "object", sizes: [t.partSize, 6])
            let first = try await upload.send(1)
            let other = try await t.openAgain()
            guard let driver = other.driver.facets.multipart else {
                throw ConformanceFailure("the other store", expected: "parts", actual: "none")
            }
            let id = UploadID(key: upload.id.key, id: upload.id.id)
            let second = try await driver.uploadPart(id, number: 2, Payload(upload.parts[1]))
            _ = try await driver.completeUpload(id, parts: [first, second], WriteOptions())
            try expectEqual(try await t.bytes("object"), upload.whole)
        },
        ConformanceCase(.writer, "parts.abort", requires: .multipart) { t in
            let upload = try await Upload(t, "object", sizes: [t.partSize, 6])
            _ = try await upload.send(1)
            try await upload.driver.abortUpload(upload.id)
            try await upload.driver.abortUpload(upload.id)
            try await t.expectMissing("object")
            try await t.checkNothingLeftOpen()
        },
        ConformanceCase(.writer, "parts.afterAbort", requires: .multipart) { t in
            let upload = try await Upload(t, "object", sizes: [t.partSize, 6])
            let first = try await upload.send(1)
            try await upload.driver.abortUpload(upload.id)
            try await expectError(.notFound) { _ = try await upload.send(2) }
            try await expectError(.notFound) { _ = try await upload.complete([first]) }
            try await t.expectMissing("object")
        },
        ConformanceCase(.writer, "parts.completeWithoutAPart", requires: .multipart) { t in
            let upload = try await Upload(t, "object", sizes: [t.partSize, 6])
            let first = try await upload.send(1)
            let never = UploadedPart(number: 2, size: 6, etag: first.etag)
            if t.has(.lenientCompletion) {
                _ = try await upload.complete([first, never])
                return
            }
            try await expectError(.invalidArgument, .conflict, .notFound) {
                _ = try await upload.complete([first, never])
            }
            try await t.expectMissing("object")
            try await upload.driver.abortUpload(upload.id)
        },
        ConformanceCase(.writer, "parts.listed", requires: .multipart) { t in
            let driver = try t.multipart()
            if t.has(.noUploadListing) {
                try await expectError(.internal, .invalidArgument, .invalidResponse) {
                    _ = try await driver.listUploads(prefix: "")
                }
                return
            }
            var ids: [UploadID] = []
            for key in ["a/1", "a/2", "b"] as [Key] {
                ids.append(UploadID(key: key, id: try await driver.createUpload(key, WriteOptions())))
            }
            try expectEqual(Set(try await driver.listUploads(prefix: "").map(\.id)), Set(ids), "all uploads")
            try expectEqual(
                Set(try await driver.listUploads(prefix: "a/").map(\.id)), Set(ids.prefix(2)), "those below a/")
            try expectEqual(try await t.names(), [], "a listing does not show uploads")
            for id in ids { try await driver.abortUpload(id) }
            try expectEqual(try await driver.listUploads(prefix: "").map(\.id), [])
        },
        ConformanceCase(.writer, "parts.createOnly", requires: [.multipart, .createOnly]) { t in
            let upload = try await Upload(t, "object", sizes: [t.partSize, 6], absent)
            let parts = [try await upload.send(1), try await upload.send(2)]
            try await t.put("object", text: "other")
            do {
                try await expectError(.alreadyExists) { _ = try await upload.complete(parts, absent) }
                try expectEqual(try await t.text("object"), "other")
            } catch {
                try await upload.driver.abortUpload(upload.id)
                throw error
            }
            try await upload.driver.abortUpload(upload.id)
        },
    ]
}

/// An upload whose parts are known.
private struct Upload: Sendable {
    let driver: any MultipartDriver
    let id: UploadID
    let parts: [Chunk]

    var whole: Chunk { Chunk.joining(parts) }

    init(
        _ t: ConformanceContext, _ key: Key, sizes: [Int], _ options: WriteOptions = WriteOptions()
    ) async throws {
        driver = try t.multipart()
        parts = sizes.enumerated().map { ConformanceContext.pattern($1, seed: UInt64($0 + 1)) }
        id = UploadID(key: key, id: try await driver.createUpload(key, options))
    }

    func send(_ number: Int, as other: Int? = nil) async throws -> UploadedPart {
        let part = try await driver.uploadPart(id, number: other ?? number, Payload(parts[number - 1]))
        try expectEqual(part.number, other ?? number, "the part's number")
        try expectEqual(part.size, Int64(parts[number - 1].count), "the part's size")
        return part
    }

    func complete(_ parts: [UploadedPart], _ options: WriteOptions = WriteOptions()) async throws -> ObjectInfo {
        try await driver.completeUpload(id, parts: parts, options)
    }
}
