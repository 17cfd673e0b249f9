/// How near ranges are merged into one request: pure arithmetic.
public struct RangeCoalescing: Sendable, Hashable {
    /// Ranges that are at most so many bytes apart are fetched together, with what lies between.
    public var maxGap: Int64
    /// A request that merges ranges covers at most so many bytes; a single range may be larger.
    public var maxSize: Int64

    /// Makes rules.
    ///
    /// - Parameters:
    ///   - maxGap: The largest gap in bytes; negative for no merging at all. A request costs some 20 ms on a real
    ///     network, in which a mebibyte arrives.
    ///   - maxSize: The largest merged request in bytes.
    public init(maxGap: Int64 = 1 << 20, maxSize: Int64 = 16 << 20) {
        self.maxGap = maxGap
        self.maxSize = maxSize
    }

    /// Every range by a request of its own.
    public static let none = RangeCoalescing(maxGap: -1)

    /// A request, and which of the given ranges it serves.
    struct Group: Sendable, Hashable {
        var range: Range<Int64>
        var members: [Int]
    }

    /// Merges ranges.
    ///
    /// - Parameter ranges: In any order; they may overlap. Empty ones need no request.
    /// - Returns: Requests in ascending order, which together serve each range that is not empty once.
    func groups(_ ranges: [Range<Int64>]) -> [Group] {
        var groups: [Group] = []
        let order = ranges.indices.filter { !ranges[$0].isEmpty }
            .sorted { (ranges[$0].lowerBound, ranges[$0].upperBound) < (ranges[$1].lowerBound, ranges[$1].upperBound) }
        for index in order {
            let range = ranges[index]
            if let last = groups.last, maxGap >= 0 {
                let end = max(last.range.upperBound, range.upperBound)
                let isInside = end == last.range.upperBound
                let gap = range.lowerBound.subtractingReportingOverflow(last.range.upperBound)
                if isInside || (!gap.overflow && gap.partialValue <= maxGap && end - last.range.lowerBound <= maxSize) {
                    groups[groups.count - 1].range = last.range.lowerBound..<end
                    groups[groups.count - 1].members.append(index)
                    continue
                }
            }
            groups.append(Group(range: range, members: [index]))
        }
        return groups
    }
}
