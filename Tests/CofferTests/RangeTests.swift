import CofferTesting
import MemoryDriver
import Testing

@testable import Coffer

@Suite("Many ranges")
struct RangeTests {
    @Test("Groups serve each range once, keep to the rules, and are in order")
    func groups() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let rules = RangeCoalescing(
                maxGap: Int64.random(in: -1...30, using: &random), maxSize: Int64.random(in: 1...200, using: &random))
            let ranges = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                let start = Int64.random(in: 0...300, using: &random)
                return start..<(start + Int64.random(in: 0...60, using: &random))
            }
            let groups = rules.groups(ranges)
            let served = groups.flatMap(\.members).sorted()
            #expect(served == ranges.indices.filter { !ranges[$0].isEmpty })
            #expect(groups.map(\.range.lowerBound) == groups.map(\.range.lowerBound).sorted())
            for group in groups {
                let members = group.members.map { ranges[$0] }
                #expect(members.map(\.lowerBound).min() == group.range.lowerBound)
                #expect(members.map(\.upperBound).max() == group.range.upperBound)
                let size = group.range.upperBound - group.range.lowerBound
                #expect(size <= rules.maxSize || members.contains(group.range))
                // Nothing is fetched that is farther from what is wanted than the gap.
                for position in group.range {
                    let isNear = members.contains {
                        $0.contains(position) || (position >= $0.upperBound && position - $0.upperBound < rules.maxGap)
                    }
                    #expect(isNear)
                }
            }
        }
        #expect(RangeCoalescing().groups([5..<6, Int64.max - 1..<Int64.max]).count == 2)
    }

    @Test("Near ranges are one request, far ones several, and the results are in the caller's order")
    func requests() async throws {
        let plan = FaultPlan()
        let store = Store(driver: MemoryDriver(), layers: [FaultLayer(plan)])
        let bytes = ConformanceContext.pattern(10_000)
        try await store.put("a", .chunk(bytes))
        let ranges: [ByteRange] = [.bounded(9000..<9100), .bounded(0..<10), .bounded(15..<30), .bounded(5..<20)]
        let (info, found) = try await store.getRanges(
            "a", ranges, coalescing: RangeCoalescing(maxGap: 100, maxSize: 1000))
        #expect(info.size == 10_000)
        #expect(found == [bytes.slice(9000..<9100), bytes.slice(0..<10), bytes.slice(15..<30), bytes.slice(5..<20)])
        #expect(plan.calls.filter { $0 == .read }.count == 2)
        _ = try await store.getRanges("a", ranges, coalescing: .none)
        #expect(plan.calls.filter { $0 == .read }.count == 6)
    }

    @Test("An object that is replaced between two requests is read again, never mixed")
    func replaced() async throws {
        for call in 1...3 {
            let base = MemoryDriver()
            let plain = Store(driver: base)
            let old = try await plain.put("a", .chunk(ConformanceContext.pattern(5000, seed: 1)))
            let new = ConformanceContext.pattern(5000, seed: 2)
            let hook = HookLayer(.read, at: call) { _ = try? await plain.put("a", .chunk(new)) }
            let store = Store(driver: base, layers: [hook])
            let (_, found) = try await store.getRanges(
                "a", [.bounded(0..<10), .suffix(10), .bounded(2000..<2010)], coalescing: .none)
            #expect(found == [new.slice(0..<10), new.slice(4990..<5000), new.slice(2000..<2010)])
            let error = await #expect(throws: StoreError.self) {
                try await store.getRanges("a", [.bounded(0..<10)], ReadOptions(ifMatch: old.etag))
            }
            #expect(error?.code == .preconditionFailed)
        }
    }
}
