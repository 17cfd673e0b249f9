import Coffer

private let unknown: ETag = "0123456789abcdef0123456789abcdef"

extension ConformanceSuite {
    /// Conditions of get, of readers and of stat. Source: RFC 9110, section 13.
    static let readConditionCases: [ConformanceCase] = [
        ConformanceCase(.read, "ifMatch", requires: .readIfMatch) { t in
            let etag = try await tag(t.store.put("object", "1"))
            try expectEqual(try await t.store.get("object", ReadOptions(ifMatch: etag)).bytes.utf8String, "1")
            try await t.store.put("object", "22")
            try await fails(t, ReadOptions(ifMatch: etag), .preconditionFailed)
            try await fails(t, ReadOptions(ifMatch: unknown), .preconditionFailed)
        },
        ConformanceCase(.read, "ifNoneMatch", requires: .readIfMatch) { t in
            let etag = try await tag(t.store.put("object", "1"))
            try await fails(t, ReadOptions(ifNoneMatch: etag), .notModified)
            try expectEqual(try await t.store.get("object", ReadOptions(ifNoneMatch: unknown)).bytes.utf8String, "1")
            try await t.store.put("object", "22")
            try expectEqual(try await t.store.get("object", ReadOptions(ifNoneMatch: etag)).bytes.utf8String, "22")
        },
        ConformanceCase(.read, "ifModifiedSince", requires: .readIfModified) { t in
            let time = try await written(t)
            let before = ReadOptions(ifModifiedSince: time.advanced(by: .seconds(-60)))
            try expectEqual(try await t.store.get("object", before).bytes.utf8String, "x")
            try await fails(t, ReadOptions(ifModifiedSince: time), .notModified)
        },
        ConformanceCase(.read, "ifUnmodifiedSince", requires: .readIfModified) { t in
            let time = try await written(t)
            let now = ReadOptions(ifUnmodifiedSince: time)
            try expectEqual(try await t.store.get("object", now).bytes.utf8String, "x")
            try await fails(
                t, ReadOptions(ifUnmodifiedSince: time.advanced(by: .seconds(-60))), .preconditionFailed)
        },
        ConformanceCase(.read, "conditionOnMissing", requires: .readIfMatch) { t in
            for options in [ReadOptions(ifMatch: unknown), ReadOptions(ifNoneMatch: unknown)] {
                try await expectError(.notFound, .preconditionFailed) { try await t.store.get("missing", options) }
                try await expectError(.notFound, .preconditionFailed) { _ = try await t.store.stat("missing", options) }
            }
        },
        ConformanceCase(.read, "byVersion", requires: .versions) { t in
            let first = try await t.store.put("object", "1")
            let second = try await t.store.put("object", "2")
            guard let old = first.version, let new = second.version, old != new else {
                // The driver can, but this bucket keeps no versions: one that is not there must not be read.
                try await expectError(.notFound, .invalidArgument) {
                    try await t.store.get("object", ReadOptions(version: "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY"))
                }
                return
            }
            try expectEqual(try await t.store.get("object", ReadOptions(version: old)).bytes.utf8String, "1")
            try expectEqual(try await t.store.get("object", ReadOptions(version: new)).bytes.utf8String, "2")
        },
    ]

    private static func written(_ t: ConformanceContext) async throws -> Timestamp {
        try await t.put("object")
        guard let time = try await t.store.stat("object").lastModified else {
            throw ConformanceFailure("the time of the last write", expected: "one", actual: "none")
        }
        return time
    }

    /// The same answer from all verbs that read.
    private static func fails(_ t: ConformanceContext, _ options: ReadOptions, _ code: StoreError.Code) async throws {
        try await expectError(code) { try await t.store.get("object", options) }
        try await expectError(code) { _ = try await t.store.reader("object", options) }
        try await expectError(code) { _ = try await t.store.stat("object", options) }
    }
}
