import Coffer
import Glibc

extension ConformanceSuite {
    /// Large reads by several streams, many ranges at once, uploads that are paused and resumed.
    static let transferCases: [ConformanceCase] = parallelReadCases + manyRangesCases + resumeCases

    private static let parallelReadCases: [ConformanceCase] = [
        ConformanceCase(.read, "parallel.intoMemory", requires: .readIfMatch) { t in
            let (bytes, options) = try await large(t)
            try expectEqual(try await t.store.get("object", options).bytes, bytes)
            var part = options
            part.range = .bounded(77..<Int64(bytes.count - 77))
            try expectEqual(try await t.store.get("object", part).bytes, bytes.slice(77..<(bytes.count - 77)))
        },
        ConformanceCase(.read, "parallel.asAStream", requires: .readIfMatch) { t in
            let (bytes, options) = try await large(t)
            let reader = try await t.store.reader("object", options)
            var chunks: [Chunk] = []
            while let chunk = try await reader.next() { chunks.append(chunk) }
            try expectEqual(Chunk.joining(chunks), bytes)
            try expectEqual(try await reader.next(), nil, "after the end")
        },
        ConformanceCase(.read, "parallel.intoAFile", requires: .readIfMatch) { t in
            let (bytes, options) = try await large(t)
            var template = Array("/tmp/coffer-suite-XXXXXX".utf8CString)
            let descriptor = mkstemp(&template)
            defer {
                close(descriptor)
                unlink(template)
            }
            let (_, count) = try await t.store.get("object", intoFile: descriptor, options)
            try expectEqual(count, Int64(bytes.count))
            let file = OpenFile(owning: dup(descriptor), path: "scratch")
            let found = try Chunk(capacity: bytes.count) { buffer throws(StoreError) in
                var filled = 0
                let region = FileRegion(file: file, offset: 0, count: count)
                while filled < buffer.count {
                    filled += try region.read(
                        into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]), at: Int64(filled))
                }
                return filled
            }
            try expectEqual(found, bytes)
        },
        ConformanceCase(.read, "parallel.replacedOnTheWay", requires: .readIfMatch) { t in
            let (bytes, options) = try await large(t)
            let reader = try await t.store.reader("object", options)
            guard let first = try await reader.next() else {
                throw ConformanceFailure("the stream", expected: "bytes", actual: "none")
            }
            // All of the old object, or an error; never a mix.
            let rest = try await rest(of: reader, t) { try await t.store.put("object", "other") }
            guard let rest else { return }
            try expectEqual(Chunk.joining([first] + rest), bytes)
        },
        ConformanceCase(.read, "parallel.dropped", requires: .readIfMatch) { t in
            let (_, options) = try await large(t)
            _ = try await t.store.reader("object", options).next()
            let reader = try await t.store.reader("object", options)
            _ = try await reader.next()
            reader.cancel()
        },
    ]

    private static let manyRangesCases: [ConformanceCase] = [
        ConformanceCase(.read, "ranges.inTheOrderAsked") { t in
            let bytes = ConformanceContext.pattern(100_000)
            try await t.store.put("object", .chunk(bytes))
            let ranges: [ByteRange] = [
                .bounded(90_000..<90_010), .bounded(0..<10), .suffix(7), .from(99_990), .bounded(5..<50),
                .bounded(70..<70), .bounded(60..<90), .bounded(99_000..<200_000),
            ]
            let expected = [
                90_000..<90_010, 0..<10, 99_993..<100_000, 99_990..<100_000, 5..<50, 70..<70, 60..<90, 99_000..<100_000,
            ].map { bytes.slice($0) }
            for rules in [RangeCoalescing(), .none, RangeCoalescing(maxGap: 20, maxSize: 60)] {
                let (info, found) = try await t.store.getRanges("object", ranges, coalescing: rules)
                try expectEqual(found, expected)
                try expectEqual(info.size, 100_000)
            }
        },
        ConformanceCase(.read, "ranges.beyondTheEnd") { t in
            try await t.store.put("object", "0123456789")
            try await expectError(.rangeNotSatisfiable) {
                _ = try await t.store.getRanges("object", [.bounded(0..<2), .bounded(10..<12)])
            }
            try await expectError(.invalidArgument) {
                _ = try await t.store.getRanges("object", [.bounded(0..<2)], ReadOptions(range: .from(1)))
            }
        },
        ConformanceCase(.read, "ranges.ofMissing") { t in
            try await expectError(.notFound) { _ = try await t.store.getRanges("missing", [.bounded(0..<2)]) }
            try await expectError(.notFound) { _ = try await t.store.getRanges("missing", []) }
            try await expectError(.notFound) { _ = try await t.store.getRanges("missing", [.suffix(2)]) }
        },
        ConformanceCase(.read, "ranges.withCondition", requires: .readIfMatch) { t in
            let etag = try await tag(t.store.put("object", "0123456789"))
            let ranges: [ByteRange] = [.bounded(0..<2), .suffix(1)]
            let good = try await t.store.getRanges("object", ranges, ReadOptions(ifMatch: etag)).bytes
            try expectEqual(good.map(\.utf8String), ["01", "9"])
            try await expectError(.preconditionFailed) {
                _ = try await t.store.getRanges(
                    "object", ranges, ReadOptions(ifMatch: "0123456789abcdef0123456789abcdef"))
            }
        },
    ]

    private static let resumeCases: [ConformanceCase] = [
        ConformanceCase(.writer, "resume.inAnotherStore", requires: .multipart) { t in
            let bytes = ConformanceContext.pattern(2 * t.partSize + 9)
            let metadata = ObjectMetadata(contentType: "text/x")
            let first = try await t.store.beginUpload("object", .chunk(bytes), t.inParts(metadata))
            // The first part is missing: the second and the last have arrived.
            for number in [2, 3] {
                let start = (number - 1) * t.partSize
                let part = Payload(bytes.slice(start..<min(start + t.partSize, bytes.count)))
                _ = try await t.multipart().uploadPart(first.token.upload, number: number, part)
            }
            try await t.expectMissing("object")
            let other = try await t.openAgain()
            let token = try UploadToken(first.token.text)
            let second = try await other.resumeUpload(token, .chunk(bytes), t.inParts(metadata))
            try expectEqual(second.bytesStored, Int64(t.partSize + 9), "what had arrived")
            let info = try await second.finish()
            try expectEqual(info.size, Int64(bytes.count))
            try expectEqual(try await t.bytes("object"), bytes)
            if t.store.capabilities.features.contains(.contentType) {
                try expectEqual(try await t.store.stat("object").metadata.contentType, "text/x")
            }
        },
        ConformanceCase(.writer, "resume.afterCompletion", requires: .multipart) { t in
            let bytes = ConformanceContext.pattern(t.partSize + 9)
            let upload = try await t.store.beginUpload("object", .chunk(bytes), t.inParts())
            try await upload.finish()
            let again = try await t.openAgain().resumeUpload(upload.token, .chunk(bytes), t.inParts())
            try expectEqual(again.bytesStored, Int64(bytes.count))
            try expectEqual(try await again.finish().size, Int64(bytes.count))
            try expectEqual(try await t.bytes("object"), bytes)
        },
        ConformanceCase(.writer, "resume.sourceHasChanged", requires: .multipart) { t in
            let bytes = ConformanceContext.pattern(t.partSize + 9)
            let upload = try await t.store.beginUpload("object", .chunk(bytes), t.inParts())
            _ = try await t.multipart().uploadPart(upload.token.upload, number: 1, Payload(bytes.prefix(t.partSize)))
            try await expectError(.conflict) {
                _ = try await t.store.resumeUpload(
                    upload.token, .chunk(ConformanceContext.pattern(t.partSize + 10)), t.inParts())
            }
            try await expectError(.conflict) {
                _ = try await t.store.resumeUpload(
                    upload.token, .chunk(ConformanceContext.pattern(t.partSize + 9, seed: 5)), t.inParts())
            }
            try await upload.abort()
            try await t.expectMissing("object")
        },
        ConformanceCase(.writer, "resume.afterAbort", requires: .multipart) { t in
            let upload = try await t.store.beginUpload("object", .bytes([1, 2, 3]), t.inParts())
            try await upload.abort()
            try await expectError(.notFound) {
                _ = try await t.store.resumeUpload(upload.token, .bytes([1, 2, 3]), t.inParts())
            }
        },
        ConformanceCase(.writer, "resume.stale", requires: .multipart) { t in
            if t.has(.noUploadListing) {
                try await expectError(.internal, .invalidArgument, .invalidResponse) { _ = try await t.store.uploads() }
                return
            }
            _ = try await t.store.beginUpload("a/1", .bytes([1]), t.inParts())
            let other = try await t.store.beginUpload("b", .bytes([1]), t.inParts())
            try expectEqual(try await t.store.uploads(prefix: "a/").map(\.id.key), ["a/1"])
            let past = Timestamp.now().advanced(by: .seconds(-86_400))
            try expectEqual(try await t.store.abortUploads(startedBefore: past).count, 0, "those of yesterday")
            // The service's clock need not be ours.
            let future = Timestamp.now().advanced(by: .seconds(86_400))
            let aborted = try await t.store.abortUploads(prefix: "a/", startedBefore: future)
            try expectEqual(aborted.map(\.upload.id.key), ["a/1"])
            try expectEqual(aborted.compactMap(\.error?.code), [])
            try await other.abort()
        },
    ]

    /// An object of several ranges, and options that fetch them at the same time.
    private static func large(_ t: ConformanceContext) async throws -> (Chunk, ReadOptions) {
        let bytes = ConformanceContext.pattern(1_500_000)
        try await t.store.put("object", .chunk(bytes))
        return (bytes, ReadOptions(partSize: 200_000, concurrency: 4))
    }
}
