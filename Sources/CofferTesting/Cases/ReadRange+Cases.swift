import Coffer

/// Ranges of an object of 1,000 bytes and what they give; nil for `rangeNotSatisfiable`.
private let ranges: [(name: String, range: ByteRange, gives: Range<Int>?)] = [
    ("bounded", .bounded(10..<20), 10..<20), ("first", .bounded(0..<1), 0..<1),
    ("last", .bounded(999..<1000), 999..<1000),
    ("whole", .bounded(0..<1000), 0..<1000), ("clipped", .bounded(990..<2000), 990..<1000),
    ("emptyAtStart", .bounded(0..<0), 0..<0), ("emptyInside", .bounded(500..<500), 500..<500),
    ("emptyAtEnd", .bounded(1000..<1000), 1000..<1000), ("beyond", .bounded(1000..<1001), nil),
    ("farBeyond", .bounded(5000..<6000), nil), ("emptyBeyond", .bounded(1001..<1001), nil),
    ("from", .from(900), 900..<1000), ("fromStart", .from(0), 0..<1000), ("fromLast", .from(999), 999..<1000),
    ("fromEnd", .from(1000), nil), ("fromBeyond", .from(1_000_000), nil),
    ("suffix", .suffix(10), 990..<1000), ("suffixOfOne", .suffix(1), 999..<1000),
    ("suffixOfAll", .suffix(1000), 0..<1000), ("suffixLonger", .suffix(5000), 0..<1000),
    ("suffixOfNone", .suffix(0), 1000..<1000),
]

extension ConformanceSuite {
    /// Ranges.
    static let readRangeCases: [ConformanceCase] =
        ranges.map { name, range, gives in
            ConformanceCase(.read, "range.\(name)") { t in
                let bytes = ConformanceContext.pattern(1000)
                try await t.store.put("object", .chunk(bytes))
                guard let gives else {
                    try await expectError(.rangeNotSatisfiable) { _ = try await t.store.get("object", range: range) }
                    try await expectError(.rangeNotSatisfiable) {
                        _ = try await t.store.reader("object", ReadOptions(range: range))
                    }
                    return
                }
                let (info, found) = try await t.store.get("object", ReadOptions(range: range))
                try expectEqual(found, bytes.slice(gives))
                try expectEqual(info.size, 1000, "the size of the whole object")
                let reader = try await t.store.reader("object", ReadOptions(range: range))
                try expectEqual(reader.range.count, gives.count, "the length of the reader's range")
                if !gives.isEmpty { try expectEqual(reader.range.lowerBound, Int64(gives.lowerBound)) }
                try expectEqual(try await reader.collect(), bytes.slice(gives))
            }
        } + [
            ConformanceCase(.read, "range.ofEmptyObject") { t in
                try await t.store.put("object", .bytes([]))
                try expectEqual(try await t.store.get("object", range: .bounded(0..<0)).count, 0)
                try expectEqual(try await t.store.get("object", range: .from(0)).count, 0)
                try expectEqual(try await t.store.get("object", range: .suffix(5)).count, 0)
                try await expectError(.rangeNotSatisfiable) { _ = try await t.store.get("object", range: .from(1)) }
                try await expectError(.rangeNotSatisfiable) {
                    _ = try await t.store.get("object", range: .bounded(0..<1))
                }
            },
            ConformanceCase(.read, "range.negative") { t in
                try await t.put("object")
                try await expectError(.invalidArgument) { _ = try await t.store.get("object", range: .from(-1)) }
                try await expectError(.invalidArgument) { _ = try await t.store.get("object", range: .suffix(-1)) }
                try await expectError(.invalidArgument) {
                    _ = try await t.store.get("object", range: .bounded(-5 ..< -1))
                }
            },
            ConformanceCase(.read, "range.ofMissing") { t in
                try await expectError(.notFound) { _ = try await t.store.get("missing", range: .bounded(0..<10)) }
                try await expectError(.notFound) { _ = try await t.store.get("missing", range: .bounded(5..<5)) }
                try await expectError(.notFound) { _ = try await t.store.get("missing", range: .suffix(0)) }
            },
            ConformanceCase(.read, "range.smallPartsOfALargeObject") { t in
                let bytes = ConformanceContext.pattern(5_000_000)
                try await t.store.put("object", .chunk(bytes))
                _ = try await t.concurrently(60, limit: 16) { number in
                    let start = number * 83_000 % 4_999_000
                    let part = try await t.store.get("object", range: .bounded(Int64(start)..<Int64(start + 100)))
                    try expectEqual(part, bytes.slice(start..<(start + 100)))
                }
            },
            ConformanceCase(.read, "range.acrossParts") { t in
                let bytes = ConformanceContext.pattern(3 * t.partSize)
                let writer = try await t.store.writer("object", t.inParts())
                try await write(bytes, to: writer, step: 100_000)
                _ = try await writer.finish()
                let start = t.partSize - 10
                let part = try await t.store.get("object", range: .bounded(Int64(start)..<Int64(2 * t.partSize + 10)))
                try expectEqual(part, bytes.slice(start..<(2 * t.partSize + 10)))
                try expectEqual(try await t.store.get("object", range: .suffix(5)), bytes.dropFirst(bytes.count - 5))
            },
            ConformanceCase(.read, "range.withCondition", requires: .readIfMatch) { t in
                let etag = try await tag(t.store.put("object", "0123456789"))
                let good = ReadOptions(range: .bounded(2..<4), ifMatch: etag)
                try expectEqual(try await t.store.get("object", good).bytes.utf8String, "23")
                let bad = ReadOptions(range: .bounded(2..<4), ifMatch: "0123456789abcdef0123456789abcdef")
                try await expectError(.preconditionFailed) { try await t.store.get("object", bad) }
            },
        ]
}
